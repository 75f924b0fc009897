/**
 * The selects of one party, from the call to the ending.
 *
 * Rules of this file
 * - All guards of a select are one operation at the authority, and its values travel with the offer.
 * - A timer or a signal only recalls: what a guard has effected by then, wins (R4).
 * - A select waits behind nothing, for it may be the one that lets the others go on; except that those with
 *   large values wait for each other, as far as together they are more than a window.
 */
import { EndClosedError, LostError, ValueTooLargeError } from '../errors.ts';
import { type Codec, Undecodable } from '../value/codec.ts';
import type { Window } from '../wire/message.ts';
import { type Authority, type OfferedGuard, smallValue } from './authority.ts';
import type { End } from './end.ts';
import { encodingError, errorFor, failedBy } from './failures.ts';
import type { Answer } from './party.ts';
import type {
  EndGuard,
  Outcome,
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
        this.#delivered(selection, answer.guard, answer.value);
        break;
      case 'completed': {
        const outcome: Outcome = { is: 'sent', guard: answer.guard };
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

  /** The receiving end was closed: what waits on it comes back, and is told so if anybody is left. */
  closed(end: End<V>, isHeard: boolean): void {
    for (const selection of [...this.#held, ...this.#offered.values()]) {
      const endGuard = selection.guards.find((one) => one.end === end);
      if (endGuard === undefined) continue;
      this.#recall(selection, isHeard ? new EndClosedError(failedOf(endGuard)) : 'untold');
    }
  }

  #hasRoomFor({ bytes }: Selection<V>): boolean {
    return bytes === 0 || this.#hasRoom();
  }

  #hasRoom(): boolean {
    return this.#bytes === 0 || this.#bytes < this.#services.window.bytes;
  }

  #encode(guards: readonly EndGuard<V>[]): Pick<Selection<V>, 'values' | 'bytes'> | Error {
    const { codec, maxValueBytes } = this.#services;
    let total = 0;
    let bytes = 0;
    const values: (V | undefined)[] = [];
    for (const endGuard of guards) {
      if (endGuard.end.side === 'receive') {
        values.push(undefined);
        continue;
      }
      try {
        const value = codec.encode(endGuard.value);
        values.push(value);
        const size = codec.sizeOf(value);
        total += size;
        if (size >= smallValue) bytes += size;
      } catch (error) {
        return encodingError(error, failedOf(endGuard));
      }
      if (total > maxValueBytes) {
        return new ValueTooLargeError(failedOf(endGuard), total, maxValueBytes);
      }
    }
    return { values, bytes };
  }

  #offer(selection: Selection<V>): void {
    const { guards, values, isPoll, isPriority } = selection;
    selection.op = this.#services.nextOp();
    selection.state = 'offered';
    this.#offered.set(selection.op, selection);
    this.#bytes += selection.bytes;
    const offered = guards.map(
      ({ end: { number, side } }, index): OfferedGuard<V> =>
        side === 'receive' ? { end: number } : { end: number, value: values[index] as V },
    );
    const isInOrder = isPriority || offered.length === 1;
    this.#services.authority.offer({
      op: selection.op,
      guards: offered,
      isPoll,
      isPriority: isInOrder,
    });
  }

  #delivered(selection: Selection<V>, guard: number, encoded: V): void {
    const { authority, codec, isWorking } = this.#services;
    const { op } = selection;
    if (!isWorking()) {
      authority.returned(op);
      this.#leave(selection, () => {});
      return;
    }
    let value: unknown;
    try {
      value = codec.decode(encoded);
    } catch (error) {
      if (!(error instanceof Undecodable)) throw error;
      this.#refuseValue(selection, error.message);
      return;
    }
    selection.state = 'taking';
    this.#forget(selection);
    authority.taken(op, () =>
      this.#leave(selection, () => selection.resolve({ is: 'received', guard, value })),
    );
  }

  /** The sender is told; the select goes on waiting, for a value that can be read. */
  #refuseValue(selection: Selection<V>, why: string): void {
    const wasRecalled = selection.state === 'recalled';
    this.#forget(selection);
    this.#services.authority.refused(selection.op, why);
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
