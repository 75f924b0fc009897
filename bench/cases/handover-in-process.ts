/** A rendezvous between two asynchronous tasks of one process: the arbiter without any link. */
import { channel } from 'handover';
import { report } from '../figure.ts';
import { messageBytes } from '../message.ts';
import { Stopwatch } from '../stopwatch.ts';

const [sender, receiver] = channel<Uint8Array>();

async function take(): Promise<void> {
  for await (const _ of receiver);
}

const taking = take();
const stopwatch = new Stopwatch();
do await sender.send(messageBytes);
while (stopwatch.lap());
sender.close();
await taking;
report(stopwatch.microseconds);
