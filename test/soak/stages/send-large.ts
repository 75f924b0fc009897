/** `send-large.ts`: sends 1 MiB, one after the other. */
import { type Sender, stage } from 'handover/child';
import { keepSampling, type Sample } from '../sample.ts';

const { values, samples } = await stage<{ values: Sender<Uint8Array>; samples: Sender<Sample> }>();
let sent = 0;
keepSampling(`${values.channel}: sender`, samples, () => sent);
const value = new Uint8Array(2 ** 20).fill(0x68);
for (;;) {
  await values.send(value);
  sent++;
}
