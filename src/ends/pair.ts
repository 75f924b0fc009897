import type { ChannelId } from '../arbiter/events.ts';
import type { Seat } from '../exchange/seat.ts';
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
): Channel<T> {
  const sending = party.end(seat.admit({ channel, side: 'send' }), 'send', name);
  const receiving = party.end(seat.admit({ channel, side: 'receive' }), 'receive', name);
  // A handle does not know in which form its party moves values.
  const sender = new Sender<T>({ party, end: sending } as unknown as Held);
  const receiver = new Receiver<T>({ party, end: receiving } as unknown as Held);
  return Object.assign([sender, receiver] as const, { name, sender, receiver });
}
