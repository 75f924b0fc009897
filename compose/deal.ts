import type { Receiver } from '../src/ends/receiver.ts';
import { InHand } from './in-hand.ts';
import { takeOver } from './intake.ts';
import { Outlet } from './outlet.ts';
import { run } from './run.ts';

/**
 * Each value to one of several outputs, in the order in which they come. A value for an output that was
 * closed can go nowhere: it goes back, and the other outputs break.
 *
 * @param names of the outputs
 * @param choose which output a value is for, counted from 0
 */
export function deal<T>(
  helper: string,
  receiver: Receiver<T>,
  names: readonly string[],
  choose: (value: T) => number,
): readonly Receiver<T>[] {
  const intake = takeOver(`${helper}()`, receiver);
  const outlets = names.map((name) => new Outlet<T>(`${helper}(${receiver.channel}): ${name}`));
  run([intake], outlets, async () => {
    for await (const inHand of intake) {
      const outlet = outlets[choose(inHand.value)] as Outlet<T>;
      await InHand.settle([inHand], outlet.send(inHand.value));
    }
  });
  return outlets.map((outlet) => outlet.receiver);
}
