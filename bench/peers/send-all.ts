import { type Sender, stage } from 'handover/child';
import { messageObject, windowLength } from '../message.ts';
import { Stopwatch } from '../stopwatch.ts';

const { values, figures } = await stage<{ values: Sender<object>; figures: Sender<number> }>();
const stopwatch = new Stopwatch();
await values.sendAll(objects(), { window: windowLength });
values.close();
await figures.send(stopwatch.microseconds);

function* objects(): Generator<object> {
  do yield messageObject;
  while (stopwatch.lap());
}
