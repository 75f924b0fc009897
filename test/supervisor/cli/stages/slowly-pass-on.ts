import { setTimeout as pause } from 'node:timers/promises';
import { type Receiver, type Sender, stage } from 'handover/child';

const { input, output } = await stage<{ input: Receiver<number>; output: Sender<number> }>();
for await (const number of input) {
  await pause(20);
  await output.send(number);
}
