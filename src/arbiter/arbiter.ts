/**
 * Where offers meet: one plain object that takes events and returns effects. It does no I/O, knows no
 * process and has no clock, so that every order of events can be tried in a test.
 *
 * Rules of this file, and of its parts: `channels.ts`, `aside.ts`, `stores.ts`, `hands.ts`, `dead-letters.ts`
 * - A state changes only by `Operation.undergo`, which looks it up in `transitions.ts`.
 * - The ends that a value carries count from its offer until its operation has ended; the receiver's copies
 *   count from the delivery on, whatever it says of the value (R9).
 * - First the state changes, then the effect is written down.
 * - What a party may not say is answered by `violation`, and changes nothing.
 *
 * Invariants (`checkInvariants`, run after every step in the tests)
 *  I1  An operation stands in line exactly while it is `waiting`, `shared` or `stored`; in that of the values that
 *      are kept, while it is an `engaged` value or `reserved`.
 *  I2  On no channel do a value and a receive of different operations wait together.
 *  I3  Lines are in the order of arrival.
 *  I4  Each `holding` receive has one value in hand, each value in hand has one holder.
 *  I5  A channel's `inHand`, `lent` and `aside` are what its operations say.
 *  I6  Nothing waits for a side that is gone: no send without a receiver, no receive on an exhausted channel.
 *  I7  While a send waits, the channel's store is full.
 *  I8  A channel counts every end that a value carries, and as a sender each channel whose dead letters it gets.
 *  I9  Of two that are engaged, at least one is `asked`; only who is `asked` stands aside alone.
 */
import type { Numbered } from '../by-number.ts';
import { Aside } from './aside.ts';
import { ChannelState, type Observed } from './channel-state.ts';
import { Channels } from './channels.ts';
import { canBeBuried, DeadLetters } from './dead-letters.ts';
import type {
  ArbiterEvent,
  ChannelId,
  Effect,
  FailedReason,
  Guard,
  LetterMaker,
  OpNumber,
  PartyId,
} from './events.ts';
import { lost } from './failures.ts';
import { Hands } from './hands.ts';
import { checkInvariants } from './invariants.ts';
import type { Place } from './line.ts';
import { isOlder, olderThan } from './older.ts';
import { Operation, type Side } from './operation.ts';
import { Outcomes } from './outcomes.ts';
import { enter, standAgain } from './standing.ts';
import { Stores } from './stores.ts';
import { withdrawalOf } from './withdrawal.ts';

type EventOf<V, T extends ArbiterEvent<V>['type']> = Extract<ArbiterEvent<V>, { type: T }>;

export class Arbiter<V> {
  readonly #pick: (below: number) => number;
  readonly #channels = new Channels<V>();
  readonly #outcomes = new Outcomes<V>();
  readonly #aside = new Aside<V>(this.#channels, this.#outcomes);
  readonly #stores = new Stores<V>(this.#channels, this.#outcomes, this.#aside);
  readonly #deadLetters: DeadLetters<V>;
  readonly #hands: Hands<V>;
  #arrivals = 0;

  /** @param pick a number from 0 to `below - 1`: how a select chooses among its ready guards */
  constructor(pick: (below: number) => number, letterOf: LetterMaker<V>) {
    this.#pick = pick;
    this.#deadLetters = new DeadLetters(this.#channels, this.#outcomes, this.#stores, letterOf);
    this.#hands = new Hands(this.#channels, this.#outcomes, this.#deadLetters);
  }

  step(event: ArbiterEvent<V>): readonly Effect<V>[] {
    this.undergo(event);
    return this.effects();
  }

  /** The effects of all steps since the last call, in their order. */
  effects(): readonly Effect<V>[] {
    return this.#outcomes.drain();
  }

