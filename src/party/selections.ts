/**
 * The selects of one party, from the call to the ending.
 *
 * Rules of this file
 * - All guards of a select are one operation at the authority, and its values travel with the offer.
 * - A timer or a signal only recalls: what a guard has effected by then, wins (R4).
 * - A select waits behind nothing, for it may be the one that lets the others go on; except that those with
 *   large values wait for each other, as far as together they are more than a window.
 */
import { type FailedOperation, LostError, ValueTooLargeError } from '../errors.ts';
import { Cargo, type Carried } from '../value/cargo.ts';
import { type Codec, Undecodable } from '../value/codec.ts';
import type { PassedEnd, Window } from '../wire/message.ts';
import { type Authority, type OfferedGuard, smallValue } from './authority.ts';
import type { End } from './end.ts';
import { encodingError, errorFor, failedBy } from './failures.ts';
import type { Answer } from './party.ts';
import type {
  EndGuard,
  Outcome,
  Parcel,
  RecallSelection,
  Selection,
  SelectionPlan,
  WhenBack,
} from './selection.ts';

/** What a party does for its selects. */
export interface SelectionServices<V> {
  readonly authority: Authority<V>;
  readonly codec: Codec<V>;
  readonly window: Window;
  readonly maxValueBytes: number;
  /** Whose ends the values can carry. */
  readonly party: object;
  /** What the code gets for the ends that a value carries. */
  readonly arriving: (ends: readonly PassedEnd[]) => readonly Carried[];
  readonly nextOp: () => number;
  /** Whether there is code left that can be given a value. */
  readonly isWorking: () => boolean;
  readonly onBegun: () => void;
  readonly onEnded: () => void;
  /** One select less waits on this end. */
  readonly onLeft: (end: End<V>) => void;
}

export class Selections<V> {
  readonly #services: SelectionServices<V>;
  readonly #offered = new Map<number, Selection<V>>();
  #held: Selection<V>[] = [];
  #bytes = 0;

  constructor(services: SelectionServices<V>) {
    this.#services = services;
  }

