import type { Receiver } from '../src/ends/receiver.ts';
import { deal } from './deal.ts';

/**
 * Two receivers for the values of one: those for which the predicate holds, and the others. Each keeps the
 * order. One value is under way at a time: one that waits for the code behind its output holds up both.
 *
 * A sender is released when the code behind has taken its value. The outputs end with the source, and break
 * if it broke, or if the predicate throws; its error is the cause then, and the value goes back. An output
 * that was closed is no reason to drop values silently: when one comes for it, the value goes back, the
 * source is closed, and the other output breaks. When both are closed, the source is at once.
 *
 * @example
 * const [errors, others] = split(lines, (line) => line.startsWith('error'));
 * @param receiver it belongs to the helper from now on, as if it were given to a stage: keep a `clone()`
 * @throws EndMovedError, EndClosedError, TopologyError when it cannot be given
 */
export function split<T, S extends T>(
  receiver: Receiver<T>,
  predicate: (value: T) => value is S,
): readonly [yes: Receiver<S>, no: Receiver<Exclude<T, S>>];
export function split<T>(
  receiver: Receiver<T>,
  predicate: (value: T) => boolean,
): readonly [yes: Receiver<T>, no: Receiver<T>];
export function split<T>(
  receiver: Receiver<T>,
  predicate: (value: T) => boolean,
): readonly [yes: Receiver<T>, no: Receiver<T>] {
  const outputs = deal('split', receiver, ['yes', 'no'], (value) => (predicate(value) ? 0 : 1));
  return outputs as readonly [Receiver<T>, Receiver<T>];
}
