/**
 * Who waits for whom (R12). An operation that waits on a channel waits for everybody who has the other side of
 * it, and for those who have a value of it in hand: it may come back. A value in somebody's hand waits for
 * that one alone.
 *
 * An end inside a value counts as held by those who can bring it forth: by its sender, until it is taken; of a
 * value that its channel keeps, by all who can receive it, or make the channel drop it.
 *
 * A channel sends its dead letters by the hand of those who have an end of it, or a value of it in hand.
 */
import type { ChannelState } from '../arbiter/channel-state.ts';
import type { ChannelEnd, ChannelId, OpNumber, PartyId, Side } from '../arbiter/events.ts';
import type { Operation } from '../arbiter/operation.ts';

/** One participant, as far as it matters here. */
export interface Waiter<V> {
  readonly party: PartyId;
  readonly ends: Iterable<ChannelEnd>;
  readonly operations: Iterable<Operation<V>>;
}

/** One operation that has not ended, and those who could end it. */
export interface Wait {
  readonly party: PartyId;
  readonly op: OpNumber;
  /** `in-hand`: its value was delivered, and not yet taken. */
  readonly is: 'waiting' | 'in-hand';
  /** The guards that are still open. */
  readonly guards: readonly ChannelEnd[];
  readonly for: ReadonlySet<PartyId>;
}

export function waitsOf<V>(
  waiters: Iterable<Waiter<V>>,
  channels: Iterable<ChannelState<V>>,
): readonly Wait[] {
  const all = [...waiters];
  const inHand = new InHand(all);
  const holders = holdersOf(all, channels, inHand);
  return all.flatMap(({ party, operations }) =>
    [...operations].flatMap((operation): readonly Wait[] => {
      const wait = { party, op: operation.op, guards: openGuards(operation) };
      switch (operation.state) {
        case 'waiting': {
          const partners = wait.guards.flatMap(({ channel, side }) => [
            ...holders.of({ channel, side: side === 'send' ? 'receive' : 'send' }),
            ...inHand.on(channel),
          ]);
          return [{ ...wait, is: 'waiting', for: new Set(partners) }];
        }
        case 'delivered':
        case 'late':
        case 'recalled':
          return [{ ...wait, is: 'in-hand', for: new Set(inHand.holderOf(operation)) }];
        default:
          return [];
      }
    }),
  );
}

function openGuards<V>({ guards, committed }: Operation<V>): readonly ChannelEnd[] {
  const open = committed === -1 ? guards : guards.slice(committed, committed + 1);
  return open.map(({ channel, side }) => ({ channel, side }));
}

/** Who has a delivered value in hand. */
class InHand<V> {
  readonly #byValue = new Map<Operation<V>, PartyId>();
  readonly #byChannel = new Map<ChannelId, PartyId[]>();

  constructor(waiters: readonly Waiter<V>[]) {
    for (const { party, operations } of waiters) {
      for (const { held } of operations) {
        if (held === undefined) continue;
        this.#byValue.set(held, party);
        this.#byChannel.set(held.channel, [...this.on(held.channel), party]);
      }
    }
  }

  on(channel: ChannelId): readonly PartyId[] {
    return this.#byChannel.get(channel) ?? [];
  }

  holderOf(send: Operation<V>): readonly PartyId[] {
    const holder = this.#byValue.get(send);
    return holder === undefined ? [] : [holder];
  }
}

/**
 * Somebody who is at no seat: a process that has just died, and whose ends are still to be given up, or to be
 * given to its successor. That one is never idle.
 */
export const somebody: PartyId = -1;

/** Who has the ends of each channel. */
class Holders {
  readonly #parties = new Map<string, Set<PartyId>>();
  readonly #known = new Map<string, number>();

  of({ channel, side }: ChannelEnd): ReadonlySet<PartyId> {
    return this.#parties.get(`${side} ${channel}`) ?? nobody;
  }

  /** One end more that is known. */
  count({ channel, side }: ChannelEnd): void {
    const key = `${side} ${channel}`;
    this.#known.set(key, (this.#known.get(key) ?? 0) + 1);
  }

  /** How many ends are known. */
  known(channel: ChannelId, side: Side): number {
    return this.#known.get(`${side} ${channel}`) ?? 0;
  }

  /** @returns whether that was new */
  add({ channel, side }: ChannelEnd, party: PartyId): boolean {
    const key = `${side} ${channel}`;
    const parties = this.#parties.get(key) ?? new Set();
    this.#parties.set(key, parties);
    const { size } = parties;
    return parties.add(party).size > size;
  }
}

const nobody: ReadonlySet<PartyId> = new Set();

function holdersOf<V>(
  waiters: readonly Waiter<V>[],
  channels: Iterable<ChannelState<V>>,
  inHand: InHand<V>,
): Holders {
  const holders = new Holders();
  for (const { party, ends, operations } of waiters) {
    for (const end of ends) hold(holders, end, party);
    for (const { carried, held } of operations) {
      for (const end of carried) hold(holders, end, party);
      // The receiver has its own copies; those of a value that is its channel's are still counted.
      if (held?.state === 'lent') for (const end of held.carried) holders.count(end);
    }
  }
  const all = [...channels];
  for (const { deadLetters } of all) {
    if (deadLetters !== undefined) holders.count({ channel: deadLetters.id, side: 'send' });
  }
  const stores = all.filter(({ store }) => store.length > 0);
  for (const { store } of stores) {
    for (const { operation } of store) for (const end of operation.carried) holders.count(end);
  }
  // What a stored value carries may itself lead to a channel that keeps values.
  for (let isNew = true; isNew; ) {
    isNew = false;
    for (const { id: channel, store, terms } of stores) {
      // Who sends on a channel that drops its oldest value closes what that one carries.
      const droppers =
        terms.overflow === 'drop-oldest' ? holders.of({ channel, side: 'send' }) : nobody;
      for (const party of holders.of({ channel, side: 'receive' }).union(droppers)) {
        for (const { operation } of store) {
          for (const end of operation.carried) isNew = holders.add(end, party) || isNew;
        }
      }
    }
    for (const channel of all) isNew = addUndertakers(holders, channel, inHand) || isNew;
  }
  // Dead letters go to a channel that was there before, so the last one comes first.
  for (const state of all.toReversed()) {
    const { id: channel, senders, receivers } = state;
    if (senders > holders.known(channel, 'send')) holders.add({ channel, side: 'send' }, somebody);
    if (receivers > holders.known(channel, 'receive')) {
      holders.add({ channel, side: 'receive' }, somebody);
    }
    addUndertakers(holders, state, inHand);
  }
  return holders;
}

/** Those by whose hand a value of the channel can become a dead letter. @returns whether one of them is new */
function addUndertakers<V>(
  holders: Holders,
  { id: channel, deadLetters }: ChannelState<V>,
  inHand: InHand<V>,
): boolean {
  if (deadLetters === undefined) return false;
  const parties = [
    ...holders.of({ channel, side: 'send' }),
    ...holders.of({ channel, side: 'receive' }),
    ...inHand.on(channel),
  ];
  let isNew = false;
  for (const party of parties) {
    isNew = holders.add({ channel: deadLetters.id, side: 'send' }, party) || isNew;
  }
  return isNew;
}

function hold(holders: Holders, end: ChannelEnd, party: PartyId): void {
  holders.count(end);
  holders.add(end, party);
}