  begin(plan: SelectionPlan<V>): RecallSelection {
    const encoded = this.#encode(plan.guards);
    if (encoded instanceof Error) {
      plan.reject(encoded);
      return () => {};
    }
    const selection: Selection<V> = {
      ...plan,
      ...encoded,
      state: 'held',
      op: -1,
      whenBack: undefined,
    };
    this.#services.onBegun();
    for (const { end } of plan.guards) end.selects++;
    if (this.#hasRoomFor(selection)) this.#offer(selection);
    else if (plan.isPoll) this.#leave(selection, () => plan.resolve({ is: 'missed' }));
    else this.#held.push(selection);
    return (error) => this.#recall(selection, error ?? 'back');
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
        const outcome: Outcome = { is: 'sent', guard: answer.guard };
        selection.parcels[answer.guard]?.cargo?.arrive();
        // Where both are in this process, the receiver's code goes on before the sender's (R1).
        this.#leave(selection, () => queueMicrotask(() => selection.resolve(outcome)));
        break;
      }
      case 'withdrawn':
        this.#withdrawn(selection, answer.guard, answer.attempts);
        break;
      case 'failed':
        this.#failed(selection, answer);
        break;
      case 'late':
        break;
    }
    return true;
  }

  /** The end can be used no more: what waits on it comes back, and its code is told why. */
  recallOn(end: End<V>, why: (failed: FailedOperation) => WhenBack): void {
    for (const selection of [...this.#held, ...this.#offered.values()]) {
      const endGuard = selection.guards.find((one) => one.end === end);
      if (endGuard === undefined) continue;
      this.#recall(selection, why(failedOf(endGuard)));
    }
  }

  #hasRoomFor({ bytes }: Selection<V>): boolean {
    return bytes === 0 || this.#hasRoom();
  }

  #hasRoom(): boolean {
    return this.#bytes === 0 || this.#bytes < this.#services.window.bytes;
  }

  /** Its values as they travel; only when all of them can, their ends leave the code. */
  #encode(guards: readonly EndGuard<V>[]): Pick<Selection<V>, 'parcels' | 'bytes'> | Error {
    const { codec, maxValueBytes } = this.#services;
    let total = 0;
    let bytes = 0;
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
      if (size >= smallValue) bytes += size;
      if (total > maxValueBytes) {
        return new ValueTooLargeError(failedOf(endGuard), total, maxValueBytes);
      }
    }
    for (const [index, parcel] of parcels.entries()) {
      parcel?.cargo?.depart(`the receiver of "${guards[index]?.end.channel}"`);
    }
    return { parcels, bytes };
  }

  #parcelOf(endGuard: EndGuard<V>): Parcel<V> | Error {
    const { codec, party } = this.#services;
    const cargo = new Cargo(party);
    try {
      const value = codec.encode(endGuard.value, cargo);
      return { value, cargo: cargo.isEmpty ? undefined : cargo };
    } catch (error) {
      return encodingError(error, failedOf(endGuard));
    }
  }

  #offer(selection: Selection<V>): void {
    const { guards, parcels, isPoll, isPriority } = selection;
    selection.op = this.#services.nextOp();
    selection.state = 'offered';
    this.#offered.set(selection.op, selection);
    this.#bytes += selection.bytes;
    const offered = guards.map(({ end: { number } }, index): OfferedGuard<V> => {
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
    });
  }

  #delivered(
    selection: Selection<V>,
    { guard, value: encoded, ends }: Extract<Answer<V>, { type: 'deliver' }>,
  ): void {
    const { authority, codec, isWorking, arriving } = this.#services;
    const { op } = selection;
    if (!isWorking()) {
      authority.returned(op);
      for (const { end } of ends ?? []) authority.close(end);
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
    selection.state = 'taking';
    this.#forget(selection);
    authority.taken(op, () =>
      this.#leave(selection, () => selection.resolve({ is: 'received', guard, value })),
    );
  }

  /** The sender is told; the select goes on waiting, for a value that can be read. */
  #refuseValue(selection: Selection<V>, carried: readonly Carried[], why: string): void {
    const wasRecalled = selection.state === 'recalled';
    this.#forget(selection);
    this.#services.authority.refused(selection.op, why);
    for (const end of carried) end.close();
    if (wasRecalled) this.#leave(selection, () => tellBack(selection));
    else this.#offer(selection);
  }

  /** A value that a receiver died with may have been taken: then nobody may say that no guard had an effect. */
  #withdrawn(selection: Selection<V>, guard: number, attempts: number): void {
    const sent = selection.guards[guard] as EndGuard<V>;
    this.#leave(selection, () => {
      if (attempts > 0 && selection.whenBack !== 'untold') {
        selection.reject(new LostError({ ...failedOf(sent), attempts }));
      } else if (selection.isPoll && selection.whenBack === undefined) {
        selection.resolve({ is: 'missed' });
      } else {
        tellBack(selection);
      }
    });
  }

  #failed(
    selection: Selection<V>,
    { guard, reason, attempts }: Extract<Answer<V>, { type: 'failed' }>,
  ): void {
    const endGuard = selection.guards[guard] as EndGuard<V>;
    this.#leave(selection, () => {
      if (reason.kind === 'ended' && endGuard.end.side === 'receive') {
        selection.resolve({ is: 'ended', guard });
        return;
      }
      const failed = { ...failedOf(endGuard), attempts };
      selection.reject(errorFor(reason, failed, this.#services.maxValueBytes));
    });
  }

  /** A poll comes back by itself. */
  #recall(selection: Selection<V>, whenBack: WhenBack): void {
    if (selection.state === 'held') {
      this.#held = this.#held.filter((other) => other !== selection);
      selection.whenBack = whenBack;
      this.#leave(selection, () => tellBack(selection));
    } else if (selection.state === 'offered' && !selection.isPoll) {
      selection.state = 'recalled';
      selection.whenBack = whenBack;
      this.#services.authority.withdraw(selection.op, 'final');
    }
  }

  #forget(selection: Selection<V>): void {
    if (this.#offered.delete(selection.op)) this.#bytes -= selection.bytes;
  }

  /** Its one ending: first everything is in order, then its code is told. */
  #leave(selection: Selection<V>, tell: () => void): void {
    selection.state = 'ended';
    this.#forget(selection);
    for (const parcel of selection.parcels) parcel?.cargo?.comeBack();
    for (const { end } of selection.guards) {
      end.selects--;
      this.#services.onLeft(end);
    }
    while (this.#held.length > 0 && this.#hasRoom()) {
      this.#offer(this.#held.shift() as Selection<V>);
    }
    this.#services.onEnded();
    tell();
  }
}

function tellBack<V>({ whenBack, resolve, reject }: Selection<V>): void {
  if (whenBack instanceof Error) reject(whenBack);
  else if (whenBack === 'back') resolve({ is: 'recalled' });
}

function failedOf<V>({ end, value }: EndGuard<V>) {
  return failedBy({ shape: end.side === 'send' ? 'sent' : 'value', end, value });
}
