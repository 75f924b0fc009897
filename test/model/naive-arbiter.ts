/**
 * What an arbiter must do, in the plainest way: one array of operations, everything else found by looking
 * through it. Written from the guarantees R1 to R9 and from the words of `events.ts` and `transitions.ts`.
 *
 * Where the guarantees leave open which of several channels comes first, the caller says so (`order`).
 */
import type { Statistics } from '../../src/arbiter/channel-state.ts';
import type {
  ArbiterEvent,
  ChannelEnd,
  ChannelId,
  DiscardReason,
  Effect,
  FailedReason,
  Failure,
  Guard,
  LetterMaker,
  OpNumber,
  PartyId,
  Side,
  Terms,
} from '../../src/arbiter/events.ts';

type EventOf<V, T extends ArbiterEvent<V>['type']> = Extract<ArbiterEvent<V>, { type: T }>;

export interface NaiveOperation<V> {
  readonly party: PartyId;
  readonly op: OpNumber;
  guards: readonly Guard<V>[];
  readonly isPoll: boolean;
  readonly isPriority: boolean;
  readonly arrival: number;
  /**
   * `arriving`, not yet in line; `waiting` in line; `aside`, until somebody has answered; `given`, a value in a
   * receiver's hand; `holding`, the receiver that has it.
   */
  state: 'arriving' | 'waiting' | 'aside' | 'given' | 'holding';
  /** Whether it may be offered elsewhere: `asked` its owner was asked, `free` and has said that it is not. */
  elsewhere: 'no' | 'yes' | 'asked' | 'free';
  /** Of one that is aside: who is to meet, once everybody has answered. */
  pair: Pair<V> | undefined;
  /** Whose value it is: its sender's, or its channel's. */
  owner: 'sender' | 'channel';
  /** What its sender asked for while it was in hand. */
  asked: 'nothing' | 'tentative' | 'final';
  committed: number | undefined;
  /** On the channel where it is. */
  attempts: number;
  blamed: number;
  failures: readonly Failure[];
  /** Of a dead letter: what was tried before. */
  before: Tried | undefined;
  /** Of a receiver: the value in its hand. */
  value: NaiveOperation<V> | undefined;
}

interface Tried {
  readonly attempts: number;
  readonly failures: readonly Failure[];
}

interface Pair<V> {
  readonly from: Candidate<V>;
  readonly to: Candidate<V>;
}

interface NaiveChannel {
  readonly id: ChannelId;
  readonly name: string;
  readonly terms: Terms;
  /** Until it is dry: then there will be none. */
  deadLetters: ChannelId | undefined;
  /** The ends that somebody has; those inside values are found by looking at the operations. */
  senders: number;
  receivers: number;
  senderFailures: Failure[];
  receiverFailures: Failure[];
  taken: number;
  discarded: number;
  buried: number;
}

interface Candidate<V> {
  readonly operation: NaiveOperation<V>;
  readonly guard: number;
}

export class NaiveArbiter<V> {
  readonly #pick: (below: number) => number;
  readonly #letterOf: LetterMaker<V>;
  #operations: NaiveOperation<V>[] = [];
  #channels: NaiveChannel[] = [];
  #effects: Effect<V>[] = [];
  #arrivals = 0;

  constructor(pick: (below: number) => number, letterOf: LetterMaker<V>) {
    this.#pick = pick;
    this.#letterOf = letterOf;
  }

  step(event: ArbiterEvent<V>, order: readonly ChannelId[] = []): readonly Effect<V>[] {
    this.#effects = [];
    this.#happen(event);
    this.#settle(order);
    return this.#effects;
  }

  get operations(): readonly NaiveOperation<V>[] {
    return this.#operations;
  }

  get channels(): readonly Pick<NaiveChannel, 'id' | 'senders' | 'receivers'>[] {
    return this.#channels;
  }

  statistics(id: ChannelId): Statistics | undefined {
    const channel = this.#channels.find((other) => other.id === id);
    if (channel === undefined) return undefined;
    return {
      capacity: channel.terms.capacity,
      senders: this.#ends(channel, 'send'),
      receivers: this.#ends(channel, 'receive'),
      waitingSenders: this.#line(channel, 'send').length,
      waitingReceivers: this.#line(channel, 'receive').length,
      buffered: this.#stored(channel).length,
      inHand: this.#inHand(channel).length,
      taken: channel.taken,
      discarded: channel.discarded,
      deadLetters: channel.buried,
      isDirect: false,
    };
  }

