/**
 * Where one participant sits: it translates the participant's end numbers into channels, and refuses what
 * the participant has no right to say.
 */
import type { Observed, Statistics } from '../arbiter/channel-state.ts';
import type {
  ArbiterEvent,
  ChannelId,
  Effect,
  Guard,
  OpNumber,
  PartyId,
  Side,
  WithdrawalKind,
} from '../arbiter/events.ts';
import type { Operation } from '../arbiter/operation.ts';
import { type Authority, type Offer, smallValue } from '../party/authority.ts';
import type { EndNumber } from '../wire/message.ts';

/** What a participant hears. `violation`: it said what it may not say, and nothing has changed. */
export type Reply<V> = Exclude<Effect<V>, { type: 'discarded' }>;

/** One end, as its seat knows it. */
export interface SeatedEnd {
  readonly channel: ChannelId;
  readonly side: Side;
}

/** What the exchange does for its seats. */
export interface SeatServices<V> {
  readonly step: (event: ArbiterEvent<V>) => void;
  readonly observe: (channel: ChannelId) => Observed | undefined;
  readonly operations: () => ReadonlyMap<OpNumber, Operation<V>>;
  readonly leave: () => void;
}

/** The most that may be outstanding for each end of a seat: beyond, the participant breaks its window. */
export interface Limits<V> {
  readonly operations: number;
  readonly bytes: number;
  readonly sizeOf: (value: V) => number;
}

export class Seat<V> implements Authority<V> {
  readonly party: PartyId;
  readonly #onReply: (reply: Reply<V>) => void;
  readonly #limits: Limits<V>;
  readonly #services: SeatServices<V>;
  readonly #ends = new Map<EndNumber, SeatedEnd>();
  /** The bytes of each operation with large values that has not ended. */
  readonly #large = new Map<OpNumber, number>();
  #largeBytes = 0;
  /** Its selects that have not ended, and were given nothing. */
  readonly #selects = new Set<OpNumber>();
  /** How many of its receives were given a value of which it has said nothing yet. */
  #inHand = 0;
  #lastEnd = 0;
  #lastOp = -1;

  constructor(
    party: PartyId,
    onReply: (reply: Reply<V>) => void,
    limits: Limits<V>,
    services: SeatServices<V>,
  ) {
    this.party = party;
    this.#onReply = onReply;
    this.#limits = limits;
    this.#services = services;
  }

