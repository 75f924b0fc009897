/**
 * The plain sends and receives of one party, from the call to the ending.
 *
 * Rules of this file
 * - Only the authority decides an operation. A timer or an abort asks for its withdrawal; a delivery or a
 *   completion that crosses the question wins (R4).
 * - What an end has at the authority is bounded by the window; the rest is held back here, in order, and its
 *   values are encoded only when their turn comes (R5).
 * - The ends in a value leave the code when their send begins, and are back if it fails.
 */
import type { OpNumber } from '../arbiter/events.ts';
import { ByNumber } from '../by-number.ts';
import type { Cancel } from '../clock.ts';
import {
  AbortedError,
  EndClosedError,
  type FailedOperation,
  type OperationError,
  ValueTooLargeError,
} from '../errors.ts';
import { soon } from '../soon.ts';
import { Cargo, type Carried } from '../value/cargo.ts';
import { Undecodable } from '../value/codec.ts';
import { mayMentionEnd } from '../value/mentions-end.ts';
import type { OfferedGuard } from './authority.ts';
import type { End } from './end.ts';
import { aborted, encodingError, errorFor, failedBy, type Reason, timedOut } from './failures.ts';
import { Hand } from './hand.ts';
import {
  type Beginner,
  type Begun,
  isPoll,
  isSend,
  type Minder,
  missed,
  Operation,
  type Patience,
  type Recall,
  received,
  type Shape,
} from './operation.ts';
import type { Answer } from './party.ts';
import type { PartyServices } from './services.ts';
import type { Settlers } from './waiting-code.ts';
import { impatience, watch } from './watch.ts';

type Delivered<V> = Extract<Answer<V>, { type: 'deliver' }>;

export class Operations<V> implements Minder<V> {
  readonly #services: PartyServices<V>;
  readonly #offered = new ByNumber<Operation<V>>(({ op }) => op);
  readonly #hand: Hand<V>;
  /** For the ends in the next value; most carry none. */
  #cargo: Cargo;

  constructor(services: PartyServices<V>) {
    this.#services = services;
    this.#hand = new Hand(services);
    this.#cargo = new Cargo(services.party);
  }

  begin(end: End<V>, shape: Shape, value: unknown, patience: Patience): Promise<unknown> {
    const error = unbegun(end, shape, value, patience);
    if (error !== undefined) return Promise.reject(error);
    const isPatient = patience.timeout === undefined && patience.signal === undefined;
    const operation = new Operation(this, end, shape, value, isPatient);
    const promise = new Promise((resolve, reject) => {
      operation.resolve = resolve;
      operation.reject = reject;
    });
    this.#begin(operation);
    if (!isPatient && operation.state !== 'ended') {
      operation.unwatch = this.#watch(operation, patience);
    }
    return promise;
  }

  /** The same for who asks it back itself. */
  beginFor(beginner: Beginner, end: End<V>, shape: Shape, value: unknown): Begun {
    const operation = new Operation(this, end, shape, value, beginner.isPatient, beginner);
    const error = unbegun(end, shape, value, patient);
    if (error === undefined) this.#begin(operation);
    else {
      operation.state = 'ended';
      beginner.reject(error);
    }
    return operation;
  }

  #begin(operation: Operation<V>): void {
    const { end, shape } = operation;
    this.#services.onBegun();
    if (end.held.length === 0 && this.#hasRoom(end)) this.#offer(operation);
    else if (isPoll(shape)) this.#missed(operation);
    else this.#hold(operation);
  }

  /** @returns whether the answer was for one of these */
  hear(answer: Answer<V>): boolean {
    const operation = this.#offered.get(answer.op);
    if (operation === undefined) return false;
    switch (answer.type) {
      case 'deliver':
        this.#delivered(operation, answer);
        break;
      case 'completed':
        this.#leave(operation);
        operation.cargo?.arrive();
        this.#settle(operation);
        this.#completed(operation);
        break;
      case 'withdrawn':
        this.#leave(operation);
        this.#withdrawn(operation, answer.attempts);
        break;
      case 'failed':
        this.#leave(operation);
        this.#failed(operation, answer.reason, answer.attempts);
        break;
      // Only selects are shared.
      case 'late':
      case 'ask':
      case 'released':
        break;
    }
    return true;
  }

  /** The end can be used no more: what waits on it comes back, and its code is told why, if anybody is left. */
  recallOn(end: End<V>, why: (failed: FailedOperation) => OperationError | undefined): void {
    for (const operation of [...end.held, ...this.outstandingOn(end)]) {
      // A send that only tries comes back by itself.
      if (operation.shape === 'was-sent') continue;
      this.askBack(operation, (attempts) => why({ ...failedBy(operation), attempts }));
    }
  }

  /** Those on an end that are at the authority. */
  outstandingOn(end: End<V>): readonly Operation<V>[] {
    return this.#offered.values().filter((operation) => operation.end === end);
  }

  /** One of them is offered once more, elsewhere. @returns its number there */
  renumber(op: OpNumber): OpNumber | undefined {
    const operation = this.#offered.get(op);
    if (operation === undefined) return undefined;
    this.#offered.delete(op);
    operation.op = this.#services.nextOp();
    this.#offered.add(operation);
    return operation.op;
  }

