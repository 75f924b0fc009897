import { type Guards, Ticker } from '../src/select/guards.ts';
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
 * @throws TopologyError more guards than one message can name: some 4,600
 * @throws EndClosedError, EndMovedError an end was closed here, or given away
 * @throws TopologyError guards on channels of two supervisors
 */
export function select<G extends Guards>(
  guards: G,
  options: SelectOptions & { readonly otherwise: true },
): Promise<Chosen<G> | { readonly guard: 'otherwise' }>;
export function select<G extends Guards>(guards: G, options?: SelectOptions): Promise<Chosen<G>>;
export function select(guards: Guards, options: SelectOptions = {}): Promise<unknown> {
  return selectOn(systemClock, guards, options);
}

/**
 * A guard that is ready at each multiple of so many milliseconds, counted from this call. Make it once, and use
 * it in every turn of a loop. Ticks that are missed are not queued up: one that nobody has waited for is ready
 * at once in the next select, and the others are left out. It needs no closing.
 *
 * @example
 * const second = every(1_000);
 * for (;;) {
 *   const chosen = await select({ second, line: lines.onReceive() });
 *   if (chosen.guard === 'second') console.log('still here');
 * }
 * @throws RangeError when it is no finite number above 0
 */
export function every(milliseconds: number): Ticker {
  return new Ticker(systemClock, milliseconds);
}
