import { systemClock } from '../platform/clock.ts';
import type { Clock } from '../src/clock.ts';
import type { Receiver } from '../src/ends/receiver.ts';
import { InHand } from './in-hand.ts';
import { type Intake, takeOver } from './intake.ts';
import { milliseconds, wholeNumber } from './numbers.ts';
import { Outlet } from './outlet.ts';
import { run } from './run.ts';

export interface BatchLimits {
  /** How many values at most: a whole number of 1 or more. */
  readonly size: number;
  /** How many milliseconds after its first value a batch is complete at the latest. */
  readonly within: number;
}

/**
 * Values in arrays: each is offered when it has `size` values, or so many milliseconds after its first.
 *
 * The senders of all its values are released together, when the code behind has taken the array. So a batch
 * holds at most what can be under way at the same time: one value of each sender that waits for its sends,
 * and as many as the source has capacity. A source for large batches needs a capacity of `size`.
 *
 * The output ends with the source, or breaks if it broke, after the last batch, which is complete when its
 * time is over. When the output is closed, the source is, and all values of a batch under way go back.
 *
 * @example
 * for await (const rows of batch(lines, { size: 100, within: 50 })) await database.insert(rows);
 * @param receiver it belongs to the helper from now on, as if it were given to a stage: keep a `clone()`
 * @param clock whose time: for tests. Default: the machine's
 * @throws EndMovedError, EndClosedError, TopologyError when it cannot be given, or `size` is no count
 * @throws RangeError `within` is no number of milliseconds
 */
export function batch<T>(
  receiver: Receiver<T>,
  { size, within }: BatchLimits,
  clock: Clock = systemClock,
): Receiver<T[]> {
  wholeNumber('batch()', 'size', size);
  milliseconds('batch()', 'within', within);
  const intake = takeOver('batch()', receiver);
  const outlet = new Outlet<T[]>(`batch(${intake.channel})`);
  let deadline = new AbortController();
  outlet.whenLeft(() => deadline.abort());
  run([intake], [outlet], async () => {
    for await (const first of intake) {
      const all = [first];
      deadline = new AbortController();
      const stopClock = clock.after(within, () => deadline.abort());
      await gather(intake, all, size, deadline.signal);
      stopClock();
      const values = all.map(({ value }) => value);
      await InHand.settle(all, outlet.send(values));
    }
  });
  return outlet.receiver;
}

/** Until there are enough, the deadline has come, or there is no more. */
async function gather<T>(
  intake: Intake<T>,
  all: InHand<T>[],
  size: number,
  deadline: AbortSignal,
): Promise<void> {
  while (all.length < size) {
    const next = await intake.next(deadline);
    if (next === undefined) return;
    all.push(next);
  }
}
