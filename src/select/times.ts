import type { Clock } from '../clock.ts';
import type { Guards } from './guards.ts';

/** A guard that waits for nothing but time. */
export interface Time {
  readonly name: string;
  /** In milliseconds, as of now; 0 or less when its time has come. */
  readonly left: () => number;
  /** Whether it may be ready before its select begins: `after` counts from there, and is not. */
  readonly isStanding: boolean;
  /** It was chosen. */
  readonly choose: () => void;
}

/** `undefined` when the guard waits for something else. */
export function timeOf(clock: Clock, name: string, guard: Guards[string]): Time | undefined {
  switch (guard?.on) {
    case 'time': {
      const end = clock.elapsed + guard.after;
      return { name, left: () => end - clock.elapsed, isStanding: false, choose: nothing };
    }
    case 'moment':
      return { name, left: () => guard.at - clock.now, isStanding: true, choose: nothing };
    case 'tick':
      return { name, left: () => guard.left, isStanding: true, choose: () => guard.tick() };
    default:
      return undefined;
  }
}

/** The one whose time comes first; of several, the one that is written first. */
export function earliest(times: readonly Time[]): Time | undefined {
  let first: Time | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const time of times) {
    const left = time.left();
    if (left < least) [first, least] = [time, left];
  }
  return first;
}

function nothing(): void {}
