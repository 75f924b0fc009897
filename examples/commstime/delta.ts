/** Gives each number to both its neighbours, in whatever order they come for it. */
import { type Receiver, type Sender, stage } from 'handover/child';

const { input, left, right } = await stage<{
  input: Receiver<number>;
  left: Sender<number>;
  right: Sender<number>;
}>();
for await (const number of input) await Promise.all([left.send(number), right.send(number)]);
