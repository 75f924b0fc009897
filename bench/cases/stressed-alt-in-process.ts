/** The stressed ALT: a reader selects from 8 channels, and on each of them 8 tasks of the same process send. */
import { channel, type Sender, select } from 'handover';
import { report } from '../figure.ts';
import { messageBytes } from '../message.ts';
import { Stopwatch } from '../stopwatch.ts';

const channels = Array.from({ length: 8 }, () => channel<Uint8Array>());
for (const { sender } of channels) {
  for (let writer = 1; writer <= 8; writer++) void write(sender);
}
const stopwatch = new Stopwatch();
do {
  await select(
    Object.fromEntries(channels.map(({ receiver }, index) => [index, receiver.onReceive()])),
  );
} while (stopwatch.lap());
report(stopwatch.microseconds);

async function write(sender: Sender<Uint8Array>): Promise<never> {
  for (;;) await sender.send(messageBytes);
}
