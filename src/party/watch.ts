import type { Cancel, Clock } from '../clock.ts';
import type { Patience } from './operation.ts';

/** Calls back when the time is over, or when the signal fires. @returns what stops watching */
export function watch(
  { timeout = Number.POSITIVE_INFINITY, signal }: Patience,
  clock: Clock,
  onTimeout: () => void,
  onAbort: () => void,
): Cancel {
  const stopClock =
    timeout === Number.POSITIVE_INFINITY ? nothing : clock.after(timeout, onTimeout);
  signal?.addEventListener('abort', onAbort, { once: true });
  return () => {
    stopClock();
    signal?.removeEventListener('abort', onAbort);
  };
}

function nothing(): void {}

/** Why such patience cannot be had; `undefined` when it can. */
export function impatience({ timeout = 0 }: Patience): RangeError | undefined {
  if (timeout >= 0) return undefined;
  return new RangeError(`timeout must be a number of milliseconds, 0 or more, not ${timeout}`);
}
