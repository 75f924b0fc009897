/**
 * The selects of one party, from the call to the ending.
 *
 * Rules of this file
 * - All guards of a select are one operation at the authority, and its values travel with the offer.
 * - Half a select is encoded once, and offered as often as it takes.
 * - A timer or a signal only recalls: what a guard has effected by then, wins (R4).
 * - A select waits behind nothing, for it may be the one that lets the others go on; except that those with
 *   large values for one and the same end wait for each other, as far as together they are more than a window.
 */

import type { OpNumber } from '../arbiter/events.ts';
import { type FailedOperation, LostError, TopologyError, ValueTooLargeError } from '../errors.ts';
import { soon } from '../soon.ts';
import { Cargo, type Carried } from '../value/cargo.ts';
import { Undecodable } from '../value/codec.ts';
import { maxHeaderLength } from '../wire/frame.ts';
import { type OfferedGuard, smallValue } from './authority.ts';
import type { End } from './end.ts';
import { encodingError, errorFor, failedBy } from './failures.ts';
import type { Answer } from './party.ts';
import type {
  EndGuard,
  Half,
  HalfEvents,
  Outcome,
  Parcel,
  RecallSelection,
  Selection,
  SelectionPlan,
  WhenBack,
} from './selection.ts';
import type { PartyServices } from './services.ts';
import type { Settlers } from './waiting-code.ts';

export class Selections<V> {
  readonly #services: PartyServices<V>;
  readonly #underWay = new Set<Selection<V>>();
  readonly #offered = new Map<number, Selection<V>>();
  readonly #nothingLarge: ReadonlyMap<End<V>, number> = new Map();
  #held: Selection<V>[] = [];

  constructor(services: PartyServices<V>) {
    this.#services = services;
  }

  begin(plan: SelectionPlan<V>): RecallSelection {
    const selection = this.#prepare(plan, undefined);
    if (selection instanceof Error) {
      plan.reject(selection);
      return () => {};
    }
    this.#enter(selection);
    return (error) => this.#recall(selection, error ?? 'back');
  }

  /** Begins half a select, which is not offered yet. */
  beginHalf(plan: SelectionPlan<V>, events: HalfEvents): Half | Error {
    const selection = this.#prepare(plan, events);
    if (selection instanceof Error) return selection;
    return {
      offer: (bid) => {
        selection.bid = bid;
        this.#enter(selection);
      },
      question: () => this.#question(selection),
      free: () => this.#services.authority.free?.(selection.op),
      recall: (why) => this.#recall(selection, why),
      retire: () => this.#retire(selection),
    };
  }

