/** `pump.ts`: in each turn, sends as fast as it can, and says how many and what that took. */
import { type Receiver, type Sender, stage } from 'handover/child';
import { messageObject, windowLength } from '../message.ts';
import { type Count, cpuSince, type Turn } from './pumped.ts';

const { turns, values, counts } = await stage<{
  turns: Receiver<Turn>;
  values: Sender<object | string>;
  counts: Sender<Count>;
}>();
// By then V8 has compiled what counts, also where 32 processes share a core.
const warmUp = { values: 100_000, milliseconds: 0 };
do await values.sendAll(objects(warmUp), { window: windowLength });
while (!(await values.statistics()).isDirect);

for await (const turn of turns) {
  const before = process.cpuUsage();
  await values.send('begin');
  const sent = await values.sendAll(objects(turn), { window: windowLength });
  await values.send('end');
  await counts.send({ values: sent, cpu: cpuSince(before) });
}

function* objects({ values: least, milliseconds }: Turn): Generator<object> {
  const end = performance.now() + milliseconds;
  for (let count = 0; count < least || performance.now() < end; count++) yield messageObject;
}
