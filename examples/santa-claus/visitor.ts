/** A reindeer or an elf: goes to Santa's again and again, and stays until it is told that Santa is done. */
import { type Sender, stage, supervisor } from 'handover/child';
import type { Visitor } from './messages.ts';

const [, , name = ''] = process.argv;
const { door } = await stage<{ door: Sender<Visitor> }>();
for (;;) {
  const [done, whenDone] = supervisor.channel<null>(`Santa is done with ${name}`);
  await door.send({ name, done });
  await whenDone.receive();
  whenDone.close();
}