  #prepare(plan: SelectionPlan<V>, events: HalfEvents | undefined): Selection<V> | Error {
    const encoded = this.#encode(plan.guards);
    if (encoded instanceof Error) return encoded;
    const selection: Selection<V> = {
      ...plan,
      ...encoded,
      state: 'aside',
      bid: { guards: [...plan.guards.keys()], isPoll: plan.isPoll, isShared: false },
      events,
      op: -1,
      whenBack: undefined,
    };
    this.#underWay.add(selection);
    this.#services.onBegun();
    for (const { end } of plan.guards) end.selects++;
    return selection;
  }

  /** It is offered, if there is room. */
  #enter(selection: Selection<V>): void {
    if (this.#hasRoom(selection)) {
      this.#offer(selection);
    } else if (selection.bid.isPoll) {
      this.#missed(selection);
    } else {
      selection.state = 'held';
      this.#held.push(selection);
    }
  }

  /** Whether neither a time nor a signal can end any of them. */
  get arePatient(): boolean {
    return [...this.#underWay].every(({ isPatient }) => isPatient);
  }

  /** Of those that are at the authority. */
  *settlers(): Iterable<readonly [OpNumber, Settlers<never>]> {
    for (const { op, settlers } of this.#offered.values()) yield [op, settlers];
  }

  /** One of them is offered once more, elsewhere. @returns its number there */
  renumber(op: OpNumber): OpNumber | undefined {
    const selection = this.#offered.get(op);
    if (selection === undefined) return undefined;
    this.#offered.delete(op);
    selection.op = this.#services.nextOp();
    this.#offered.set(selection.op, selection);
    return selection.op;
  }

  /** @returns whether the answer was for a select */
  hear(answer: Answer<V>): boolean {
    const selection = this.#offered.get(answer.op);
    if (selection === undefined) return false;
    switch (answer.type) {
      case 'deliver':
        this.#delivered(selection, answer);
        break;
      case 'completed': {
        const guard = guardOf(selection, answer.guard);
        const outcome: Outcome = { is: 'sent', guard };
        selection.parcels[guard]?.cargo?.arrive();
        selection.events?.onDecided();
        // Where both are in this process, the receiver's code goes on before the sender's (R1).
        this.#leave(selection, () => soon(() => selection.resolve(outcome)));
        break;
      }
      case 'withdrawn':
        this.#withdrawn(selection, guardOf(selection, answer.guard), answer.attempts);
        break;
      case 'failed':
        this.#failed(selection, answer);
        break;
      case 'late':
        this.#late(selection);
        break;
      case 'ask':
        selection.events?.onAsk();
        break;
      case 'released':
        selection.events?.onReleased();
        break;
    }
    return true;
  }

  /** The end can be used no more: what waits on it comes back, and its code is told why. */
  recallOn(end: End<V>, why: (failed: FailedOperation) => WhenBack): void {
    for (const selection of [...this.#underWay]) {
      const endGuard = selection.guards.find((one) => one.end === end);
      if (endGuard === undefined) continue;
      const whenBack = why(failedOf(endGuard));
      if (selection.events !== undefined) selection.events.onRecalled(whenBack);
      else this.#recall(selection, whenBack);
    }
  }

  /** The process retires: what only receives on this end, and nowhere else in the process, comes back untold. */
  recallReceivesOn(end: End<V>): void {
    for (const selection of [...this.#underWay]) {
      const waitsOnIt = selection.guards.some((one) => one.end === end);
      if (waitsOnIt && !mayGiveAway(selection)) this.#recall(selection, 'untold');
    }
  }

  #hasRoom({ large }: Selection<V>): boolean {
    for (const end of large.keys()) {
      if (end.largeBytes > 0 && end.largeBytes >= this.#services.window.bytes) return false;
    }
    return true;
  }

  /** Its values as they travel; only when all of them can, their ends leave the code. */
  #encode(guards: readonly EndGuard<V>[]): Pick<Selection<V>, 'parcels' | 'large'> | Error {
    const { codec, maxValueBytes } = this.#services;
    let total = 0;
    let large: Map<End<V>, number> | undefined;
    const parcels: (Parcel<V> | undefined)[] = [];
    for (const endGuard of guards) {
      if (endGuard.end.side === 'receive') {
        parcels.push(undefined);
        continue;
      }
      const parcel = this.#parcelOf(endGuard);
      if (parcel instanceof Error) return parcel;
      parcels.push(parcel);
      const size = codec.sizeOf(parcel.value);
      total += size;
      if (size >= smallValue) {
        large ??= new Map();
        large.set(endGuard.end, (large.get(endGuard.end) ?? 0) + size);
      }
      if (total > maxValueBytes) {
        return new ValueTooLargeError(failedOf(endGuard), total, maxValueBytes);
      }
    }
    if (longestHeader(parcels) > maxHeaderLength) {
      return new TopologyError(
        `a select with ${guards.length} guards is more than one message can name: split it, with merge() for example`,
      );
    }
    for (const [index, parcel] of parcels.entries()) {
      parcel?.cargo?.depart(`the receiver of "${guards[index]?.end.channel}"`);
    }
    return { parcels, large: large ?? this.#nothingLarge };
  }

  #parcelOf(endGuard: EndGuard<V>): Parcel<V> | Error {
    const { codec, party } = this.#services;
    const cargo = new Cargo(party);
    try {
      endGuard.end.contract?.check(endGuard.value);
      const value = codec.encode(endGuard.value, cargo);
      return { value, cargo: cargo.isEmpty ? undefined : cargo };
    } catch (error) {
      return encodingError(error, failedOf(endGuard));
    }
  }

  #offer(selection: Selection<V>): void {
    const { guards, parcels, isPriority, bid } = selection;
    const { isPoll, isShared } = bid;
    selection.op = this.#services.nextOp();
    selection.state = 'offered';
    this.#offered.set(selection.op, selection);
    for (const [end, bytes] of selection.large) end.largeBytes += bytes;
    const offered = bid.guards.map((index): OfferedGuard<V> => {
      const { number } = (guards[index] as EndGuard<V>).end;
      const parcel = parcels[index];
      if (parcel === undefined) return { end: number };
      const { value, cargo } = parcel;
      return cargo === undefined
        ? { end: number, value }
        : { end: number, value, ends: cargo.numbers };
    });
    const isInOrder = isPriority || offered.length === 1;
    this.#services.authority.offer({
      op: selection.op,
      guards: offered,
      isPoll,
      isPriority: isInOrder,
      ...(isShared && { isShared }),
    });
  }

  #delivered(
    selection: Selection<V>,
    { guard: place, value: encoded, ends }: Extract<Answer<V>, { type: 'deliver' }>,
  ): void {
    const { authority, codec, isWorking, isRetiring, arriving } = this.#services;
    const { op } = selection;
    const guard = guardOf(selection, place);
    if (!isWorking() && !(isRetiring() && mayGiveAway(selection))) {
      selection.events?.onDecided();
      authority.returned(op);
      this.#services.decline(ends);
      this.#leave(selection, () => {});
      return;
    }
    const carried = ends === undefined ? [] : arriving(ends);
    let value: unknown;
    try {
      value = codec.decode(encoded, carried);
    } catch (error) {
      if (!(error instanceof Undecodable)) throw error;
      this.#refuseValue(selection, carried, error.message);
      return;
    }
    selection.events?.onDecided();
    selection.state = 'taking';
    this.#forget(selection);
    authority.taken(op, {
      given: () =>
        this.#leave(selection, () => selection.resolve({ is: 'received', guard, value })),
      // A select is the authority's alone: without that, this process is at its end.
      lost: () => {},
    });
  }

  /** The sender is told; the select goes on waiting, for a value that can be read. */
  #refuseValue(selection: Selection<V>, carried: readonly Carried[], why: string): void {
    const { state } = selection;
    this.#forget(selection);
    this.#services.authority.refused(selection.op, why);
    for (const end of carried) end.close();
    if (state === 'recalled') this.#leave(selection, () => tellBack(selection));
    else if (state === 'questioned') this.#stepAside(selection);
    else this.#offer(selection);
  }

  /** A value that a receiver died with may have been taken: then nobody may say that no guard had an effect. */
  #withdrawn(selection: Selection<V>, guard: number, attempts: number): void {
    const { whenBack, state, bid } = selection;
    if (attempts > 0 && whenBack !== 'untold') {
      const sent = selection.guards[guard] as EndGuard<V>;
      selection.events?.onDecided();
      this.#leave(selection, () => {
        selection.reject(new LostError({ ...failedOf(sent), attempts }, []));
      });
    } else if (state === 'questioned') {
      this.#stepAside(selection);
    } else if (bid.isPoll && whenBack === undefined) {
      this.#missed(selection);
    } else {
      this.#leave(selection, () => tellBack(selection));
    }
  }

  /** A poll that found nobody. */
  #missed(selection: Selection<V>): void {
    if (selection.events !== undefined) this.#stepAside(selection);
    else this.#leave(selection, () => selection.resolve({ is: 'missed' }));
  }

  #failed(
    selection: Selection<V>,
    { guard, reason, attempts }: Extract<Answer<V>, { type: 'failed' }>,
  ): void {
    const chosen = guardOf(selection, guard);
    const endGuard = selection.guards[chosen] as EndGuard<V>;
    selection.events?.onDecided();
    this.#leave(selection, () => {
      if (reason.kind === 'ended' && endGuard.end.side === 'receive') {
        selection.resolve({ is: 'ended', guard: chosen });
        return;
      }
      const failed = { ...failedOf(endGuard), attempts };
      selection.reject(errorFor(reason, failed, this.#services.maxValueBytes));
    });
  }

  /** A poll comes back by itself. */
  #recall(selection: Selection<V>, whenBack: WhenBack): void {
    switch (selection.state) {
      case 'held':
      case 'aside':
        selection.whenBack = whenBack;
        this.#leave(selection, () => tellBack(selection));
        break;
      case 'offered':
      case 'questioned':
        if (selection.bid.isPoll) return;
        selection.state = 'recalled';
        selection.whenBack = whenBack;
        this.#services.authority.withdraw(selection.op, 'final');
        break;
      default:
        break;
    }
  }

  // ── halves ────────────────────────────────────────────────────────────────────────────────────────────

  #question(selection: Selection<V>): void {
    if (selection.state === 'held') {
      this.#stepAside(selection);
    } else {
      selection.state = 'questioned';
      this.#services.authority.withdraw(selection.op, 'tentative');
    }
  }

  #late(selection: Selection<V>): void {
    if (selection.state !== 'questioned') return;
    selection.state = 'offered';
    selection.events?.onLate();
  }

  #retire(selection: Selection<V>): void {
    const { state, op } = selection;
    if (state === 'taking' || state === 'ended') return;
    // Nobody hears the answer any more.
    this.#forget(selection);
    if (state === 'offered') this.#services.authority.withdraw(op, 'final');
    this.#leave(selection, () => {});
  }

  #stepAside(selection: Selection<V>): void {
    this.#forget(selection);
    selection.state = 'aside';
    this.#offerHeld();
    selection.events?.onBack();
  }

  // ── leaving ───────────────────────────────────────────────────────────────────────────────────────────

  #forget(selection: Selection<V>): void {
    if (this.#offered.delete(selection.op)) {
      for (const [end, bytes] of selection.large) end.largeBytes -= bytes;
    }
    if (selection.state === 'held') this.#held = this.#held.filter((other) => other !== selection);
  }

  #offerHeld(): void {
    for (const selection of [...this.#held]) {
      if (selection.state !== 'held' || !this.#hasRoom(selection)) continue;
      this.#held = this.#held.filter((other) => other !== selection);
      this.#offer(selection);
    }
  }

  /** Its one ending: first everything is in order, then its code is told. */
  #leave(selection: Selection<V>, tell: () => void): void {
    this.#forget(selection);
    this.#underWay.delete(selection);
    selection.state = 'ended';
    for (const parcel of selection.parcels) parcel?.cargo?.comeBack();
    for (const { end } of selection.guards) {
      end.selects--;
      this.#services.onLeft(end);
    }
    this.#offerHeld();
    this.#services.onEnded();
    tell();
  }
}

