import { type Receiver, type Sender, select, stage } from 'handover/child';
import { messageBytes } from '../message.ts';
import { Stopwatch } from '../stopwatch.ts';

const { input, output, figures } = await stage<{
  input: Receiver<Uint8Array>;
  output: Sender<Uint8Array>;
  figures: Sender<number>;
}>();
const stopwatch = new Stopwatch();
do await choose();
while (stopwatch.lap());
void figures.send(stopwatch.microseconds);
// The other may not be done yet.
for (;;) await choose();

function choose(): Promise<unknown> {
  return select({ sent: output.onSend(messageBytes), received: input.onReceive() });
}
