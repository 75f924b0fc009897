/** How long a stage takes to be there: from `supervisor.stage()` to the first value that its process has taken. */
import { Supervisor } from 'handover';
import { atWork } from '../at-work.ts';
import { report } from '../figure.ts';
import { spreadOf } from '../spread.ts';

const starts = 15;

await using supervisor = new Supervisor({ name: 'bench', log: () => {} });
const busy = supervisor.channel<number>('busy');
start('at work', busy.receiver);
const figures: number[] = [];
for (let round = 0; round <= starts; round++) {
  await atWork(() => busy.sender.send(round));
  const values = supervisor.channel<number>(`values ${round}`);
  const before = performance.now();
  start(`taker ${round}`, values.receiver);
  await values.sender.send(round);
  figures.push(performance.now() - before);
  values.sender.close();
}
// The first has what every program has only once: it compiles, and looks up files.
report(spreadOf(figures.slice(1)).median);

function start(name: string, values: typeof busy.receiver): void {
  const module = new URL('../peers/first-taker.js', import.meta.url);
  supervisor.stage(name, { module, ends: { values } });
}