  hear(reply: Reply<V>): void {
    if (reply.type === 'completed' || reply.type === 'withdrawn' || reply.type === 'failed') {
      this.#settled(reply.op);
    } else if (reply.type === 'deliver') {
      this.#inHand++;
      if (this.#selects.size > 0) this.#selects.delete(reply.op);
    }
    this.#onReply(reply);
  }

  /** The participant may use this end from now on. Ends are counted by the exchange, not here. */
  admit(end: SeatedEnd): EndNumber {
    this.#ends.set(++this.#lastEnd, end);
    return this.#lastEnd;
  }

  /** `undefined` when the participant may not use it. */
  endOf(end: EndNumber): SeatedEnd | undefined {
    return this.#ends.get(end);
  }

  /** The participant may use the end no more; it goes to somebody else, uncounted. */
  surrender(end: EndNumber): SeatedEnd | undefined {
    const seated = this.#ends.get(end);
    this.#ends.delete(end);
    return seated;
  }

  offer({ op, guards, isPoll, isPriority, isShared }: Offer<V>): void {
    if (op <= this.#lastOp) {
      this.#violation(`operation ${op} does not come after operation ${this.#lastOp}`);
      return;
    }
    const known: Guard<V>[] = [];
    for (const guard of guards) {
      const seated = this.#ends.get(guard.end);
      if (seated === undefined) {
        this.#violation(`operation ${op} uses end ${guard.end}, which was not given or is closed`);
        return;
      }
      const hasValue = 'value' in guard;
      if (hasValue !== (seated.side === 'send')) {
        const problem = hasValue ? 'sends on a receiving end' : 'receives on a sending end';
        this.#violation(`operation ${op} ${problem} (${guard.end})`);
        return;
      }
      known.push(
        hasValue
          ? { side: 'send', channel: seated.channel, value: guard.value }
          : { side: 'receive', channel: seated.channel },
      );
    }
    const isSelect = guards.length > 1 || isPriority;
    if (isSelect) this.#selects.add(op);
    if (!this.#admits(op, known)) {
      this.#violation(`operation ${op} is more than the window allows to be outstanding`);
      return;
    }
    this.#lastOp = op;
    this.#services.step({
      type: 'offer',
      party: this.party,
      op,
      guards: known,
      choice: isPriority ? 'priority' : 'random',
      patience: isPoll ? 'poll' : 'wait',
      isShared: isShared ?? false,
    });
  }

  withdraw(op: OpNumber, kind: WithdrawalKind): void {
    this.#services.step({ type: 'withdraw', party: this.party, op, kind });
  }

  free(op: OpNumber): void {
    this.#services.step({ type: 'free', party: this.party, op });
  }

  taken(op: OpNumber, given: () => void): void {
    given();
    this.#inHand--;
    this.#services.step({ type: 'taken', party: this.party, op });
  }

  returned(op: OpNumber): void {
    this.#inHand--;
    this.#services.step({ type: 'returned', party: this.party, op });
  }

  refused(op: OpNumber, why: string): void {
    this.#inHand--;
    this.#services.step({ type: 'refused', party: this.party, op, why });
  }

  close(end: EndNumber): void {
    const seated = this.surrender(end);
    if (seated === undefined) {
      this.#violation(`end ${end} was closed, but was not given or is closed already`);
      return;
    }
    this.#services.step({ type: 'release', ...seated });
  }

  inspect(end: EndNumber): Promise<Statistics> {
    return Promise.resolve(this.statistics(end));
  }

  /** Of the channel of an end; of one that is over, zeros. */
  statistics(end: EndNumber): Statistics {
    const seated = this.#ends.get(end);
    return (seated && this.#services.observe(seated.channel)?.statistics) ?? over;
  }

  /** What it waits for and what it has in hand. */
  operations(): ReadonlyMap<OpNumber, Operation<V>> {
    return this.#services.operations();
  }

  /** The participant is dead. Its ends, which somebody else now answers for. */
  leave(): readonly SeatedEnd[] {
    const ends = [...this.#ends.values()];
    this.#ends.clear();
    this.#services.leave();
    return ends;
  }

  /**
   * Values too small to matter are bounded by the number of operations alone. Values in hand do not count:
   * they are bounded by the windows of their senders, and the next receive may be offered before "taken".
   */
  #admits(op: OpNumber, guards: readonly Guard<V>[]): boolean {
    const { operations, bytes, sizeOf } = this.#limits;
    for (const guard of guards) {
      const size = guard.side === 'send' ? sizeOf(guard.value) : 0;
      if (size < smallValue) continue;
      this.#large.set(op, (this.#large.get(op) ?? 0) + size);
      this.#largeBytes += size;
    }
    const plain = this.#services.operations().size - this.#inHand - this.#selects.size;
    return (
      plain < operations * this.#lastEnd &&
      this.#selects.size <= mostSelects &&
      this.#largeBytes <= bytes * (this.#lastEnd + 1)
    );
  }

  #settled(op: OpNumber): void {
    if (this.#selects.size > 0) this.#selects.delete(op);
    const size = this.#large.size > 0 ? this.#large.get(op) : undefined;
    if (size === undefined) return;
    this.#largeBytes -= size;
    this.#large.delete(op);
  }

  #violation(problem: string): void {
    this.#onReply({ type: 'violation', party: this.party, problem });
  }
}

/** Selects are held back by nobody: each may be the one that lets the others go on. */
const mostSelects = 65_536;

const over: Statistics = {
  capacity: 0,
  senders: 0,
  receivers: 0,
  waitingSenders: 0,
  waitingReceivers: 0,
  buffered: 0,
  inHand: 0,
  taken: 0,
  discarded: 0,
};
