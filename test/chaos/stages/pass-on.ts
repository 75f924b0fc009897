/** `pass-on.ts`: passes on what it takes; what it has taken goes with it when it is killed. */
import { type Receiver, type Sender, stage } from 'handover/child';

const { input, output } = await stage<{ input: Receiver<number>; output: Sender<number> }>();
for await (const id of input) await output.send(id);
