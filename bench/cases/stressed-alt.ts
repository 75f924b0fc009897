/** The stressed ALT over processes: one selects from 8 channels, and 8 others send on each of them. */
import { Supervisor } from 'handover';
import { report } from '../figure.ts';

await using supervisor = new Supervisor({ name: 'bench' });
const channels = Array.from({ length: 8 }, (_, index) =>
  supervisor.channel<Uint8Array>(`${index}`),
);
const figures = supervisor.channel<number>('figures');
supervisor.stage('writer', {
  module: new URL('../peers/write-on-all.ts', import.meta.url),
  replicas: 8,
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
