import { type Receiver, type Sender, select, stage } from 'handover/child';
import { Stopwatch } from '../stopwatch.ts';

type Ends = Record<string, Receiver<Uint8Array>> & { figures: Sender<number> };

const { figures, ...receivers } = await stage<Ends>();
const stopwatch = new Stopwatch();
const guards = Object.fromEntries(
  Object.entries<Receiver<Uint8Array>>(receivers).map(([name, end]) => [name, end.onReceive()]),
);
do await select(guards);
while (stopwatch.lap());
await figures.send(stopwatch.microseconds);
// Who goes on sending is ended by the supervisor.
for (;;) await select(guards);
