/** Two processes, two channels: each offers to send on the one and to receive on the other, and does what comes. */
import { Supervisor } from 'handover';
import { report } from '../figure.ts';

await using supervisor = new Supervisor({ name: 'bench' });
const there = supervisor.channel<Uint8Array>('there');
const back = supervisor.channel<Uint8Array>('back');
const figures = supervisor.channel<number>('figures');
const module = new URL('../peers/select-both-ways.ts', import.meta.url);
supervisor.stage('left', {
  module,
  ends: { output: there.sender, input: back.receiver, figures: figures.sender.clone() },
});
supervisor.stage('right', {
  module,
  ends: { output: back.sender, input: there.receiver, figures: figures.sender },
});
report(await figures.receiver.receive());
