import type { ChannelState } from './channel-state.ts';
import type { Place } from './line.ts';
import type { Operation } from './operation.ts';

/** A value in line that was sent before a plain one; a select's has its place only from its last offer. */
export function olderThan<V>(
  value: Operation<V>,
  channel: ChannelState<V>,
  asker: Operation<V>,
): Place<V> | undefined {
  if (value.state === 'freed') return undefined;
  const isPlain = ({ operation }: Place<V>) => operation !== asker && operation.state !== 'shared';
  let oldest: Place<V> | undefined;
  for (const line of [channel.store, channel.sending]) {
    const first = [...line].find((place) => isPlain(place) && isOlder(place, value));
    if (first !== undefined && (oldest === undefined || isOlder(first, oldest.operation))) {
      oldest = first;
    }
  }
  return oldest;
}

export function isOlder<V>({ operation }: Place<V>, than: Operation<V>): boolean {
  return operation.arrival < than.arrival;
}
