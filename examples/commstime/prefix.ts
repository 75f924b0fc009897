/** Begins with 0, and then passes on what comes. */
import { type Receiver, type Sender, stage } from 'handover/child';

const { input, output } = await stage<{ input: Receiver<number>; output: Sender<number> }>();
await output.send(0);
for await (const number of input) await output.send(number);
