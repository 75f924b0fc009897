import type { Cancel, Clock } from '../clock.ts';
import { aborted, timedOut } from './failures.ts';
import type { Operation, Patience, Recall } from './operation.ts';

/** Recalls an operation when its time is over or its signal fires. @returns what stops watching */
export function watch<V>(
  operation: Operation<V>,
  { timeout, signal }: Patience,
  clock: Clock,
  recall: (operation: Operation<V>, recall: Recall) => void,
): Cancel | undefined {
  const stops: Cancel[] = [];
  if (timeout !== undefined && timeout !== Number.POSITIVE_INFINITY) {
    stops.push(clock.after(timeout, () => recall(operation, timedOut(operation, timeout))));
  }
  if (signal !== undefined) {
    const onAbort = () => recall(operation, aborted(operation, signal));
    signal.addEventListener('abort', onAbort, { once: true });
    stops.push(() => signal.removeEventListener('abort', onAbort));
  }
  if (stops.length === 0) return undefined;
  return () => {
    for (const stop of stops) stop();
  };
}

/** Why such patience cannot be had; `undefined` when it can. */
export function impatience({ timeout = 0 }: Patience): RangeError | undefined {
  if (timeout >= 0) return undefined;
  return new RangeError(`timeout must be a number of milliseconds, 0 or more, not ${timeout}`);
}