  // ── events ────────────────────────────────────────────────────────────────────────────────────────────

  #happen(event: ArbiterEvent<V>): void {
    switch (event.type) {
      case 'open':
        this.#channels.push({
          id: event.channel,
          name: event.name ?? `channel ${event.channel}`,
          deadLetters: event.deadLetters,
          terms: event.terms,
          senders: 1,
          receivers: 1,
          senderFailures: [],
          receiverFailures: [],
          taken: 0,
          discarded: 0,
          buried: 0,
        });
        break;
      case 'hold':
        this.#hold(event, 1);
        break;
      case 'release':
        this.#hold(event, -1, event.failure);
        break;
      case 'offer':
        this.#offer(event);
        break;
      case 'withdraw':
        this.#withdraw(event);
        break;
      case 'taken':
      case 'returned':
      case 'refused':
      case 'abandoned':
        this.#answered(event);
        break;
      case 'free':
        this.#free(event);
        break;
      case 'silent':
        this.#silent(event.party);
        break;
      case 'gone':
        this.#gone(event);
        break;
    }
  }

  #hold({ channel: id, side }: ChannelEnd, change: 1 | -1, failure?: Failure): void {
    const channel = this.#channel(id);
    if (side === 'send') channel.senders += change;
    else channel.receivers += change;
    if (failure === undefined) return;
    (side === 'send' ? channel.senderFailures : channel.receiverFailures).push(failure);
  }

  #offer({ party, op, guards, choice, patience, isShared }: EventOf<V, 'offer'>): void {
    const isKnown = guards.every((guard) => this.#channels.some(({ id }) => id === guard.channel));
    if (this.#find(party, op) !== undefined || guards.length === 0 || !isKnown) {
      this.#violation(party);
      return;
    }
    const operation: NaiveOperation<V> = {
      party,
      op,
      guards,
      isPoll: patience === 'poll',
      isPriority: choice === 'priority',
      arrival: this.#arrivals++,
      state: 'waiting',
      elsewhere: isShared ? 'yes' : 'no',
      pair: undefined,
      owner: 'sender',
      asked: 'nothing',
      committed: undefined,
      attempts: 0,
      blamed: 0,
      failures: [],
      before: undefined,
      value: undefined,
    };
    this.#come(operation);
  }

  /** It is in no line yet, or no more: it meets whoever is ready, or waits. */
  #come(operation: NaiveOperation<V>): void {
    const { guards, committed, isPoll, isPriority } = operation;
    // What its values carry counts already, but it stands in no line.
    operation.state = 'arriving';
    if (!this.#operations.includes(operation)) this.#operations.push(operation);
    this.#operations.sort((a, b) => a.arrival - b.arrival);
    const ready = guards.flatMap((guard, index) =>
      (committed ?? index) === index && this.#isReady(guard) ? [index] : [],
    );
    operation.state = 'waiting';
    if (ready.length > 0) {
      const chosen = isPriority || ready.length === 1 ? 0 : this.#pick(ready.length);
      this.#arrive({ operation, guard: ready[chosen] as number });
    } else if (isPoll) {
      this.#withdrawn(operation);
    } else {
      if (operation.elsewhere !== 'free') return;
      operation.elsewhere = 'yes';
      this.#effects.push({ type: 'released', party: operation.party, op: operation.op });
    }
  }

  // ── offers that may be offered elsewhere, too ─────────────────────────────────────────────────────────

  /** Whether an owner has to be asked first; then that is done, and they stand aside. */
  #asks(candidates: readonly Candidate<V>[], pair?: Pair<V>): boolean {
    if (!candidates.some(({ operation }) => operation.elsewhere === 'yes')) return false;
    for (const { operation, guard } of candidates) {
      operation.state = 'aside';
      operation.pair = pair;
      if (operation.elsewhere !== 'yes') continue;
      operation.elsewhere = 'asked';
      this.#effects.push({ type: 'ask', party: operation.party, op: operation.op, guard });
    }
    return true;
  }

  #free({ party, op }: EventOf<V, 'free'>): void {
    const operation = this.#find(party, op);
    if (operation?.elsewhere !== 'asked') {
      this.#violation(party);
      return;
    }
    operation.elsewhere = 'free';
    const { pair } = operation;
    if (pair === undefined) this.#comeAgain(operation);
    else if (bothOf(pair).every(({ elsewhere }) => elsewhere !== 'asked')) {
      this.#giveOldest(pair);
    }
  }

  /** What was kept for somebody who has gone meanwhile, and was sent before, goes first. */
  #giveOldest({ from, to }: Pair<V>): void {
    const { guards, elsewhere, arrival } = from.operation;
    const channel = this.#channel((guards[from.guard] as Guard<V>).channel);
    const older = this.#values(channel).find(
      ({ operation }) =>
        operation !== to.operation && operation.elsewhere === 'no' && operation.arrival < arrival,
    );
    if (older === undefined || elsewhere === 'free') {
      this.#give(from, to);
      return;
    }
    for (const operation of bothOf({ from, to })) operation.pair = undefined;
    this.#give(older, to);
    this.#comeAgain(from.operation);
  }

  #comeAgain(operation: NaiveOperation<V>): void {
    if (operation.owner === 'channel') {
      operation.state = 'waiting';
      return;
    }
    this.#come(operation);
  }

  /** It is no more. @returns whom it leaves alone, and who waits for no answer */
  #leavePair({ pair }: NaiveOperation<V>): readonly NaiveOperation<V>[] {
    const left = pair === undefined ? [] : bothOf(pair);
    for (const operation of left) operation.pair = undefined;
    return left.filter(({ elsewhere }) => elsewhere !== 'asked');
  }

  /** Whether an operation that arrives with this guard would not have to wait. */
  #isReady({ side, channel: id }: Guard<V>): boolean {
    const channel = this.#channel(id);
    const { capacity, overflow } = channel.terms;
    if (side === 'receive') return this.#values(channel).length > 0 || this.#isDry(channel);
    const mayDrop = capacity > 0 && overflow !== 'block';
    return (
      this.#ends(channel, 'receive') === 0 ||
      this.#line(channel, 'receive').length > 0 ||
      this.#hasRoom(channel) ||
      mayDrop
    );
  }

  #arrive(arrival: Candidate<V>): void {
    const isOther = ({ operation }: Candidate<V>) => operation !== arrival.operation;
    const guard = arrival.operation.guards[arrival.guard] as Guard<V>;
    const channel = this.#channel(guard.channel);
    if (guard.side === 'receive') {
      const first = this.#values(channel).find(isOther);
      if (first === undefined) this.#fail(arrival, endOf(channel.senderFailures));
      else this.#give(first, arrival);
      return;
    }
    const receiver = this.#line(channel, 'receive').find(isOther);
    if (this.#ends(channel, 'receive') === 0) this.#fail(arrival, endOf(channel.receiverFailures));
    else if (this.#hasRoom(channel)) this.#store(arrival);
    else if (receiver !== undefined) this.#give(arrival, receiver);
    else if (channel.terms.overflow === 'drop-oldest') this.#store(arrival);
    else if (!this.#asks([arrival])) {
      this.#complete(arrival);
      this.#discard(arrival.operation, guard.value, channel, 'overflow');
    }
  }

  #withdraw({ party, op, kind }: EventOf<V, 'withdraw'>): void {
    const operation = this.#find(party, op);
    if (operation === undefined || operation.state === 'holding') return;
    if (operation.state === 'waiting' || operation.state === 'aside') {
      if (kind === 'tentative' && triedOf(operation).attempts > 0) {
        this.#effects.push({ type: 'late', party, op });
        return;
      }
      this.#withdrawn(operation);
      for (const left of this.#leavePair(operation)) {
        if (left !== operation) this.#comeAgain(left);
      }
    } else if (
      operation.asked === 'nothing' ||
      (operation.asked === 'tentative' && kind === 'final')
    ) {
      operation.asked = kind;
      this.#effects.push({ type: 'late', party, op });
    } else {
      this.#violation(party);
    }
  }

  #answered(event: EventOf<V, 'taken' | 'returned' | 'refused' | 'abandoned'>): void {
    const receiver = this.#find(event.party, event.op);
    if (receiver?.state !== 'holding') {
      this.#violation(event.party);
      return;
    }
    const value = receiver.value as NaiveOperation<V>;
    this.#forget(receiver);
    switch (event.type) {
      case 'taken':
        this.#channelOf(value).taken++;
        if (value.owner === 'sender')
          this.#complete({ operation: value, guard: value.committed ?? 0 });
        this.#forget(value);
        break;
      case 'returned':
        this.#comeBack(value);
        break;
      case 'refused':
        this.#giveUp(value, { kind: 'refused', why: event.why }, 'refused');
        break;
      case 'abandoned':
        this.#failOn(value, event.failure, 1);
    }
  }

  /** What somebody had in hand before belongs to its channel, all else that waits is no more. */
  #orphan(party: PartyId): ReadonlySet<NaiveOperation<V>> {
    const left = new Set<NaiveOperation<V>>();
    for (const operation of this.#operations.filter((other) => isOwnedBy(other, party))) {
      if (operation.state === 'holding') continue;
      if (operation.state !== 'given' && triedOf(operation).attempts === 0) {
        this.#forget(operation);
        for (const other of this.#leavePair(operation)) left.add(other);
      } else operation.owner = 'channel';
    }
    return left;
  }

  #silent(party: PartyId): void {
    const left = this.#orphan(party);
    for (const other of left) if (this.#operations.includes(other)) this.#comeAgain(other);
  }

  #gone({ party, failure, wasEnded = false }: EventOf<V, 'gone'>): void {
    const left = this.#orphan(party);
    const own = this.#operations.filter((operation) => isOwnedBy(operation, party));
    for (const operation of own) this.#forget(operation);
    for (const { value } of own)
      if (value !== undefined) this.#failOn(value, failure, wasEnded ? 0 : 1);
    for (const other of left) if (this.#operations.includes(other)) this.#comeAgain(other);
  }

  /** An attempt at the value has failed. */
  #failOn(value: NaiveOperation<V>, failure: Failure | undefined, blame: 0 | 1): void {
    value.attempts++;
    value.blamed += blame;
    if (failure !== undefined) value.failures = [...value.failures, failure];
    const channel = this.#channelOf(value);
    const { attempts } = value;
    if (value.blamed >= channel.terms.maxAttempts) {
      if (this.#lettersFor(value) !== undefined) this.#bury(value);
      else this.#giveUp(value, { kind: 'lost', failures: triedOf(value).failures }, 'lost');
      return;
    }
    this.#comeBack(value);
    if (!this.#operations.includes(value)) return;
    this.#effects.push({ type: 'retried', channel: channel.id, attempts, failure });
  }

  // ── dead letters ──────────────────────────────────────────────────────────────────────────────────────

  /** The channel on which the value would be a dead letter, if it can be. */
  #lettersFor(value: NaiveOperation<V>): NaiveChannel | undefined {
    const { deadLetters } = this.#channelOf(value);
    const isWantedBack = value.owner === 'sender' && value.asked === 'final';
    if (deadLetters === undefined || isWantedBack) return undefined;
    const letters = this.#channel(deadLetters);
    return this.#ends(letters, 'receive') > 0 ? letters : undefined;
  }

  #bury(value: NaiveOperation<V>): void {
    const channel = this.#channelOf(value);
    const letters = this.#lettersFor(value) as NaiveChannel;
    const { attempts, failures, committed: guard = 0 } = value;
    const hasRoom = this.#hasRoom(letters);
    const isFull = !hasRoom && this.#line(letters, 'receive').length === 0;
    const { overflow } = letters.terms;
    channel.buried++;
    this.#effects.push({
      type: 'buried',
      channel: channel.id,
      attempts,
      failures,
      deadLetters: letters.id,
    });
    const letter = this.#letterOf(contentOf(value), { channel: channel.name, attempts, failures });
    value.before = triedOf(value);
    value.attempts = 0;
    value.blamed = 0;
    value.failures = [];
    value.guards = value.guards.with(guard, {
      side: 'send',
      channel: letters.id,
      value: letter,
      ends: endsIn(value),
    });
    value.state = 'waiting';
    value.asked = 'nothing';
    if (isFull && overflow === 'drop-newest') {
      if (value.owner === 'sender') this.#complete({ operation: value, guard });
      this.#discard(value, letter, letters, 'overflow');
    } else if (value.owner === 'sender' && (hasRoom || (isFull && overflow === 'drop-oldest'))) {
      this.#store({ operation: value, guard });
    }
  }

  // ── what becomes of a value ───────────────────────────────────────────────────────────────────────────

  #give(from: Candidate<V>, to: Candidate<V>): void {
    const value = from.operation;
    const receiver = to.operation;
    if (this.#asks([from, to], { from, to })) return;
    const older = value.elsewhere === 'free' ? undefined : this.#keptBefore(from);
    if (older !== undefined) {
      // What was sent first goes first; the later one takes its place.
      const pair = { from, to: older.to };
      for (const operation of bothOf(pair)) operation.pair = pair;
      value.state = 'aside';
      older.from.operation.pair = undefined;
      this.#give(older.from, to);
      return;
    }
    for (const operation of [value, receiver]) {
      operation.elsewhere = 'no';
      operation.pair = undefined;
    }
    value.committed = from.guard;
    value.state = 'given';
    receiver.committed = to.guard;
    receiver.state = 'holding';
    receiver.value = value;
    this.#effects.push({
      type: 'deliver',
      party: receiver.party,
      op: receiver.op,
      guard: to.guard,
      attempt: value.attempts + 1,
      value: contentOf(value),
      ends: endsIn(value),
    });
    for (const end of endsIn(value) ?? []) this.#hold(end, 1);
    if (value.owner === 'channel' || !value.isPoll || value.asked === 'final') return;
    value.asked = 'final';
    this.#effects.push({ type: 'late', party: value.party, op: value.op });
  }

  /** The oldest value of those on the same channel that are kept for who was asked, if it is older. */
  #keptBefore({ operation, guard }: Candidate<V>): Pair<V> | undefined {
    const { channel } = operation.guards[guard] as Guard<V>;
    return this.#operations
      .filter(({ elsewhere, arrival }) => elsewhere === 'no' && arrival < operation.arrival)
      .flatMap((other) => (other.pair?.from.operation === other ? [other.pair] : []))
      .find(({ from }) => from.operation.guards[from.guard]?.channel === channel);
  }

  #comeBack(value: NaiveOperation<V>): void {
    if (value.owner === 'sender' && value.asked === 'final') {
      this.#withdrawn(value);
      return;
    }
    value.state = 'waiting';
    value.asked = 'nothing';
  }

  #giveUp(value: NaiveOperation<V>, reason: FailedReason, discard: DiscardReason): void {
    if (value.owner === 'sender')
      this.#fail({ operation: value, guard: value.committed ?? 0 }, reason);
    else this.#discard(value, contentOf(value), this.#channelOf(value), discard);
  }

  #store(arrival: Candidate<V>): void {
    if (this.#asks([arrival])) return;
    this.#complete(arrival);
    arrival.operation.committed = arrival.guard;
    arrival.operation.owner = 'channel';
    arrival.operation.elsewhere = 'no';
    arrival.operation.state = 'waiting';
  }

  #complete({ operation: { party, op }, guard }: Candidate<V>): void {
    this.#effects.push({ type: 'completed', party, op, guard });
  }

  #fail({ operation, guard }: Candidate<V>, why: FailedReason): void {
    if (this.#asks([{ operation, guard }])) return;
    const { party, op } = operation;
    const { attempts } = triedOf(operation);
    this.#forget(operation);
    // Its sender has not sent it to the channel of dead letters.
    const { failures } = triedOf(operation);
    const isLetter = operation.before !== undefined && why.kind !== 'refused';
    const reason: FailedReason = isLetter ? { kind: 'lost', failures } : why;
    this.#effects.push({ type: 'failed', party, op, guard, attempts, reason });
  }

  #withdrawn(operation: NaiveOperation<V>): void {
    const { party, op, committed: guard = 0 } = operation;
    const { attempts } = triedOf(operation);
    this.#forget(operation);
    this.#effects.push({ type: 'withdrawn', party, op, guard, attempts });
  }

  #discard(
    operation: NaiveOperation<V>,
    value: V,
    channel: NaiveChannel,
    reason: DiscardReason,
  ): void {
    this.#forget(operation);
    channel.discarded++;
    this.#effects.push({ type: 'discarded', channel: channel.id, value, reason });
  }

  #violation(party: PartyId): void {
    this.#effects.push({ type: 'violation', party, problem: '' });
  }

  // ── after each event ──────────────────────────────────────────────────────────────────────────────────

  #settle(order: readonly ChannelId[]): void {
    const isFirst = (id: ChannelId) => (order.includes(id) ? order.indexOf(id) : order.length);
    for (let isChanged = true; isChanged; ) {
      isChanged = false;
      const channels = this.#channels.toSorted((a, b) => isFirst(a.id) - isFirst(b.id));
      for (const channel of channels) while (this.#change(channel)) isChanged = true;
    }
    this.#channels = this.#channels.filter(
      (channel) =>
        this.#ends(channel, 'receive') > 0 ||
        !this.#isDry(channel) ||
        this.#line(channel, 'receive').length > 0 ||
        this.#isAside(channel, 'receive'),
    );
  }

  /** One thing that has to happen on a channel, if there is one. */
  #change(channel: NaiveChannel): boolean {
    const [sender] = this.#line(channel, 'send');
    const [stored] = this.#stored(channel);
    const receivers = this.#line(channel, 'receive');
    if (this.#ends(channel, 'receive') === 0 && sender !== undefined) {
      this.#fail(sender, endOf(channel.receiverFailures));
      return true;
    }
    if (this.#ends(channel, 'receive') === 0 && stored !== undefined) {
      if (this.#lettersFor(stored.operation) !== undefined) this.#bury(stored.operation);
      else this.#discard(stored.operation, contentOf(stored.operation), channel, 'no-receiver');
      return true;
    }
    const { overflow, capacity } = channel.terms;
    if (
      stored !== undefined &&
      overflow === 'drop-oldest' &&
      this.#stored(channel).length > capacity
    ) {
      this.#discard(stored.operation, contentOf(stored.operation), channel, 'overflow');
      return true;
    }
    if (sender !== undefined && this.#hasRoom(channel)) {
      this.#store(sender);
      return true;
    }
    for (const receiver of receivers) {
      const value = this.#values(channel).find(({ operation }) => operation !== receiver.operation);
      if (value === undefined) continue;
      this.#give(value, receiver);
      return true;
    }
    const [receiver] = receivers;
    if (receiver !== undefined && this.#isDry(channel)) {
      this.#fail(receiver, endOf(channel.senderFailures));
      return true;
    }
    if (channel.deadLetters !== undefined && this.#isDry(channel)) {
      channel.deadLetters = undefined;
      return true;
    }
    return false;
  }

  // ── looking ───────────────────────────────────────────────────────────────────────────────────────────

  /** The ends on a side: those that somebody has, and those in values that may still go to somebody. */
  #ends({ id, senders, receivers }: NaiveChannel, side: Side): number {
    const carried = this.#operations
      .flatMap(({ guards, committed }) =>
        guards.filter((_, index) => committed === undefined || committed === index),
      )
      .flatMap((guard) => (guard.side === 'send' ? (guard.ends ?? []) : []))
      .filter((end) => end.channel === id && end.side === side);
    if (side === 'receive') return carried.length + receivers;
    const sources = this.#channels.filter(({ deadLetters }) => deadLetters === id);
    return carried.length + senders + sources.length;
  }

  /** The guards of parties that wait on a side of a channel, first come first. */
  #line({ id }: NaiveChannel, side: Side): readonly Candidate<V>[] {
    const line: Candidate<V>[] = [];
    for (const operation of this.#operations) {
      if (operation.state !== 'waiting' || operation.owner !== 'sender') continue;
      for (const [index, guard] of operation.guards.entries()) {
        const isHere = guard.channel === id && guard.side === side;
        const isOffered = operation.committed === undefined || operation.committed === index;
        if (isHere && isOffered) line.push({ operation, guard: index });
      }
    }
    return line.sort((a, b) => a.operation.arrival - b.operation.arrival || a.guard - b.guard);
  }

  /** The values that belong to the channel and are in nobody's hand. */
  #stored(channel: NaiveChannel): readonly Candidate<V>[] {
    return this.#owned(channel)
      .filter(({ state }) => state === 'waiting')
      .map((operation) => ({ operation, guard: operation.committed ?? 0 }))
      .sort((a, b) => a.operation.arrival - b.operation.arrival);
  }

  #values(channel: NaiveChannel): readonly Candidate<V>[] {
    return [...this.#stored(channel), ...this.#line(channel, 'send')].sort(
      (a, b) => a.operation.arrival - b.operation.arrival,
    );
  }

  #inHand(channel: NaiveChannel): readonly NaiveOperation<V>[] {
    return this.#operations.filter(
      (operation) => operation.state === 'given' && this.#channelOf(operation) === channel,
    );
  }

  /** All the values that belong to the channel. */
  #owned(channel: NaiveChannel): readonly NaiveOperation<V>[] {
    return this.#operations.filter(
      (operation) => operation.owner === 'channel' && this.#channelOf(operation) === channel,
    );
  }

  #hasRoom(channel: NaiveChannel): boolean {
    const { capacity, overflow } = channel.terms;
    const used = overflow === 'drop-oldest' ? this.#stored(channel) : this.#owned(channel);
    return used.length < capacity;
  }

  /** Nothing is here and nothing can come any more. */
  #isDry(channel: NaiveChannel): boolean {
    return (
      this.#ends(channel, 'send') === 0 &&
      this.#values(channel).length === 0 &&
      this.#inHand(channel).length === 0 &&
      !this.#isAside(channel, 'send')
    );
  }

  /** Whether somebody stands aside, and may come back to this side of the channel. */
  #isAside({ id }: NaiveChannel, side: Side): boolean {
    return this.#operations.some(
      ({ state, guards, committed }) =>
        state === 'aside' &&
        guards.some(
          (guard, index) =>
            (committed ?? index) === index && guard.channel === id && guard.side === side,
        ),
    );
  }

  #find(party: PartyId, op: OpNumber): NaiveOperation<V> | undefined {
    return this.#operations.find((other) => isOwnedBy(other, party) && other.op === op);
  }

  #forget(operation: NaiveOperation<V>): void {
    this.#operations = this.#operations.filter((other) => other !== operation);
  }

  #channelOf({ guards, committed }: NaiveOperation<V>): NaiveChannel {
    return this.#channel((guards[committed ?? 0] as Guard<V>).channel);
  }

  #channel(id: ChannelId): NaiveChannel {
    const channel = this.#channels.find((other) => other.id === id);
    if (channel === undefined) throw new Error(`there is no channel ${id}`);
    return channel;
  }
}

/** All that was tried with its value, wherever it was. */
function triedOf<V>({ attempts, failures, before }: NaiveOperation<V>): Tried {
  return {
    attempts: attempts + (before?.attempts ?? 0),
    failures: [...(before?.failures ?? []), ...failures],
  };
}

function bothOf<V>({ from, to }: Pair<V>): readonly NaiveOperation<V>[] {
  return [from.operation, to.operation];
}

function isOwnedBy<V>(operation: NaiveOperation<V>, party: PartyId): boolean {
  return operation.owner === 'sender' && operation.party === party;
}

function contentOf<V>({ guards, committed }: NaiveOperation<V>): V {
  const guard = guards[committed ?? 0];
  if (guard?.side !== 'send') throw new Error('a receive has no value');
  return guard.value;
}

function endsIn<V>({ guards, committed }: NaiveOperation<V>): readonly ChannelEnd[] | undefined {
  const guard = guards[committed ?? 0];
  return guard?.side === 'send' ? guard.ends : undefined;
}

function endOf([failure]: readonly Failure[]): FailedReason {
  return failure === undefined ? { kind: 'ended' } : { kind: 'broken', failure };
}
