/** Small objects from one child to another, 64 sends on their way at once; each resolves when its value is taken. */
import { argv } from 'node:process';
import { Supervisor } from 'handover';
import { report } from '../figure.ts';

const [, , sender = ''] = argv;

const supervisor = new Supervisor({ name: 'bench' });
const values = supervisor.channel<object>('values');
const figures = supervisor.channel<number>('figures');
supervisor.stage('sender', {
  module: new URL(sender, import.meta.url),
  ends: { values: values.sender, figures: figures.sender },
});
supervisor.stage('taker', {
  module: new URL('../peers/taker.ts', import.meta.url),
  ends: { values: values.receiver },
});

const figure = await figures.receiver.receive();
await supervisor.finished();
report(figure);