/** The guard that is at this place of what was offered. */
function guardOf<V>({ bid }: Selection<V>, place: number): number {
  return bid.guards[place] ?? 0;
}

/** How long, in bytes, the header can get that names all guards and the ends that they carry: 5 for a number. */
function longestHeader<V>(parcels: readonly (Parcel<V> | undefined)[]): number {
  let ends = 0;
  for (const parcel of parcels) ends += parcel?.cargo?.numbers.length ?? 0;
  return 32 + parcels.length * 14 + ends * 5;
}

function tellBack<V>({ whenBack, resolve, reject }: Selection<V>): void {
  if (whenBack instanceof Error) reject(whenBack);
  else if (whenBack === 'back') resolve({ is: 'recalled' });
}

function failedOf<V>({ end, value }: EndGuard<V>) {
  return failedBy({ shape: end.side === 'send' ? 'sent' : 'value', end, value });
}

/** Whether one of its guards sends. */
export function sends<V>({ guards }: Pick<SelectionPlan<V>, 'guards'>): boolean {
  return guards.some(({ end }) => end.side === 'send');
}

/** Its code may have a value in hand that it wants to be rid of, here or by the other half of it. */
function mayGiveAway<V>(selection: Selection<V>): boolean {
  return selection.events !== undefined || sends(selection);
}
