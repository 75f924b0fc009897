import { setTimeout as sleep } from 'node:timers/promises';
import { type Receiver, type Sender, select, stage } from 'handover/child';
import type { Deed, Group } from './messages.ts';

const { reindeer, elves, deeds } = await stage<{
  reindeer: Receiver<Group>;
  elves: Receiver<Group>;
  deeds: Sender<Deed>;
}>();

// Santa sleeps deeply: until both are at the door, so that there is something to choose.
while (!((await isAtDoor(reindeer)) && (await isAtDoor(elves)))) await sleep(20);

for (;;) {
  const reindeerWaited = await isAtDoor(reindeer);
  const elvesWaited = await isAtDoor(elves);
  // Of both the first one; of one, that one; of none, whichever comes first.
  const chosen = await select(
    { 'toys delivered': reindeer.onReceive(), 'elves helped': elves.onReceive() },
    { priority: true },
  );
  if (chosen.done) break;
  const { guard: what, value: group } = chosen;
  await deeds.send({ what, who: group.map(({ name }) => name), reindeerWaited, elvesWaited });
  for (const { done } of group) {
    await done.send(null);
    done.close();
  }
}

/** Whether a group waits to be received. */
async function isAtDoor(groups: Receiver<Group>): Promise<boolean> {
  const { waitingSenders } = await groups.statistics();
  return waitingSenders > 0;
}
