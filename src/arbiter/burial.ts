import type { ChannelState } from './channel-state.ts';
import type { Operation } from './operation.ts';

/** Whether a value that its channel gives up can go on as a dead letter. */
export function canBeBuried<V>(
  channel: ChannelState<V>,
  { state }: Operation<V>,
): channel is ChannelState<V> & { readonly deadLetters: ChannelState<V> } {
  const { deadLetters } = channel;
  // Whoever has asked for it back, gets it back.
  return deadLetters !== undefined && deadLetters.receivers > 0 && state !== 'recalled';
}
