/** A rendezvous between two asynchronous tasks of one process, as @nodeguy/channel knows it from Go. */
import Channel from '@nodeguy/channel';
import { report } from '../figure.ts';
import { messageBytes } from '../message.ts';
import { Stopwatch } from '../stopwatch.ts';

const values = Channel();

async function take() {
  while ((await values.shift()) !== undefined);
}

const taking = take();
const stopwatch = new Stopwatch();
do await values.push(messageBytes);
while (stopwatch.lap());
await values.close();
await taking;
report(stopwatch.microseconds);
