import { InHand } from './in-hand.ts';
import type { Outlet } from './outlet.ts';

/**
 * Hands one value to several outputs: it is taken when each of them has taken it or was left, and one has
 * taken it.
 *
 * @throws when all were left and none has taken it; the value is back then
 */
export function toAll<T>(inHand: InHand<T>, outlets: readonly Outlet<T>[]): Promise<void> {
  const sends = outlets.map((outlet) => outlet.send(inHand.value));
  return InHand.settle(
    [inHand],
    Promise.allSettled(sends).then(() => Promise.any(sends)),
  );
}
