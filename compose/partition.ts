import type { Receiver } from '../src/ends/receiver.ts';
import { deal } from './deal.ts';
import { wholeNumber } from './numbers.ts';

/**
 * Several receivers for the values of one: values with the same key always go to the same output, and keep
 * their order. Which one it is depends on the key alone, so it is the same in every process and every run;
 * many different keys spread evenly. One value is under way at a time: one that waits for the code behind
 * its output holds up the others.
 *
 * A sender is released when the code behind has taken its value. Ends, breaks and closed outputs are as with
 * `split`: a value whose output was closed goes back, the source is closed, and the other outputs break.
 *
 * @example
 * const shards = partition(orders, 4, ({ customer }) => customer);
 * @param receiver it belongs to the helper from now on, as if it were given to a stage: keep a `clone()`
 * @param count how many outputs: a whole number of 1 or more
 * @param keyOf a key, which counts by its text: `1` and `'1'` are the same
 * @throws EndMovedError, EndClosedError, TopologyError when it cannot be given, or the count is none
 */
export function partition<T>(
  receiver: Receiver<T>,
  count: number,
  keyOf: (value: T) => string | number | bigint,
): readonly Receiver<T>[] {
  wholeNumber('partition()', 'count', count);
  const names = Array.from({ length: count }, (_, at) => `${at + 1} of ${count}`);
  return deal('partition', receiver, names, (value) => hash(String(keyOf(value))) % count);
}

/** FNV-1a, and murmur3's last stir: alone, the lowest bits of the first tell little of the key. */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  }
  sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  sum = Math.imul(sum ^ (sum >>> 13), 0xc2b2ae35);
  return (sum ^ (sum >>> 16)) >>> 0;
}
