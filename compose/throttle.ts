import { systemClock } from '../platform/clock.ts';
import type { Cancel, Clock } from '../src/clock.ts';
import type { Receiver } from '../src/ends/receiver.ts';
import { InHand } from './in-hand.ts';
import { takeOver } from './intake.ts';
import { milliseconds, wholeNumber } from './numbers.ts';
import { Outlet } from './outlet.ts';
import { Permits } from './permits.ts';
import { run } from './run.ts';

export interface Rate {
  /** How many at most: a whole number of 1 or more. */
  readonly values: number;
  /** In any stretch of so many milliseconds. */
  readonly per: number;
}

/**
 * The same values, and never more of them taken than so many in any stretch of so many milliseconds. What
 * is too early waits, with its sender; nothing is dropped.
 *
 * A sender is released when the code behind has taken its value. The output ends with the source, and
 * breaks if it broke. When the output is closed, the source is, and a value under way goes back.
 *
 * @example
 * for await (const request of throttle(requests, { values: 10, per: 1_000 })) await ask(request);
 * @param receiver it belongs to the helper from now on, as if it were given to a stage: keep a `clone()`
 * @param clock whose time: for tests. Default: the machine's
 * @throws EndMovedError, EndClosedError, TopologyError when it cannot be given, or `values` is no count
 * @throws RangeError `per` is no number of milliseconds
 */
export function throttle<T>(
  receiver: Receiver<T>,
  { values, per }: Rate,
  clock: Clock = systemClock,
): Receiver<T> {
  wholeNumber('throttle()', 'values', values);
  milliseconds('throttle()', 'per', per);
  const intake = takeOver('throttle()', receiver);
  const outlet = new Outlet<T>(`throttle(${intake.channel})`);
  const permits = new Permits(values);
  const timers = new Set<Cancel>();
  const stopTimers = () => {
    for (const cancel of timers) cancel();
  };
  outlet.whenLeft(() => {
    stopTimers();
    // So that the task, which may be waiting for its turn, comes to its end.
    permits.giveBack();
  });
  run([intake], [outlet], async () => {
    for await (const inHand of intake) {
      await permits.take();
      await InHand.settle([inHand], outlet.send(inHand.value));
      const timer = clock.after(per, () => {
        timers.delete(timer);
        permits.giveBack();
      });
      timers.add(timer);
    }
    stopTimers();
  });
  return outlet.receiver;
}
