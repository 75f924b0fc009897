/** Forgets nothing: of each value that it has worked at, it keeps 8 MiB. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Receiver, type Sender, stage } from 'handover/child';

const kept: Uint8Array[] = [];
const { jobs, results } = await stage<{ jobs: Receiver<number>; results: Sender<number> }>();

for await (const { value: job } of jobs.extended()) {
  kept.push(new Uint8Array(8 * 2 ** 20).fill(job));
  await sleep(20);
  await results.send(job);
}
