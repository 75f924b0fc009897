import type { ChannelId } from '../../src/arbiter/events.ts';
import type { HeldValue } from '../../src/errors.ts';
import type { Seat } from '../../src/exchange/seat.ts';

/** The values that a process has in hand, and those of its own that nobody has taken; for people. */
export function heldAt<V>(
  seat: Seat<V>,
  nameOf: (channel: ChannelId) => string,
): readonly HeldValue[] {
  const counts = new Map<string, HeldValue>();
  for (const operation of seat.operations().values()) {
    const isReceiving = operation.state === 'holding';
    const guard = operation.guards[Math.max(0, operation.committed)];
    if (guard === undefined || (guard.side === 'receive' && !isReceiving)) continue;
    const channel = nameOf(guard.channel);
    const what = isReceiving ? 'receiving' : 'sending';
    const key = `${what} ${channel}`;
    counts.set(key, { channel, what, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()];
}