  /** A step, of which the effects are asked for later. */
  undergo(event: ArbiterEvent<V>): void {
    switch (event.type) {
      case 'offer':
        this.#offer(event);
        break;
      case 'taken':
        this.#taken(event);
        break;
      case 'withdraw':
        this.#withdraw(event);
        break;
      case 'free':
        this.#free(event);
        break;
      case 'returned':
        this.#returned(event);
        break;
      case 'refused':
        this.#refused(event);
        break;
      case 'abandoned':
        this.#abandoned(event);
        break;
      case 'silent':
        this.#silent(event);
        break;
      case 'gone':
        this.#gone(event);
        break;
      case 'open':
        this.#open(event);
        break;
      case 'hold':
        this.#hold(event);
        break;
      case 'release':
        this.#release(event);
        break;
      case 'direct':
        this.#direct(event);
        break;
    }
    const channels = this.#channels;
    for (let next = channels.nextUnsettled(); next; next = channels.nextUnsettled()) {
      this.#settle(next);
    }
    for (const channel of channels.takeRegrouped()) this.#outcomes.regrouped(channel);
  }

  /** `undefined` when the channel is over: nobody holds an end of it. */
  observe(channel: ChannelId): Observed | undefined {
    return this.#channels.find(channel);
  }

  /** Whether all that is in a channel, in line or in hand, are sends of one party. */
  holdsOnlySendsOf(party: PartyId, id: ChannelId): boolean {
    const channel = this.#channels.find(id);
    if (channel === undefined || channel.belongings > 0) return false;
    for (const { operation } of channel.sending) {
      if (operation.party !== party || operation.before !== undefined) return false;
    }
    let inHand = 0;
    for (const operation of this.operationsOf(party).values()) {
      if (isInHand(operation) && operation.channel === id) inHand++;
    }
    return inHand === channel.inHand;
  }

  /** Every channel that is not over. */
  get channels(): Iterable<ChannelState<V>> {
    return this.#channels.all;
  }

  /** The operations of a party that have not ended: what it waits for, and what it has in hand. */
  operationsOf(party: PartyId): Numbered<Operation<V>> {
    return this.#outcomes.operationsOf(party);
  }

  /** Throws an error that names the first invariant that does not hold. */
  checkInvariants(): void {
    checkInvariants(this.#channels.all, this.#outcomes);
  }

  #open({ channel, terms, name, deadLetters: id }: EventOf<V, 'open'>): void {
    const deadLetters = id === undefined ? undefined : this.#channels.get(id);
    deadLetters?.count('send', 1);
    this.#channels.add(new ChannelState(channel, terms, name, deadLetters));
  }

  // ── offers ────────────────────────────────────────────────────────────────────────────────────────────

