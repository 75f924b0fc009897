/** One process selects from so many channels, another sends on any of them: the offers stand when a value comes. */
import { Supervisor } from 'handover';
import { report } from '../figure.ts';

const [, , guards] = process.argv;

await using supervisor = new Supervisor({ name: 'bench' });
const channels = Array.from({ length: Number(guards) }, (_, index) =>
  supervisor.channel<Uint8Array>(`${index}`),
);
const figures = supervisor.channel<number>('figures');
supervisor.stage('writer', {
  module: new URL('../peers/write-on-any.ts', import.meta.url),
  ends: Object.fromEntries(channels.map(({ name, sender }) => [name, sender])),
});
supervisor.stage('reader', {
  module: new URL('../peers/select-from-all.ts', import.meta.url),
  ends: {
    figures: figures.sender,
    ...Object.fromEntries(channels.map(({ name, receiver }) => [name, receiver])),
  },
});
report(await figures.receiver.receive());
