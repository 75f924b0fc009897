/**
 * Where one participant sits: it translates the participant's end numbers into channels, and refuses what
 * the participant has no right to say.
 */
import type { Observed, Statistics } from '../arbiter/channel-state.ts';
import type {
  ArbiterEvent,
  ChannelEnd,
  ChannelId,
  Failure,
  Guard,
  OpNumber,
  PartyEffect,
  PartyId,
  Side,
  Terms,
  WithdrawalKind,
} from '../arbiter/events.ts';
import type { Operation } from '../arbiter/operation.ts';
import type { Numbered } from '../by-number.ts';
import { mostContractBytes } from '../contracts/limits.ts';
import {
  type Authority,
  type Offer,
  type OfferedGuard,
  smallValue,
  type Taker,
} from '../party/authority.ts';
import { mostCarried } from '../value/cargo.ts';
import {
  type EndNumber,
  firstOwnEnd,
  mostOpenedCapacity,
  type Opening,
  type PassedEnd,
} from '../wire/message.ts';

/** What a participant hears. `violation`: it said what it may not say, and nothing has changed. */
export type Reply<V> = Exclude<PartyEffect<V>, { type: 'deliver' }> | Delivery<V>;

/** A value for one of its operations; the ends that it carries are the participant's from now on. */
export interface Delivery<V> extends Omit<Extract<PartyEffect<V>, { type: 'deliver' }>, 'ends'> {
  readonly ends?: readonly PassedEnd[] | undefined;
}

/** What the exchange does for its seats. */
export interface SeatServices<V> {
  readonly step: (event: ArbiterEvent<V>) => void;
  readonly open: (terms: Terms, name: string, deadLetters?: ChannelId) => ChannelId;
  readonly observe: (channel: ChannelId) => Observed | undefined;
  readonly operations: () => Numbered<Operation<V>>;
  readonly leave: (failure: Failure | undefined, wasEnded: boolean) => void;
}

/** The most that may be outstanding for each end of a seat: beyond, the participant breaks its window. */
export interface Limits<V> {
  readonly operations: number;
  readonly bytes: number;
  readonly sizeOf: (value: V) => number;
}

/** Looks on while a participant is given values, and says what became of them. */
export interface HandWatch {
  given(op: OpNumber): void;
  answered(op: OpNumber, answer: HandAnswer): void;
}

/** What a participant says of a value that it was given. */
export type HandAnswer = 'taken' | 'returned' | 'refused' | 'abandoned';

export class Seat<V> implements Authority<V> {
  readonly party: PartyId;
  /** Grows with everything that the participant says or hears. */
  activity = 0;
  /** How many values it has taken. */
  takenCount = 0;
  readonly #onReply: (reply: Reply<V>) => void;
  readonly #limits: Limits<V>;
  readonly #services: SeatServices<V>;
  readonly #ends = new Map<EndNumber, ChannelEnd>();
  // The next four are made when they are first needed: most of many participants need none of them.
  /** The ends that came with values of which it has said nothing yet, by operation. */
  #untaken: Map<OpNumber, readonly EndNumber[]> | undefined;
  /** Operations whose large values come in pieces, and are not complete. */
  #announced: Set<OpNumber> | undefined;
  /** The bytes of each operation with large values that has not ended. */
  #large: Map<OpNumber, number> | undefined;
  #largeBytes = 0;
  /** Its selects that have not ended, and were given nothing. */
  #selects: Set<OpNumber> | undefined;
  /** How many of its receives were given a value of which it has said nothing yet. */
  #inHand = 0;
  #watches: readonly HandWatch[] = [];
  /** Ends that it closed while operations on them may still have been outstanding. */
  #closedEnds = 0;
  #lastEnd = 0;
  /** How many it has of the ends that it opened itself. */
  #ownEnds = 0;
  #lastOwnEnd = firstOwnEnd - 1;
  #lastOp = -1;
  /** Whether it has announced any: then its offers may overtake each other. */
  #announces = false;

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

  /** One more looks on from now on. */
  watch(watch: HandWatch): void {
    this.#watches = [...this.#watches, watch];
  }