  /** Whether code has a value of which it has yet to say what became of it. */
  get isHolding(): boolean {
    return !this.#hand.isEmpty;
  }

  /** What is in hand goes back: the process is about to end. */
  giveBack(): void {
    this.#hand.giveBack();
  }

  /** Whether neither a time nor a signal can end any of them. */
  get arePatient(): boolean {
    const held = [...this.#services.ends()].flatMap((end) => end.held);
    const underWay = [...this.#offered.values(), ...held];
    // A helper calls its own receives off, and does so only when something else has happened.
    return underWay.every(
      ({ isPatient, shape, beginner }) => isPatient || (shape === 'work' && beginner === undefined),
    );
  }

  /** Of those that are at the authority; of several that stand behind one promise, of the first. */
  *settlers(): Iterable<readonly [OpNumber, Settlers<never>]> {
    const known = new Set<Settlers<never>>();
    for (const operation of this.#offered.values()) {
      const { settlers } = operation;
      if (known.has(settlers)) continue;
      known.add(settlers);
      yield [operation.op, settlers];
    }
  }

  #watch(operation: Operation<V>, patience: Patience): Cancel {
    const { timeout = 0, signal } = patience;
    return watch(
      patience,
      this.#services.clock,
      () => this.askBack(operation, timedOut(operation, timeout)),
      () => signal && this.askBack(operation, aborted(operation, signal)),
    );
  }

  // ── going to the authority ────────────────────────────────────────────────────────────────────────────

  #hasRoom(end: End<V>): boolean {
    const { operations, bytes } = this.#services.window;
    return end.offered === 0 || (end.offered < operations && end.offeredBytes < bytes);
  }

