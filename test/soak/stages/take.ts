/** `take.ts`: takes whatever comes. */
import { type Receiver, type Sender, stage } from 'handover/child';
import { keepSampling, type Sample } from '../sample.ts';

const { values, samples } = await stage<{ values: Receiver<unknown>; samples: Sender<Sample> }>();
let taken = 0;
keepSampling(`${values.channel}: receiver`, samples, () => taken);
for await (const _ of values) taken++;
