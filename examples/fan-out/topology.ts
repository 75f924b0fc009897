/** Four processes share the work, each at its own pace; the results keep the order of the jobs. */
import { pipeline, type Supervisor } from 'handover';
import type { Result } from './worker.ts';

export default async function fanOut(supervisor: Supervisor): Promise<void> {
  const jobs = supervisor.channel<number>('jobs');
  const results = supervisor.channel<Result>('results');
  const worker = { module: new URL('./worker.ts', import.meta.url), replicas: 4, ordered: true };
  pipeline(supervisor, { worker }, { from: jobs.receiver, to: results.sender });

  const sending = (async () => {
    for (let job = 1; job <= 16; job++) await jobs.sender.send(job);
    jobs.sender.close();
  })();
  for await (const { job, root, by } of results.receiver) {
    console.log(`job ${job}: its square root is ${root.toFixed(3)}, says process ${by}`);
  }
  await sending;
}
