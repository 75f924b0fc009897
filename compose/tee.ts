import type { Receiver } from '../src/ends/receiver.ts';
import { takeOver } from './intake.ts';
import { wholeNumber } from './numbers.ts';
import { Outlet } from './outlet.ts';
import { run } from './run.ts';
import { toAll } from './to-all.ts';

/**
 * Several receivers that each get every value of one. They get the very same value, not a copy: nobody may
 * change it. The slowest sets the pace.
 *
 * A sender is released when the code behind all outputs has taken its value. An output that was closed is
 * left out, and the others go on; when all are closed, the source is at once, and a value that none of them
 * has taken goes back. The outputs end with the source, and break if it broke.
 *
 * @example
 * const [toDisk, toScreen] = tee(lines);
 * @param receiver it belongs to the helper from now on, as if it were given to a stage: keep a `clone()`
 * @param count how many outputs: a whole number of 1 or more. Default 2
 * @throws EndMovedError, EndClosedError, TopologyError when it cannot be given, or the count is none
 */
export function tee<T>(receiver: Receiver<T>): readonly [Receiver<T>, Receiver<T>];
export function tee<T>(receiver: Receiver<T>, count: number): readonly Receiver<T>[];
export function tee<T>(receiver: Receiver<T>, count = 2): readonly Receiver<T>[] {
  wholeNumber('tee()', 'count', count);
  const intake = takeOver('tee()', receiver);
  const outlets = Array.from(
    { length: count },
    (_, at) => new Outlet<T>(`tee(${receiver.channel}): ${at + 1} of ${count}`),
  );
  const open = () => outlets.filter(({ isLeft }) => !isLeft);
  run([intake], outlets, async () => {
    for await (const inHand of intake) await toAll(inHand, open());
  });
  return outlets.map((outlet) => outlet.receiver);
}
