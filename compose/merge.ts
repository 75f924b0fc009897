import type { Receiver } from '../src/ends/receiver.ts';
import { InHand } from './in-hand.ts';
import { type Intake, takeOverAll } from './intake.ts';
import { Outlet } from './outlet.ts';
import { run } from './run.ts';

/**
 * One receiver for the values of several: each source has one value at most under way, and they take turns
 * while several have one, so none starves another. The values of one source keep their order.
 *
 * A sender is released when the code behind has taken its value. The output ends when all sources have; if
 * one broke, the others go on, and the output then breaks with the first failure as its cause. When the
 * output is closed, the sources are, and values under way go back to them.
 *
 * @example
 * for await (const line of merge(lines, errors)) console.log(line);
 * @param receivers they belong to the helper from now on, as if they were given to a stage: keep a `clone()`
 * @throws EndMovedError, EndClosedError, TopologyError when one of them cannot be given
 */
export function merge<R extends readonly Receiver<unknown>[]>(
  ...receivers: R
): Receiver<ValueOf<R[number]>>;
export function merge(...receivers: readonly Receiver<unknown>[]): Receiver<unknown> {
  const intakes = takeOverAll('merge()', receivers);
  const outlet = new Outlet<unknown>(`merge(${intakes.map(({ channel }) => channel).join(', ')})`);
  run(intakes, [outlet], () => Promise.all(intakes.map((intake) => passOn(intake, outlet))));
  return outlet.receiver;
}

/** What a receiver gets. */
type ValueOf<R> = R extends Receiver<infer T> ? T : never;

async function passOn<T>(intake: Intake<T>, outlet: Outlet<T>): Promise<void> {
  for await (const inHand of intake) await InHand.settle([inHand], outlet.send(inHand.value));
}
