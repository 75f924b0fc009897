import type { PartyId } from '../arbiter/events.ts';
import type { Wait } from './waits.ts';

/**
 * Those of the idle parties that can never go on: every one of their waits is for nobody but each other (R12).
 *
 * The largest such set: whoever waits for a party outside may go on, and then whoever waits for that one. A
 * party that is idle does nothing unless one of its waits ends; one that has none does nothing at all.
 */
export function stuckAmong(idle: Iterable<PartyId>, waits: readonly Wait[]): ReadonlySet<PartyId> {
  const stuck = new Set(idle);
  for (let isChanged = true; isChanged; ) {
    isChanged = false;
    for (const { party, for: partners } of waits) {
      if (!stuck.has(party) || partners.isSubsetOf(stuck)) continue;
      stuck.delete(party);
      isChanged = true;
    }
  }
  return stuck;
}

/**
 * Waits of which each is for the party of the next, and the last for that of the first; or for one that waits
 * for nothing. Who could be helped by itself as well as by another waits for the other: that tells more.
 */
export function cycleAmong(stuck: ReadonlySet<PartyId>, waits: readonly Wait[]): readonly Wait[] {
  const path: Wait[] = [];
  let [next] = waits.filter(({ party }) => stuck.has(party));
  while (next !== undefined) {
    const wait = next;
    const before = path.findIndex(({ party }) => party === wait.party);
    if (before !== -1) return path.slice(before);
    path.push(wait);
    const partners = waits.filter(({ party }) => wait.for.has(party));
    next = partners.find(({ party }) => party !== wait.party) ?? partners[0];
  }
  return path;
}
