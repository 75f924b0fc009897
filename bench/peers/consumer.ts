import { type Receiver, type Sender, stage } from 'handover/child';
import { Stopwatch } from '../stopwatch.ts';

const { input, figures } = await stage<{ input: Receiver<number>; figures: Sender<number> }>();
// In rounds of four sends each.
const stopwatch = new Stopwatch();
do await input.receive();
while (stopwatch.lap());
await figures.send(stopwatch.microseconds);
// Who goes on sending is ended by the supervisor.
for await (const _ of input);
