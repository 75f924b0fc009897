/** Passes on what comes, and only then says that it has taken it: nothing can be lost with it. */
import { type Receiver, type Sender, stage } from 'handover/child';

const { input, output } = await stage<{ input: Receiver<number>; output: Sender<number> }>();
for await (const { value } of input.extended()) await output.send(value);