  #offer({ party, op, guards, choice, patience, isShared }: EventOf<V, 'offer'>): void {
    if (this.#outcomes.find(party, op) !== undefined) {
      this.#outcomes.violation(party, `operation ${op} was offered twice`);
      return;
    }
    if (!this.#channels.haveAll(guards)) {
      this.#outcomes.violation(
        party,
        `operation ${op} offers on no channel, or on one that is over`,
      );
      return;
    }
    const operation = new Operation(party, op, guards, choice, patience, this.#arrivals++);
    if (isShared) operation.undergo('share');
    this.#outcomes.register(operation);
    this.#channels.count(operation.carried, 1);
    const ready = this.#readyGuard(operation);
    if (ready !== undefined) this.#commit(operation, ready);
    else if (patience === 'poll') this.#miss(operation);
    else this.#stand(operation);
  }

  /** A poll, and nothing is ready. */
  #miss(operation: Operation<V>): void {
    this.#channels.undergo(operation, 'withdraw-final');
    this.#outcomes.withdrawn(operation);
  }

  #stand(operation: Operation<V>): void {
    if (operation.committed !== -1) {
      standAgain(operation, this.#channels.get(operation.channel).lineFor('send'));
      return;
    }
    const { guards } = operation;
    const places = new Array<Place<V>>(guards.length);
    for (let index = 0; index < guards.length; index++) {
      const { channel, side } = guards[index] as Guard<V>;
      places[index] = enter(operation, index, this.#channels.get(channel).lineFor(side));
    }
    operation.places = places;
  }

  #readyGuard(operation: Operation<V>): number | undefined {
    const [only] = operation.guards;
    if (operation.guards.length === 1) return this.#isReady(only as Guard<V>) ? 0 : undefined;
    const ready: number[] = [];
    for (const index of operation.openGuards) {
      if (!this.#isReady(operation.guards[index] as Guard<V>)) continue;
      if (operation.choice === 'priority') return index;
      ready.push(index);
    }
    return ready.length > 1 ? ready[this.#pick(ready.length)] : ready[0];
  }

  /** A guard whose other side is gone is ready too: it fails at once. */
  #isReady(guard: Guard<V>): boolean {
    const channel = this.#channels.get(guard.channel);
    if (guard.side === 'receive') return channel.hasValue() || channel.isExhausted();
    return (
      channel.receivers === 0 ||
      channel.receiving.head !== undefined ||
      channel.hasRoom() ||
      channel.neverBlocks()
    );
  }

  /** The operation arrives at a ready guard, and stands in no line. */
  #commit(operation: Operation<V>, guard: number): void {
    const side = { operation, guard };
    const { side: direction, channel: id } = operation.guards[guard] as Guard<V>;
    const channel = this.#channels.get(id);
    if (direction === 'receive') {
      const value = channel.firstValue(operation);
      if (value === undefined) this.#shut(side);
      else this.#deliver(channel, value, side);
    } else if (channel.receivers === 0) {
      this.#shut(side);
    } else if (channel.hasRoom()) {
      this.#stores.store(channel, side);
    } else if (channel.receiving.head !== undefined) {
      this.#deliver(channel, side, channel.receiving.head);
    } else if (channel.terms.overflow === 'drop-newest') {
      this.#stores.dropNewest(channel, side);
    } else {
      this.#stores.store(channel, side);
    }
  }

  // ── a value changes hands ─────────────────────────────────────────────────────────────────────────────

  #deliver(channel: ChannelState<V>, from: Side<V>, to: Side<V>): void {
    const send = from.operation;
    const receive = to.operation;
    if (send.state === 'shared' || receive.state === 'shared') {
      this.#aside.engage(from, to);
      return;
    }
    const older = channel.kept.head;
    if (older !== undefined && send.state !== 'freed' && isOlder(older, send)) {
      this.#aside.takePlace(older, from);
      this.#deliver(channel, older, to);
      return;
    }
    this.#hands.handOver(channel, from, to);
  }

  #taken({ party, op }: EventOf<V, 'taken'>): void {
    const receive = this.#holding(party, op, 'taken');
    if (receive === undefined) return;
    const [channel, send] = this.#hands.letGo(receive, 'take');
    this.#hands.take(channel, send);
  }

  #returned({ party, op }: EventOf<V, 'returned'>): void {
    const receive = this.#holding(party, op, 'returned');
    if (receive === undefined) return;
    const [channel, send] = this.#hands.letGo(receive, 'come-back');
    this.#hands.comeBack(channel, send);
  }

  #abandoned({ party, op, failure }: EventOf<V, 'abandoned'>): void {
    const receive = this.#holding(party, op, 'abandoned');
    if (receive === undefined) return;
    const [channel, send] = this.#hands.letGo(receive, 'come-back');
    this.#hands.failOn(channel, send, failure, true);
  }

  #refused({ party, op, why }: EventOf<V, 'refused'>): void {
    const receive = this.#holding(party, op, 'refused');
    if (receive === undefined) return;
    const [channel, send] = this.#hands.letGo(receive, 'exhaust');
    this.#hands.exhaust(channel, send, { kind: 'refused', why });
  }

  // ── shared operations ─────────────────────────────────────────────────────────────────────────────────

  #free({ party, op }: EventOf<V, 'free'>): void {
    const operation = this.#outcomes.find(party, op);
    if (operation?.undergo('free') !== 'freed') {
      this.#outcomes.violation(party, `"free" for operation ${op}, about which nobody asked`);
      return;
    }
    if (operation.engagement === undefined) {
      this.#tryAgain(operation);
      return;
    }
    const { value, receive } = operation.engagement;
    if (operation.partner?.state === 'asked') return;
    this.#aside.part(operation.engagement);
    this.#channels.countAside(receive.operation, -1);
    const guard = receive.operation.guards[receive.guard] as Guard<V>;
    const channel = this.#channels.get(guard.channel);
    const older = olderThan(value.operation, channel, receive.operation);
    if (older === undefined) {
      this.#channels.countAside(value.operation, -1);
      this.#deliver(channel, value, receive);
    } else {
      // It was kept for somebody else, who has gone meanwhile: what was sent first goes first (R3).
      this.#deliver(channel, older, receive);
      this.#tryAgain(value.operation);
    }
  }

  /** Its partner is gone: somebody else may be ready for it. If nobody is, it goes back to its old place. */
  #tryAgain(operation: Operation<V>): void {
    this.#channels.countAside(operation, -1);
    if (operation.state === 'reserved') {
      const channel = this.#channels.get(operation.channel);
      operation.undergo('step-back');
      channel.lent--;
      standAgain(operation, channel.lineForStored());
      this.#channels.unsettle(channel);
      return;
    }
    const wasFreed = operation.state === 'freed';
    const ready = this.#readyGuard(operation);
    if (ready !== undefined) {
      this.#commit(operation, ready);
    } else if (operation.patience === 'poll') {
      this.#miss(operation);
    } else {
      operation.undergo('step-back');
      this.#stand(operation);
      if (wasFreed) this.#outcomes.released(operation);
    }
  }

  // ── withdrawals ───────────────────────────────────────────────────────────────────────────────────────

  #withdraw({ party, op, kind }: EventOf<V, 'withdraw'>): void {
    const operation = this.#outcomes.find(party, op);
    // Its ending is on the way already: the withdrawal has crossed it.
    if (operation === undefined) return;
    const wasAside = operation.isAside;
    switch (this.#channels.undergo(operation, withdrawalOf(operation, kind))) {
      case 'ended':
        this.#channels.stepOut(operation);
        this.#outcomes.withdrawn(operation);
        if (wasAside) this.#stepAway(operation);
        break;
      case 'ignored':
        break;
      case 'illegal':
        this.#outcomes.violation(party, `operation ${op} was withdrawn again`);
        break;
      default:
        this.#outcomes.late(operation);
    }
  }

  /** It has ended while it stood aside. */
  #stepAway(operation: Operation<V>): void {
    this.#channels.countAside(operation, -1);
    const partner = this.#aside.disengage(operation);
    if (partner !== undefined) this.#tryAgain(partner);
  }

  // ── parties and ends come and go ──────────────────────────────────────────────────────────────────────

  /**
   * A party is dead. Its waiting operations leave first, so that nothing that comes back is delivered to
   * the dead; what comes back is all in line again before any of it is delivered.
   */
  #gone({ party, failure, wasEnded = false }: EventOf<V, 'gone'>): void {
    const left = this.#orphanAll(party);
    for (const operation of this.#outcomes.operationsOf(party).values()) {
      const [channel, send] = this.#hands.letGo(operation, 'owner-gone');
      this.#hands.failOn(channel, send, failure, !wasEnded);
    }
    for (const partner of left) if (partner.state !== 'ended') this.#tryAgain(partner);
    this.#outcomes.forgetParty(party);
  }

  #silent({ party }: EventOf<V, 'silent'>): void {
    for (const partner of this.#orphanAll(party)) {
      if (partner.state !== 'ended') this.#tryAgain(partner);
    }
  }

  /** @returns the partners that its waiting operations leave; only what it has in hand is still its own */
  #orphanAll(party: PartyId): readonly Operation<V>[] {
    const left: Operation<V>[] = [];
    for (const operation of this.#outcomes.operationsOf(party).values()) {
      if (operation.state === 'holding') continue;
      const partner = this.#orphan(operation);
      this.#outcomes.forget(operation);
      if (partner !== undefined) left.push(partner);
    }
    return left;
  }

  /**
   * A send that was never delivered vanishes with its owner; any other belongs to its channel now (R8).
   * @returns the partner that it leaves, if there is one
   */
  #orphan(operation: Operation<V>): Operation<V> | undefined {
    this.#channels.stepOut(operation);
    const wasAside = operation.isAside;
    const wasInHand = !wasAside && operation.state !== 'waiting' && operation.state !== 'shared';
    this.#channels.undergo(operation, !wasInHand && operation.isKnown ? 'adopt' : 'owner-gone');
    if (operation.state === 'ended') {
      if (!wasAside) return undefined;
      this.#channels.countAside(operation, -1);
      return this.#aside.disengage(operation);
    }
    const channel = this.#channels.get(operation.channel);
    if (operation.state === 'stored') standAgain(operation, channel.lineForStored());
    else channel.lent++;
    if (operation.engagement !== undefined) standAgain(operation, channel.lineForKept());
    return undefined;
  }

  #hold({ channel: id, side }: EventOf<V, 'hold'>): void {
    this.#channels.count([{ channel: id, side }], 1);
  }

  #direct({ channel: id, taken, lines }: EventOf<V, 'direct'>): void {
    const channel = this.#channels.find(id);
    if (channel === undefined) return;
    channel.direct = lines;
    channel.taken += taken;
  }

  #release({ channel: id, side, failure }: EventOf<V, 'release'>): void {
    const channel = this.#channels.get(id);
    if (side === 'send') channel.senderFailure ??= failure;
    else channel.receiverFailure ??= failure;
    this.#channels.count([{ channel: id, side }], -1);
  }

  // ── after a change ────────────────────────────────────────────────────────────────────────────────────

  /**
   * Does all that has become possible on a channel: fills its store, pairs, ends what waits in vain. A value
   * that goes on the way may have carried its last receiver: then the rest is for the next time.
   */
  #settle(channel: ChannelState<V>): void {
    if (channel.receivers === 0) this.#endSends(channel);
    this.#stores.trim(channel);
    this.#pair(channel);
    if (channel.isExhausted()) {
      for (let place = channel.receiving.head; place; place = channel.receiving.head) {
        this.#shut(place);
      }
      this.#deadLetters.giveUp(channel);
    }
    if (channel.isOver()) this.#channels.forget(channel);
  }

  #endSends(channel: ChannelState<V>): void {
    for (let place = channel.sending.head; place; place = channel.sending.head) {
      this.#shut(place);
    }
    for (let place = channel.store.head; place; place = channel.store.head) {
      const { operation } = place;
      this.#channels.stepOut(operation);
      if (canBeBuried(channel, operation)) {
        this.#deadLetters.bury(channel, operation);
        continue;
      }
      this.#channels.undergo(operation, 'shut');
      this.#outcomes.discarded(channel, operation.value, 'no-receiver');
    }
  }

  /** Where there is room in the store, who waits to send goes there first, and waits no more. */
  #pair(channel: ChannelState<V>): void {
    for (;;) {
      this.#stores.fill(channel);
      const receive = channel.receiving.head;
      if (receive === undefined || channel.receivers === 0) return;
      const value = channel.firstValue(receive.operation);
      if (value !== undefined) {
        this.#deliver(channel, value, receive);
        continue;
      }
      // The first receive belongs to a select whose own value is the only one here: the next may take it.
      const other = channel.receiving.firstOther(receive.operation);
      const own = channel.sending.head;
      if (other === undefined || own === undefined) return;
      this.#deliver(channel, own, other);
    }
  }

  /** The operation fails, because the other side of this guard's channel is gone for good. */
  #shut(side: Side<V>): void {
    if (this.#aside.asks(side)) return;
    const { operation, guard } = side;
    this.#channels.stepOut(operation);
    this.#channels.commitTo(operation, guard);
    this.#channels.undergo(operation, 'shut');
    this.#outcomes.failed(operation, this.#endOf(side));
  }

  /** Who sent what became a dead letter did not send it to the channel of dead letters. */
  #endOf({ operation, guard }: Side<V>): FailedReason {
    if (operation.before !== undefined) return lost(operation.allFailures);
    const { channel, side } = operation.guards[guard] as Guard<V>;
    return this.#channels.get(channel).endFor(side);
  }

  #holding(party: PartyId, op: OpNumber, said: string): Operation<V> | undefined {
    const operation = this.#outcomes.find(party, op);
    if (operation?.state === 'holding') return operation;
    this.#outcomes.violation(party, `"${said}" for operation ${op}, which was given no value`);
    return undefined;
  }
}

/** Of a send that is its party's: whether its value is in a receiver's hand. */
function isInHand<V>({ state }: Operation<V>): boolean {
  return state === 'delivered' || state === 'late' || state === 'recalled';
}
