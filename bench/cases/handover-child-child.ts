/** One child sends, another takes, the supervisor is between: offer, deliver, taken, completed, four hops. */
import { Supervisor } from 'handover';
import { report } from '../figure.ts';

const supervisor = new Supervisor({ name: 'bench' });
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