  hear(effect: PartyEffect<V>): void {
    this.activity++;
    if (effect.type === 'deliver') {
      this.#inHand++;
      for (const watch of this.#watches) watch.given(effect.op);
      this.#selects?.delete(effect.op);
      this.#onReply(effect.ends === undefined ? (effect as Delivery<V>) : this.#passOn(effect));
      return;
    }
    if (effect.type === 'completed' || effect.type === 'withdrawn' || effect.type === 'failed') {
      this.#settled(effect.op);
    }
    this.#onReply(effect);
  }

  /** The participant may use this end from now on. Ends are counted by the exchange, not here. */
  admit(end: ChannelEnd): EndNumber {
    this.#ends.set(++this.#lastEnd, end);
    return this.#lastEnd;
  }

  /** The participant makes a channel, and gives its own numbers to the two ends. */
  open({ sender, receiver, channel: name, terms, deadLetters }: Omit<Opening, 'type'>): void {
    this.activity++;
    const letters = deadLetters === undefined ? undefined : this.#ends.get(deadLetters);
    const problem =
      this.#problemOfOpening(sender, receiver, name, terms) ??
      (deadLetters === undefined || letters?.side === 'send'
        ? undefined
        : `whose dead letters go to end ${deadLetters}, which is no sender that it has`);
    if (problem !== undefined) {
      this.#violation(`it opened a channel "${name.slice(0, longestName)}" ${problem}`);
      return;
    }
    this.#lastOwnEnd = receiver;
    this.#ownEnds += 2;
    const channel = this.#services.open(terms, name, letters?.channel);
    this.#ends.set(sender, { channel, side: 'send' });
    this.#ends.set(receiver, { channel, side: 'receive' });
  }

  /** How many it has. */
  get endCount(): number {
    return this.#ends.size;
  }

  /** Those that it has now. */
  ends(): Iterable<ChannelEnd> {
    return this.#ends.values();
  }

  /** The number of an end that it has of a channel. */
  numberOf(channel: ChannelId, side: Side): EndNumber | undefined {
    for (const [number, end] of this.#ends) {
      if (end.channel === channel && end.side === side) return number;
    }
    return undefined;
  }

  /** `undefined` when the participant may not use it. */
  endOf(end: EndNumber): ChannelEnd | undefined {
    return this.#ends.get(end);
  }

  /** The participant may use the end no more; it goes to somebody else, uncounted. */
  surrender(end: EndNumber): ChannelEnd | undefined {
    const seated = this.#ends.get(end);
    if (!this.#ends.delete(end)) return undefined;
    if (end >= firstOwnEnd) this.#ownEnds--;
    if (this.#closedEnds < mostClosedEnds) this.#closedEnds++;
    return seated;
  }

  /** An offer will come with so many bytes of values, which count from now on. */
  announce(op: OpNumber, bytes: number): void {
    this.activity++;
    this.#announces = true;
    if (this.#isUsed(op)) {
      this.#comesLate(op);
      return;
    }
    this.#lastOp = Math.max(this.#lastOp, op);
    this.#announced ??= new Set();
    this.#announced.add(op);
    this.#count(op, bytes);
    if (!this.#hasRoomForBytes) this.#overflows(op);
  }

  /** What was announced is complete, and is offered next: then it counts like any other. */
  fulfil(op: OpNumber): void {
    if (this.#announced?.delete(op)) this.#settled(op);
  }

  offer({ op, guards, isPoll, isPriority, isShared }: Offer<V>): void {
    this.activity++;
    if (op <= this.#lastOp && this.#isUsed(op)) {
      this.#comesLate(op);
      return;
    }
    const known = new Array<Guard<V>>(guards.length);
    for (let index = 0; index < guards.length; index++) {
      const guard = this.#guardOf(op, guards[index] as OfferedGuard<V>);
      if (guard === undefined) return;
      known[index] = guard;
    }
    const isSelect = guards.length > 1 || isPriority;
    if (!this.#admits(op, known, isSelect)) {
      this.#overflows(op);
      return;
    }
    if (op > this.#lastOp) this.#lastOp = op;
    if (isSelect) {
      this.#selects ??= new Set();
      this.#selects.add(op);
    }
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
    this.activity++;
    this.#services.step({ type: 'withdraw', party: this.party, op, kind });
  }

  free(op: OpNumber): void {
    this.activity++;
    this.#services.step({ type: 'free', party: this.party, op });
  }

  taken(op: OpNumber, taker: Pick<Taker, 'given'>): void {
    taker.given();
    this.takenCount++;
    this.#answered(op, 'taken');
    this.#services.step({ type: 'taken', party: this.party, op });
  }

  keepsNothing(end: EndNumber): boolean {
    const channel = this.#ends.get(end)?.channel;
    const observed = channel === undefined ? undefined : this.#services.observe(channel);
    return observed?.terms.capacity === 0 && observed.deadLetters === undefined;
  }

  returned(op: OpNumber): void {
    this.#answered(op, 'returned');
    this.#services.step({ type: 'returned', party: this.party, op });
  }

  abandoned(op: OpNumber, failure: Failure): void {
    this.#answered(op, 'abandoned');
    this.#services.step({ type: 'abandoned', party: this.party, op, failure });
  }

  refused(op: OpNumber, why: string): void {
    this.#answered(op, 'refused');
    this.#services.step({ type: 'refused', party: this.party, op, why });
  }

  close(end: EndNumber): void {
    this.activity++;
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
    this.activity++;
    const seated = this.#ends.get(end);
    return (seated && this.#services.observe(seated.channel)?.statistics) ?? over;
  }

  /** What it waits for and what it has in hand. */
  operations(): Numbered<Operation<V>> {
    return this.#services.operations();
  }

  /** The participant is dead: nothing is given to it any more. What it has in hand is so until it leaves. */
  fallSilent(): void {
    this.#services.step({ type: 'silent', party: this.party });
  }

  /**
   * The participant is dead. Ends that came with a value which it had not taken go at once, and quietly: the
   * value, with its own, is somebody else's now.
   * @param failure how it ended, if not well: what became of the attempts at the values that it had in hand
   * @param wasEnded for reasons of others, for which these values are not to blame
   * @returns its other ends, by its numbers for them; somebody else now answers for them
   */
  leave(failure?: Failure, wasEnded = false): ReadonlyMap<EndNumber, ChannelEnd> {
    const untaken = [...(this.#untaken?.values() ?? [])].flat().flatMap((end) => {
      const seated = this.#ends.get(end);
      this.#ends.delete(end);
      return seated ?? [];
    });
    const ends = new Map(this.#ends);
    this.#ends.clear();
    this.#services.leave(failure, wasEnded);
    for (const end of untaken) this.#services.step({ type: 'release', ...end });
    return ends;
  }

  #passOn(effect: Extract<PartyEffect<V>, { type: 'deliver' }>): Delivery<V> {
    const ends = effect.ends?.map((end): PassedEnd => {
      const observed = this.#services.observe(end.channel);
      const contract = end.side === 'send' ? observed?.terms.contract : undefined;
      const passed = { end: this.admit(end), side: end.side, channel: observed?.name ?? '' };
      return contract === undefined ? passed : { ...passed, contract };
    });
    if (ends !== undefined) {
      this.#untaken ??= new Map();
      this.#untaken.set(
        effect.op,
        ends.map(({ end }) => end),
      );
    }
    return { ...effect, ends };
  }

  /** In terms of the exchange; `undefined` where the participant has no right to it, which was said. */
  #guardOf(op: OpNumber, guard: OfferedGuard<V>): Guard<V> | undefined {
    const seated = this.#ends.get(guard.end);
    if (seated === undefined) {
      this.#violation(`operation ${op} uses end ${guard.end}, which was not given or is closed`);
      return undefined;
    }
    const { side, channel } = seated;
    const hasValue = 'value' in guard;
    if (hasValue !== (side === 'send')) {
      const problem = hasValue ? 'sends on a receiving end' : 'receives on a sending end';
      this.#violation(`operation ${op} ${problem} (${guard.end})`);
      return undefined;
    }
    if (!hasValue) return { side: 'receive', channel };
    const ends = guard.ends === undefined ? undefined : this.#carried(op, guard.ends);
    return ends === 'refused' ? undefined : { side: 'send', channel, value: guard.value, ends };
  }

  #carried(op: OpNumber, numbers: readonly EndNumber[]): readonly ChannelEnd[] | 'refused' {
    const ends = numbers.flatMap((number) => this.#ends.get(number) ?? []);
    if (numbers.length > mostCarried) {
      this.#violation(`a value of operation ${op} carries more than ${mostCarried} ends`);
    } else if (ends.length < numbers.length) {
      this.#violation(`a value of operation ${op} carries an end which was not given or is closed`);
    } else {
      return ends;
    }
    return 'refused';
  }

  #problemOfOpening(
    sender: EndNumber,
    receiver: EndNumber,
    name: string,
    { capacity, overflow, maxAttempts, contract }: Terms,
  ): string | undefined {
    if (sender <= this.#lastOwnEnd || receiver <= sender) {
      return `with the ends ${sender} and ${receiver}, which do not come after ${this.#lastOwnEnd}`;
    }
    if (this.#ownEnds >= mostOwnEnds) {
      return `while it still has ${this.#ownEnds} ends of those that it opened before`;
    }
    if (name.length > longestName) return `… with a name of ${name.length} characters`;
    if (capacity > mostOpenedCapacity) return `with a capacity above ${mostOpenedCapacity}`;
    if (maxAttempts < 1) return 'with no attempt at all';
    if (contract !== undefined && contract.length > mostContractBytes) {
      return `with a contract of more than ${mostContractBytes} bytes`;
    }
    return capacity === 0 && overflow !== 'block' ? 'that drops values, but holds none' : undefined;
  }

  /** It has said what became of a value. */
  #answered(op: OpNumber, answer: HandAnswer): void {
    this.activity++;
    this.#inHand--;
    for (const watch of this.#watches) watch.answered(op, answer);
    this.#untaken?.delete(op);
  }

  /**
   * Values too small to matter are bounded by the number of operations alone. Values in hand do not count:
   * they are bounded by the windows of their senders, and the next receive may be offered before "taken".
   */
  #admits(op: OpNumber, guards: readonly Guard<V>[], isSelect: boolean): boolean {
    const { operations, sizeOf } = this.#limits;
    for (const guard of guards) {
      const size = guard.side === 'send' ? sizeOf(guard.value) : 0;
      if (size >= smallValue) this.#count(op, size);
    }
    const selects = this.#selects?.size ?? 0;
    const plain = this.#services.operations().size - this.#inHand - selects;
    if (plain === 0) this.#closedEnds = 0;
    const ends = this.#ends.size + this.#closedEnds;
    const hasRoom = isSelect ? selects < mostSelects : plain < operations * ends;
    return hasRoom && this.#hasRoomForBytes;
  }

  /** Of each end, a window of plain operations, and one of selects. */
  get #hasRoomForBytes(): boolean {
    return this.#largeBytes <= this.#limits.bytes * 2 * (this.#ends.size + this.#closedEnds);
  }

  #count(op: OpNumber, bytes: number): void {
    this.#large ??= new Map();
    this.#large.set(op, (this.#large.get(op) ?? 0) + bytes);
    this.#largeBytes += bytes;
  }

  /** Of one whose offers overtake each other, only what it still has is known. */
  #isUsed(op: OpNumber): boolean {
    if (!this.#announces) return op <= this.#lastOp;
    return this.#announced?.has(op) || this.#services.operations().has(op);
  }

  #comesLate(op: OpNumber): void {
    this.#violation(`operation ${op} does not come after operation ${this.#lastOp}`);
  }

  #overflows(op: OpNumber): void {
    this.#violation(`operation ${op} is more than the window allows to be outstanding`);
  }

  #settled(op: OpNumber): void {
    this.#selects?.delete(op);
    this.#largeBytes -= this.#large?.get(op) ?? 0;
    this.#large?.delete(op);
  }

  #violation(problem: string): void {
    this.#onReply({ type: 'violation', party: this.party, problem });
  }
}

/** Selects are held back by nobody: each may be the one that lets the others go on. */
const mostSelects = 65_536;

/** Of the channels that a participant opens. */
const mostOwnEnds = 65_536;
/** In characters, of a channel that a participant opens. */
const longestName = 256;
/** So many closed ends count for the window, which they still may fill. */
const mostClosedEnds = 1_024;

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
  deadLetters: 0,
  isDirect: false,
};
