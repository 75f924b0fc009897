import { readFileSync } from 'node:fs';

/** How many processes the system has killed so far because there was no memory left, as far as it tells. */
export function outOfMemoryKills(): number {
  try {
    return killsIn(readFileSync('/proc/vmstat', 'utf8'));
  } catch {
    return 0;
  }
}

/** @param counters those of /proc/vmstat */
export function killsIn(counters: string): number {
  return Number(/^oom_kill (\d+)$/m.exec(counters)?.[1] ?? 0);
}
