/** In which order the guards of a select are tried, where one arbiter alone cannot say it. */
import type { Pick } from '../chance.ts';
import type { Run, Where } from './mixed.ts';
import type { Time } from './times.ts';

/** A guard that may be ready when its select begins. */
export type Entry =
  | { readonly where: Where; readonly guard: number }
  /** Its time has come already. */
  | { readonly where: 'time'; readonly time: Time };

export interface Order {
  readonly runs: readonly Run[];
  /** It is ready when nothing before it is: what would come after it is never tried. */
  readonly time: Time | undefined;
}

export function orderOf(entries: readonly Entry[], isPriority: boolean, pick: Pick): Order {
  const groups = isPriority ? inRuns(entries) : drawn(entries, pick);
  const runs: Run[] = [];
  for (const group of groups) {
    const [first] = group;
    if (first?.where === 'time') return { runs, time: first.time };
    const guards = group.flatMap((entry) => (entry.where === 'time' ? [] : entry.guard));
    if (first !== undefined) runs.push({ where: first.where, guards });
  }
  return { runs, time: undefined };
}

/** As they are written: those beside each other that one arbiter can try together. */
function inRuns(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const runs: Entry[][] = [];
  for (const entry of entries) {
    const last = runs.at(-1);
    if (last?.[0]?.where === entry.where) last.push(entry);
    else runs.push([entry]);
  }
  return runs;
}

/** All of one place together; which place is first is as likely as it has guards. Of times, one is drawn. */
function drawn(entries: readonly Entry[], pick: Pick): readonly (readonly Entry[])[] {
  const groups: (readonly Entry[])[] = [];
  for (let left = entries; left.length > 0; ) {
    const first = left[0] as Entry;
    const isAlone = first.where !== 'time' && left.every(({ where }) => where === first.where);
    const next = isAlone ? first : (left[pick(left.length)] as Entry);
    groups.push(next.where === 'time' ? [next] : left.filter(({ where }) => where === next.where));
    left = left.filter(({ where }) => where !== next.where);
  }
  return groups;
}