  #offer(operation: Operation<V>): void {
    const { end, shape } = operation;
    const guards = isSend(shape) ? this.#sendGuards(operation) : end.receiving;
    if (guards === undefined) return;
    this.#enter(operation);
    this.#services.authority.offer({
      op: operation.op,
      guards,
      isPoll: isPoll(shape),
      isPriority: false,
      mayBeDirect: mayBeDirect(operation),
    });
  }

  /**
   * Its value as it travels; when it can, the ends in it leave the code.
   * @returns `undefined` when it cannot: its sender has been told
   */
  #sendGuards(operation: Operation<V>): readonly OfferedGuard<V>[] | undefined {
    const { codec, maxValueBytes } = this.#services;
    const { end } = operation;
    const cargo = operation.cargo ?? this.#cargo;
    let value: V;
    try {
      end.contract?.check(operation.value);
      value = codec.encode(operation.value, cargo, end);
    } catch (error) {
      if (!this.#cargo.isEmpty) this.#cargo = new Cargo(this.#services.party);
      this.#refuse(operation, encodingError(error, failedBy(operation)));
      return undefined;
    }
    if (!this.#cargo.isEmpty) this.#cargo = new Cargo(this.#services.party);
    const bytes = codec.sizeOf(value);
    if (bytes > maxValueBytes) {
      this.#refuse(operation, new ValueTooLargeError(failedBy(operation), bytes, maxValueBytes));
      return undefined;
    }
    operation.bytes = bytes;
    if (codec.isReusable(value)) operation.encoded = value;
    if (cargo.isEmpty) return [{ end: end.number, value }];
    operation.cargo = cargo;
    cargo.depart(`the receiver of "${end.channel}"`);
    return [{ end: end.number, value, ends: cargo.numbers }];
  }

  /** The value is encoded when its turn comes; but ends leave with it at once. */
  #hold(operation: Operation<V>): void {
    const mayCarry = operation.end.side === 'send' && mayMentionEnd(operation.value);
    if (mayCarry && this.#sendGuards(operation) === undefined) return;
    operation.end.hold(operation);
  }

  #enter(operation: Operation<V>): void {
    operation.op = this.#services.nextOp();
    operation.state = operation.state === 'recalled' ? 'recalled' : 'offered';
    operation.end.offered++;
    operation.end.offeredBytes += operation.bytes;
    this.#offered.add(operation);
  }

  #leave(operation: Operation<V>): void {
    const { end } = operation;
    this.#offered.delete(operation.op);
    end.offered--;
    end.offeredBytes -= operation.bytes;
    this.#pump(end);
  }

  /** There may be room in the window: those that were held go, and when all have gone, so may the end. */
  #pump(end: End<V>): void {
    while (end.held.length > 0 && this.#hasRoom(end)) this.#offer(end.letGo() as Operation<V>);
    this.#services.onLeft(end);
  }

  // ── endings ───────────────────────────────────────────────────────────────────────────────────────────

  /** Where both sides may be code of this process, the receiver's goes on before the sender's (R1). */
  #completed(operation: Operation<V>): void {
    const { codec, authority } = this.#services;
    const { encoded, end } = operation;
    if (encoded !== undefined && authority.keepsNothing(end.number)) codec.keep(encoded, end);
    const outcome = operation.shape === 'was-sent' ? true : undefined;
    // A beginner may go on with code of the user, which must not run while a link is being read.
    const isAlone = operation.beginner === undefined;
    if (this.#services.isLinked && isAlone) operation.succeed(outcome);
    else soon(() => operation.succeed(outcome));
  }

  #delivered(operation: Operation<V>, { value: encoded, attempt, ends }: Delivered<V>): void {
    const { op } = operation;
    if (!this.#services.isWorking()) {
      this.#services.authority.returned(op);
      this.#services.decline(ends);
      this.#leave(operation);
      this.#settle(operation);
      return;
    }
    const carried = ends === undefined ? nothing : this.#services.arriving(ends);
    let value: unknown;
    try {
      value = this.#services.codec.decode(encoded, carried);
    } catch (error) {
      if (!(error instanceof Undecodable)) throw error;
      this.#refuseValue(operation, carried, error.message);
      return;
    }
    this.#leave(operation);
    if (operation.shape === 'work') {
      this.#settle(operation);
      operation.succeed(this.#hand.hold(op, value, attempt, carried));
      return;
    }
    operation.state = 'taking';
    operation.value = value;
    this.#services.authority.taken(op, operation);
  }

  given(operation: Operation<V>): void {
    this.#settle(operation);
    operation.succeed(received(operation.shape, operation.value));
  }

  /** It goes on waiting, unless it was called off meanwhile. */
  lost(operation: Operation<V>): void {
    const { end, recall } = operation;
    operation.value = undefined;
    if (recall !== undefined) this.#recalled(operation, recall(0));
    else if (!this.#services.isWorking()) this.#settle(operation);
    else if (end.state !== 'open') this.#refuse(operation, new EndClosedError(failedBy(operation)));
    else if (this.#hasRoom(end)) this.#offer(operation);
    else {
      operation.state = 'held';
      end.holdFirst(operation);
    }
  }

  /** The sender is told; the receive goes on waiting, for a value that can be read. */
  #refuseValue(operation: Operation<V>, carried: readonly Carried[], why: string): void {
    this.#offered.delete(operation.op);
    operation.end.offered--;
    this.#services.authority.refused(operation.op, why);
    for (const end of carried) end.close();
    if (operation.recall !== undefined) {
      this.#recalled(operation, operation.recall(0));
      this.#pump(operation.end);
      return;
    }
    this.#offer(operation);
  }

  #failed(operation: Operation<V>, reason: Reason, attempts: number): void {
    if (reason.kind === 'ended' && operation.shape === 'step') {
      this.#settle(operation);
      operation.succeed({ value: undefined, done: true });
      return;
    }
    const failed = { ...failedBy(operation), attempts };
    this.#refuse(operation, errorFor(reason, failed, this.#services.maxValueBytes));
  }

  /** A poll that a receiver died with is no plain miss: its value may have been taken. */
  #withdrawn(operation: Operation<V>, attempts: number): void {
    if (operation.recall !== undefined) this.#recalled(operation, operation.recall(attempts));
    else if (attempts > 0) this.#failed(operation, { kind: 'lost', failures: nothing }, attempts);
    else this.#missed(operation);
  }

  /** Nobody was ready for a poll. */
  #missed(operation: Operation<V>): void {
    this.#settle(operation);
    operation.succeed(missed(operation.shape));
  }

  #recalled(operation: Operation<V>, error: OperationError | undefined): void {
    if (error === undefined) this.#settle(operation);
    else this.#refuse(operation, error);
  }

  #refuse(operation: Operation<V>, error: Error): void {
    this.#settle(operation);
    operation.fail(error);
  }

  #settle(operation: Operation<V>): void {
    operation.state = 'ended';
    operation.unwatch?.();
    operation.cargo?.comeBack();
    this.#services.onEnded();
  }

  askBack(operation: Operation<V>, recall: Recall): void {
    switch (operation.state) {
      case 'held':
        operation.end.drop(operation);
        this.#recalled(operation, recall(0));
        this.#services.onLeft(operation.end);
        break;
      case 'offered':
        operation.state = 'recalled';
        operation.recall = recall;
        this.#services.authority.withdraw(operation.op, 'final');
        break;
      case 'taking':
        operation.recall = recall;
        break;
      default:
        break;
    }
  }
}

const nothing: readonly never[] = [];
const patient: Patience = {};

/** A send that may be called off is none: where its receiver is busy, it would come back too late. */
function mayBeDirect<V>({ shape, isPatient, cargo }: Operation<V>): boolean {
  return isSend(shape) ? shape === 'sent' && isPatient && cargo === undefined : shape !== 'work';
}

/** Why an operation cannot begin; `undefined` when it can. */
function unbegun<V>(
  end: End<V>,
  shape: Shape,
  value: unknown,
  patience: Patience,
): Error | undefined {
  if (end.state !== 'open') return new EndClosedError(failedBy({ shape, end, value }));
  const problem = impatience(patience);
  if (problem !== undefined || !patience.signal?.aborted) return problem;
  return new AbortedError(failedBy({ shape, end, value }), patience.signal.reason);
}
