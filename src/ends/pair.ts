import type { ChannelId } from '../arbiter/events.ts';
import type { Contract } from '../contracts/contract.ts';
import type { Seat } from '../exchange/seat.ts';
import type { End } from '../party/end.ts';
import type { Party } from '../party/party.ts';
import type { Held } from './handle.ts';
import { Receiver } from './receiver.ts';
import { Sender } from './sender.ts';

/** Both ends of a channel, by position or by name: `const [tx, rx] = …` or `lines.sender`. */
export type Channel<T> = readonly [Sender<T>, Receiver<T>] & {
  readonly name: string;
  readonly sender: Sender<T>;
  readonly receiver: Receiver<T>;
};

/** The two ends that come with an open channel, for the code that opened it. */
export function pairOf<T, V>(
  seat: Seat<V>,
  party: Party<V>,
  channel: ChannelId,
  name: string,
  contract?: Contract,
): Channel<T> {
  return pairFrom<T, V>(
    party,
    party.end(seat.admit({ channel, side: 'send' }), 'send', name, contract),
    party.end(seat.admit({ channel, side: 'receive' }), 'receive', name),
  );
}

/** The same, for ends that its party has already. */
export function pairFrom<T, V>(party: Party<V>, sending: End<V>, receiving: End<V>): Channel<T> {
  const sender = handleOf(party, sending) as Sender<T>;
  const receiver = handleOf(party, receiving) as Receiver<T>;
  const { channel: name } = sending;
  return Object.assign([sender, receiver] as const, { name, sender, receiver });
}

/** What the code holds for an end. */
export function handleOf<V>(party: Party<V>, end: End<V>): Sender<never> | Receiver<unknown> {
  // A handle does not know in which form its party moves values.
  const held = { party, end } as unknown as Held;
  return end.side === 'send' ? new Sender<never>(held) : new Receiver<unknown>(held);
}
