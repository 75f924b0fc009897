import type { Sender } from 'handover';
import { stage } from 'handover/child';
import { messageBytes } from '../message.ts';
import { Stopwatch } from '../stopwatch.ts';

const { values, figures } = await stage<{ values: Sender<Uint8Array>; figures: Sender<number> }>();
const stopwatch = new Stopwatch();
do await values.send(messageBytes);
while (stopwatch.lap());
values.close();
await figures.send(stopwatch.microseconds);
