import { type Sender, stage } from 'handover/child';
import { messageObject, windowLength } from '../message.ts';
import { Stopwatch } from '../stopwatch.ts';

const { values, figures } = await stage<{ values: Sender<object>; figures: Sender<number> }>();
const stopwatch = new Stopwatch();
do await Promise.all(Array.from({ length: windowLength }, () => values.send(messageObject)));
while (stopwatch.laps(windowLength));
values.close();
await figures.send(stopwatch.microseconds);
