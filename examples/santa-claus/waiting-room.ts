/** Gathers so many visitors, and goes to Santa only when they are complete. Who comes meanwhile, waits outside. */
import { type Receiver, type Sender, stage } from 'handover/child';
import type { Group, Visitor } from './messages.ts';

const [, , size] = process.argv;
const { door, santa } = await stage<{ door: Receiver<Visitor>; santa: Sender<Group> }>();
for (;;) {
  const group: Visitor[] = [];
  while (group.length < Number(size)) group.push(await door.receive());
  await santa.send(group);
}
