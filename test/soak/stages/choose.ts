/** `choose.ts`: takes from one of two channels what comes first. */
import { type Receiver, type Sender, select, stage } from 'handover/child';
import { keepSampling, type Sample } from '../sample.ts';

const { one, other, samples } = await stage<{
  one: Receiver<object>;
  other: Receiver<object>;
  samples: Sender<Sample>;
}>();
let taken = 0;
keepSampling('select: receiver', samples, () => taken);
for (;;) {
  await select({ one: one.onReceive(), other: other.onReceive() });
  taken++;
}
