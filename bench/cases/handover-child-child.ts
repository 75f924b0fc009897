/** One child sends, another takes: directly, or `relayed`, with the supervisor between, in four hops. */
import { argv } from 'node:process';
import { Supervisor } from 'handover';
import { report } from '../figure.ts';

const supervisor = new Supervisor({ name: 'bench', direct: argv[2] !== 'relayed' });
const values = supervisor.channel<Uint8Array>('values');
const figures = supervisor.channel<number>('figures');
supervisor.stage('sender', {
  module: new URL('../peers/sender.ts', import.meta.url),
  ends: { values: values.sender, figures: figures.sender },
});
supervisor.stage('taker', {
  module: new URL('../peers/taker.ts', import.meta.url),
  ends: { values: values.receiver },
});

const figure = await figures.receiver.receive();
await supervisor.finished();
report(figure);
