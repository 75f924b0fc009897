import { setTimeout as sleep } from 'node:timers/promises';
import { type Receiver, type Sender, stage } from 'handover/child';

export type Result = { readonly job: number; readonly root: number; readonly by: number };

const { input, output } = await stage<{ input: Receiver<number>; output: Sender<Result> }>();
for await (const job of input) {
  await sleep(Math.random() * 500);
  await output.send({ job, root: Math.sqrt(job), by: process.pid });
}
