/** Takes numbers, and tells after each thousand how long they took. */
import { type Receiver, type Sender, stage } from 'handover/child';

export type Batch = { readonly numbers: readonly number[]; readonly microseconds: number };

const { input, batches } = await stage<{ input: Receiver<number>; batches: Sender<Batch> }>();
for (;;) {
  const numbers: number[] = [];
  const start = performance.now();
  while (numbers.length < 1000) numbers.push(await input.receive());
  await batches.send({ numbers, microseconds: (performance.now() - start) * 1000 });
}
