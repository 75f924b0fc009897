import { LostError } from '../src/errors.ts';
import { InHand } from './in-hand.ts';
import type { Outlet } from './outlet.ts';

/**
 * Hands one value to several outputs: it is taken when each of them has taken it or was left, and one has
 * taken it. If the code behind one of them has failed on it, so has this attempt: all will get it again.
 *
 * @throws when all were left and none has taken it; the value is back then
 */
export function toAll<T>(inHand: InHand<T>, outlets: readonly Outlet<T>[]): Promise<void> {
  const sends = outlets.map((outlet) => outlet.send(inHand.value));
  return InHand.settle(
    [inHand],
    Promise.allSettled(sends).then((results) => {
      const failed = results.find(isLost);
      if (failed !== undefined) throw failed.reason;
      return Promise.any(sends);
    }),
  );
}

function isLost(result: PromiseSettledResult<void>): result is PromiseRejectedResult {
  return result.status === 'rejected' && result.reason instanceof LostError;
}
