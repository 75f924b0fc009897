import type { Guards } from '../src/select/guards.ts';
import { type Chosen, type SelectOptions, selectOn } from '../src/select/select.ts';
import { systemClock } from './clock.ts';

/**
 * Waits until one of several guards is ready, and does what it says: receives a value, or has one taken.
 * Exactly one guard has an effect; the others have none.
 *
 * A guard on a channel whose other side is gone counts as ready. One that receives says `done: true` then.
 * One that sends fails, as `send` would. Values to be sent are encoded at once.
 * With `otherwise` it is over at once, and no signal is heard.
 *
 * @example
 * const chosen = await select({
 *   line: lines.onReceive(),
 *   word: words.onSend('hello'),
 *   late: after(1_000),
 * });
 * if (chosen.guard === 'line' && !chosen.done) console.log(chosen.value);
 * @throws AbortedError the signal fired, and no guard has had an effect
 * @throws ChannelEndedError the chosen guard sends, and no receiver is left
 * @throws ChannelBrokenError the other side of the chosen guard's channel did not end well
 * @throws LostError, NotEncodableError, ValueTooLargeError, ValueRefusedError as `send`
 * @throws EndClosedError, EndMovedError an end was closed here, or given away
 * @throws TopologyError guards on channels of this process and on those of a supervisor
 */
export function select<G extends Guards>(
  guards: G,
  options: SelectOptions & { readonly otherwise: true },
): Promise<Chosen<G> | { readonly guard: 'otherwise' }>;
export function select<G extends Guards>(guards: G, options?: SelectOptions): Promise<Chosen<G>>;
export function select(guards: Guards, options: SelectOptions = {}): Promise<unknown> {
  return selectOn(systemClock, guards, options);
}
