import type { Receiver } from '../src/ends/receiver.ts';
import { InHand } from './in-hand.ts';
import { takeOver } from './intake.ts';
import { wholeNumber } from './numbers.ts';
import { Outlet } from './outlet.ts';
import { Permits } from './permits.ts';
import { run } from './run.ts';

/**
 * What an asynchronous function makes of each value, in the order of the values; at most `concurrency` are
 * under way, from the call of `map` until the code behind has taken the result.
 *
 * Only then is the sender of the value released. So of a sender that waits for its sends, one value is under
 * way: a source with a capacity of `concurrency`, or as many senders, make use of it.
 *
 * The output ends with the source, and breaks if it broke. When `map` fails, the results before it can still
 * be taken; then the output breaks, with the error as its cause. The value goes back to the source, as do
 * those after it, and the source is closed; so it is when the output is closed. `map` may have been called
 * for a value that goes back: whoever receives it then works on it once more.
 *
 * @example
 * const answers = mapOrdered(questions, 4, async (question) => ask(question));
 * @param receiver it belongs to the helper from now on, as if it were given to a stage: keep a `clone()`
 * @param concurrency a whole number of 1 or more
 * @throws EndMovedError, EndClosedError, TopologyError when it cannot be given, or the number is none
 */
export function mapOrdered<T, U>(
  receiver: Receiver<T>,
  concurrency: number,
  map: (value: T) => U | Promise<U>,
): Receiver<U> {
  wholeNumber('mapOrdered()', 'concurrency', concurrency);
  const intake = takeOver('mapOrdered()', receiver);
  const outlet = new Outlet<U>(`mapOrdered(${intake.channel})`);
  const permits = new Permits(concurrency);

  const handOver = async (previous: Promise<void>, result: Promise<U>, inHand: InHand<T>) => {
    try {
      await previous;
      const value = await result;
      await InHand.settle([inHand], outlet.send(value));
    } catch (error) {
      intake.close();
      throw error;
    } finally {
      permits.giveBack();
    }
  };

  run([intake], [outlet], async () => {
    let last = Promise.resolve();
    await permits.take();
    for await (const inHand of intake) {
      const result = (async () => map(inHand.value))();
      last = handOver(last, result, inHand);
      // A failure is heard when its turn has come: by the next in the row, or below.
      for (const promise of [result, last]) promise.catch(() => {});
      await permits.take();
    }
    await last;
  });
  return outlet.receiver;
}
