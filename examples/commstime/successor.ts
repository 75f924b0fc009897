import { type Receiver, type Sender, stage } from 'handover/child';

const { input, output } = await stage<{ input: Receiver<number>; output: Sender<number> }>();
for await (const number of input) await output.send(number + 1);
