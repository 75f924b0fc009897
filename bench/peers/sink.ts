/** `sink.ts`: takes what `pump.ts` sends, and says what each turn of that took. */
import { type Receiver, type Sender, stage } from 'handover/child';
import { type Count, cpuSince } from './pumped.ts';

const { values, counts } = await stage<{
  values: Receiver<object | string>;
  counts: Sender<Count>;
}>();
let before = process.cpuUsage();
for await (const value of values) {
  if (value === 'begin') before = process.cpuUsage();
  else if (value === 'end') await counts.send({ values: 0, cpu: cpuSince(before) });
}
