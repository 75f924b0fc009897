/**
 * The code of one process as one participant: its operations, from the call to the ending. The same class
 * serves a stage (its authority is the supervisor at the other end of the link), the supervisor's own code,
 * and channels inside one process (their authority is a seat in the same process).
 *
 * Rules of this file
 * - An operation has one ending, and only the authority decides it. A timer or an abort asks for its
 *   withdrawal; a delivery or a completion that crosses the question wins (R4).
 * - What an end has at the authority is bounded by the window; the rest is held back here, in order, and its
 *   values are encoded only when their turn comes (R5).
 * - The ends in a value leave the code when their send begins, and are back if it fails.
 * - An end's `close` follows all that was begun on it before; a receiving end's waiting operations are
 *   withdrawn first.
 */
import type { Statistics } from '../arbiter/channel-state.ts';
import type { OpNumber, Side } from '../arbiter/events.ts';
import type { Cancel, Clock } from '../clock.ts';
import {
  AbortedError,
  EndClosedError,
  EndMovedError,
  type OperationError,
  ValueTooLargeError,
} from '../errors.ts';
import type { Reply } from '../exchange/seat.ts';
import { Cargo, type Carried } from '../value/cargo.ts';
import { type Codec, Undecodable } from '../value/codec.ts';
import { mayMentionEnd } from '../value/mentions-end.ts';
import type { EndNumber, PassedEnd, Window } from '../wire/message.ts';
import type { Authority, OfferedGuard } from './authority.ts';
import { End } from './end.ts';
import { aborted, encodingError, errorFor, failedBy, type Reason, timedOut } from './failures.ts';
import {
  given,
  isPoll,
  isSend,
  missed,
  type Operation,
  type Patience,
  type Recall,
  type Shape,
  type Work,
} from './operation.ts';
import type { Half, HalfEvents, RecallSelection, SelectionPlan } from './selection.ts';
import { Selections } from './selections.ts';
import { findWaiting, type Settlers } from './waiting-code.ts';
import { impatience, watch } from './watch.ts';

/** What a party hears about its operations. */
export type Answer<V> =
  | Unaddressed<Exclude<Reply<V>, { type: 'violation' | 'failed' }>>
  | (Omit<Extract<Reply<V>, { type: 'failed' }>, 'reason' | 'party'> & { readonly reason: Reason });

type Delivered<V> = Extract<Answer<V>, { type: 'deliver' }>;

/** The party knows that it is meant. */
type Unaddressed<R> = R extends unknown ? Omit<R, 'party'> : never;

/** How a party is set up. */
export interface PartySettings<V> {
  readonly codec: Codec<V>;
  readonly clock: Clock;
  readonly window: Window;
  readonly maxValueBytes: number;
  /** Whether its channels are those inside this process. Default: they are a supervisor's. */
  readonly isLocal?: boolean;
  /** What the code gets for an end that came in a value. */
  readonly handleOf: (party: Party<V>, end: End<V>) => Carried;
}

export class Party<V> {
  readonly #authority: Authority<V>;
  readonly #settings: PartySettings<V>;
  readonly #onBusy: (isBusy: boolean) => void;
  readonly #ends = new Set<End<V>>();
  readonly #operations = new Map<number, Operation<V>>();
  readonly #selections: Selections<V>;
  /** The receives whose code has a value, and has yet to say what became of it. */
  readonly #inHand = new Set<number>();
  #phase: 'working' | 'ending' | 'failing' = 'working';
  #lastOp = 0;
  /** For the ends in the next value; most carry none. */
  #cargo = new Cargo(this);
  /** Operations and questions whose code has not been told their outcome. */
  #open = 0;

  /** @param onBusy called when the first operation begins and when the last one has ended */
  constructor(
    authority: Authority<V>,
    settings: PartySettings<V>,
    onBusy: (isBusy: boolean) => void = () => {},
  ) {
    this.#authority = authority;
    this.#settings = settings;
    this.#onBusy = onBusy;
    this.#selections = new Selections({
      ...settings,
      authority,
      party: this,
      arriving: (ends) => this.#arriving(ends),
      nextOp: () => ++this.#lastOp,
      isWorking: () => this.#phase === 'working',
      onBegun: () => this.#opened(),
      onEnded: () => this.#told(),
      onLeft: (end) => this.#finishClosing(end),
    });
  }

  /** An end that the authority knows by that number. */
  end(number: EndNumber, side: Side, channel: string): End<V> {
    const end = new End<V>(number, side, channel);
    this.#ends.add(end);
    return end;
  }

  begin(end: End<V>, shape: Shape, value: unknown, patience: Patience = {}): Promise<unknown> {
    if (this.#phase !== 'working') return new Promise(() => {});
    const error = unbegun(end, shape, value, patience);
    if (error !== undefined) return Promise.reject(error);
    return new Promise((resolve, reject) => {
      const operation: Operation<V> = {
        state: 'held',
        op: -1,
        end,
        shape,
        value,
        bytes: 0,
        cargo: undefined,
        recall: undefined,
        unwatch: undefined,
        resolve,
        reject,
      };
      this.#opened();
      if (end.held.length === 0 && this.#hasRoom(end)) this.#offer(operation);
      else if (isPoll(shape)) this.#missed(operation);
      else this.#hold(operation);
      if (operation.state === 'ended') return;
      if (patience.timeout !== undefined || patience.signal !== undefined) {
        operation.unwatch = this.#watch(operation, patience);
      }
    });
  }

  /** Begins an operation with several guards, on ends of this party. @returns what asks it back */
  select(plan: SelectionPlan<V>): RecallSelection {
    if (this.#phase !== 'working') return () => {};
    const error = unselectable(plan);
    if (error === undefined) return this.#selections.begin(plan);
    plan.reject(error);
    return () => {};
  }

  /** The same for half a select: the other guards are on ends of another party. `undefined` when nobody is left */
  half(plan: SelectionPlan<V>, events: HalfEvents): Half | Error | undefined {
    if (this.#phase !== 'working') return undefined;
    return unselectable(plan) ?? this.#selections.beginHalf(plan, events);
  }

  /** Whether code has a value of which it has yet to say what became of it. */
  get isHolding(): boolean {
    return this.#inHand.size > 0;
  }

  /** Whether its channels are those inside this process. */
  get isLocal(): boolean {
    return this.#settings.isLocal ?? false;
  }

  hear(answer: Answer<V>): void {
    const operation = this.#operations.get(answer.op);
    if (operation === undefined) {
      if (this.#selections.hear(answer)) return;
      if (answer.type !== 'deliver') return;
      this.#authority.returned(answer.op);
      this.#decline(answer.ends);
      return;
    }
    switch (answer.type) {
      case 'deliver':
        this.#delivered(operation, answer);
        break;
      case 'completed':
        this.#leave(operation);
        operation.cargo?.arrive();
        this.#settle(operation);
        // Where both are in this process, the receiver's code goes on before the sender's (R1).
        queueMicrotask(() => operation.resolve(operation.shape === 'was-sent' ? true : undefined));
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
  }

  /** Closes one copy of an end; with the last, the end. */
  close(end: End<V>): void {
    if (--end.copies === 0) this.#close(end);
  }

  /** A copy of an end leaves inside a value. What waits on the last comes back: its code cannot go on with it. */
  departed(end: End<V>, to: string): void {
    end.travelling++;
    if (end.isInUse || end.isIdle) return;
    const side = end.side === 'send' ? 'sender' : 'receiver';
    for (const operation of this.#under(end)) {
      // A poll comes back by itself.
      if (isPoll(operation.shape)) continue;
      this.#recall(
        operation,
        (attempts) => new EndMovedError({ ...failedBy(operation), attempts }, side, to),
      );
    }
    this.#selections.recallOn(end, (failed) => new EndMovedError(failed, side, to));
  }

  /** The value was taken, and with it a copy of an end. */
  arrived(end: End<V>): void {
    end.travelling--;
    this.close(end);
    this.#finishClosing(end);
  }

  /** The value is back, and with it a copy of an end. */
  cameBack(end: End<V>): void {
    end.travelling--;
    this.#finishClosing(end);
  }

  /** Closes every sending end, however many copies there are: what was sent before is still delivered. */
  closeSenders(): void {
    for (const end of this.#ends) if (end.side === 'send') this.#close(end);
  }

  /**
   * The process is about to end. Every end is closed: what was sent before is still delivered, and what waits
   * to receive is withdrawn, and what is in hand goes back. What the code begins from now on is never answered.
   *
   * @param hasFailed then its sending ends are not closed: receivers must not take that for a clean end. The
   *   authority learns from the death of the process that they are gone, and why
   */
  windDown(hasFailed = false): void {
    this.#phase = hasFailed ? 'failing' : 'ending';
    for (const end of this.#ends) this.#close(end);
    for (const op of this.#inHand) this.#authority.returned(op);
    this.#inHand.clear();
  }

  #close(end: End<V>): void {
    if (end.state !== 'open') return;
    end.state = 'closing';
    if (end.side === 'receive') {
      const failed = { operation: 'receive', channel: end.channel } as const;
      const isHeard = this.#phase === 'working';
      const recall = () => (isHeard ? new EndClosedError(failed) : undefined);
      for (const operation of this.#under(end)) this.#recall(operation, recall);
      this.#selections.recallOn(end, (failed) => (isHeard ? new EndClosedError(failed) : 'untold'));
    }
    this.#finishClosing(end);
  }

  /** The end is somebody else's from now on. Nothing may be under way on it. */
  surrender(end: End<V>): void {
    if (--end.copies > 0) return;
    end.state = 'closed';
    this.#ends.delete(end);
  }

  /** Whether neither a time nor a signal will end what is under way: it waits for others alone. */
  get isPatient(): boolean {
    const isWatched = [...this.#underWay()].some(({ unwatch }) => unwatch !== undefined);
    return !isWatched && this.#selections.arePatient;
  }

  /** Of each operation at the authority, the functions that wait for it, as far as they can be known. */
  async waitingCode(): Promise<ReadonlyMap<OpNumber, readonly string[]>> {
    const waiting = new Map<OpNumber, readonly string[]>();
    const find = async (op: OpNumber, settlers: Settlers<never>) => {
      waiting.set(op, await findWaiting(settlers));
    };
    const selects = this.#selections.offered.map(({ op, settlers }) => find(op, settlers));
    await Promise.all(
      [...this.#operations.values()].map((one) => find(one.op, one)).concat(selects),
    );
    return waiting;
  }

  *#underWay(): Iterable<Operation<V>> {
    yield* this.#operations.values();
    for (const { held } of this.#ends) yield* held;
  }

  async statistics(end: End<V>): Promise<Statistics> {
    if (end.state === 'closed') {
      throw new EndClosedError({ operation: 'inspect', channel: end.channel });
    }
    this.#opened();
    try {
      return await this.#authority.inspect(end.number);
    } finally {
      this.#told();
    }
  }

  #watch(operation: Operation<V>, patience: Patience): Cancel {
    const { timeout = 0, signal } = patience;
    return watch(
      patience,
      this.#settings.clock,
      () => this.#recall(operation, timedOut(operation, timeout)),
      () => signal && this.#recall(operation, aborted(operation, signal)),
    );
  }

  // ── going to the authority ────────────────────────────────────────────────────────────────────────────

  #hasRoom(end: End<V>): boolean {
    const { operations, bytes } = this.#settings.window;
    return end.offered === 0 || (end.offered < operations && end.offeredBytes < bytes);
  }

  #offer(operation: Operation<V>): void {
    const { end, shape } = operation;
    const guard = isSend(shape) ? this.#sendGuard(operation) : { end: end.number };
    if (guard === undefined) return;
    this.#enter(operation);
    this.#authority.offer({
      op: operation.op,
      guards: [guard],
      isPoll: isPoll(shape),
      isPriority: false,
    });
  }

  /**
   * Its value as it travels; when it can, the ends in it leave the code.
   * @returns `undefined` when it cannot: its sender has been told
   */
  #sendGuard(operation: Operation<V>): OfferedGuard<V> | undefined {
    const { codec, maxValueBytes } = this.#settings;
    const { end } = operation;
    const cargo = operation.cargo ?? this.#cargo;
    let value: V;
    try {
      value = codec.encode(operation.value, cargo);
    } catch (error) {
      if (!this.#cargo.isEmpty) this.#cargo = new Cargo(this);
      this.#refuse(operation, encodingError(error, failedBy(operation)));
      return undefined;
    }
    if (!this.#cargo.isEmpty) this.#cargo = new Cargo(this);
    const bytes = codec.sizeOf(value);
    if (bytes > maxValueBytes) {
      this.#refuse(operation, new ValueTooLargeError(failedBy(operation), bytes, maxValueBytes));
      return undefined;
    }
    operation.bytes = bytes;
    if (cargo.isEmpty) return { end: end.number, value };
    operation.cargo = cargo;
    cargo.depart(`the receiver of "${end.channel}"`);
    return { end: end.number, value, ends: cargo.numbers };
  }

  /** The value is encoded when its turn comes; but ends leave with it at once. */
  #hold(operation: Operation<V>): void {
    const mayCarry = operation.end.side === 'send' && mayMentionEnd(operation.value);
    if (mayCarry && this.#sendGuard(operation) === undefined) return;
    operation.end.hold(operation);
  }

  #enter(operation: Operation<V>): void {
    operation.op = ++this.#lastOp;
    operation.state = operation.state === 'recalled' ? 'recalled' : 'offered';
    operation.end.offered++;
    operation.end.offeredBytes += operation.bytes;
    this.#operations.set(operation.op, operation);
  }

  #leave(operation: Operation<V>): void {
    const { end } = operation;
    this.#operations.delete(operation.op);
    end.offered--;
    end.offeredBytes -= operation.bytes;
    this.#pump(end);
  }

  /** There may be room in the window: those that were held go, and when all have gone, so may the end. */
  #pump(end: End<V>): void {
    while (end.held.length > 0 && this.#hasRoom(end)) this.#offer(end.letGo() as Operation<V>);
    this.#finishClosing(end);
  }

  /** What was begun on an end and has not ended. */
  #under(end: End<V>): readonly Operation<V>[] {
    const offered = [...this.#operations.values()].filter((operation) => operation.end === end);
    return [...end.held, ...offered];
  }

  #finishClosing(end: End<V>): void {
    if (end.state !== 'closing' || end.held.length > 0 || end.selects > 0) return;
    if (end.travelling > 0 || (end.side === 'receive' && end.offered > 0)) return;
    end.state = 'closed';
    this.#ends.delete(end);
    if (this.#phase === 'failing' && end.side === 'send') return;
    this.#authority.close(end.number);
  }

  // ── endings ───────────────────────────────────────────────────────────────────────────────────────────

  #delivered(operation: Operation<V>, { value: encoded, attempt, ends }: Delivered<V>): void {
    const { op } = operation;
    if (this.#phase !== 'working') {
      this.#authority.returned(op);
      this.#decline(ends);
      this.#leave(operation);
      this.#settle(operation);
      return;
    }
    const carried = ends === undefined ? nothing : this.#arriving(ends);
    let value: unknown;
    try {
      value = this.#settings.codec.decode(encoded, carried);
    } catch (error) {
      if (!(error instanceof Undecodable)) throw error;
      this.#refuseValue(operation, carried, error.message);
      return;
    }
    this.#leave(operation);
    if (operation.shape === 'work') {
      const work: Work<unknown> = {
        value,
        attempt,
        taken: () => {
          if (this.#inHand.delete(op)) this.#authority.taken(op, () => {});
        },
        giveBack: () => {
          if (!this.#inHand.delete(op)) return;
          this.#authority.returned(op);
          for (const end of carried) end.close();
        },
      };
      this.#inHand.add(op);
      this.#settle(operation);
      operation.resolve(work);
      return;
    }
    operation.unwatch?.();
    this.#authority.taken(op, () => {
      this.#settle(operation);
      operation.resolve(given(operation.shape, value));
    });
  }

  /** The sender is told; the receive goes on waiting, for a value that can be read. */
  #refuseValue(operation: Operation<V>, carried: readonly Carried[], why: string): void {
    this.#operations.delete(operation.op);
    operation.end.offered--;
    this.#authority.refused(operation.op, why);
    for (const end of carried) end.close();
    if (operation.recall !== undefined) {
      this.#recalled(operation, operation.recall(0));
      this.#pump(operation.end);
      return;
    }
    this.#offer(operation);
  }

  /** What the code gets for the ends that a value carries. */
  #arriving(ends: readonly PassedEnd[]): readonly Carried[] {
    return ends.map(({ end, side, channel }) =>
      this.#settings.handleOf(this, this.end(end, side, channel)),
    );
  }

  /** Nobody is left to whom they could be given. */
  #decline(ends: readonly PassedEnd[] = nothing): void {
    for (const { end } of ends) this.#authority.close(end);
  }

  #failed(operation: Operation<V>, reason: Reason, attempts: number): void {
    if (reason.kind === 'ended' && operation.shape === 'step') {
      this.#settle(operation);
      operation.resolve({ value: undefined, done: true });
      return;
    }
    const failed = { ...failedBy(operation), attempts };
    this.#refuse(operation, errorFor(reason, failed, this.#settings.maxValueBytes));
  }

  /** A poll that a receiver died with is no plain miss: its value may have been taken. */
  #withdrawn(operation: Operation<V>, attempts: number): void {
    if (operation.recall !== undefined) this.#recalled(operation, operation.recall(attempts));
    else if (attempts > 0) this.#failed(operation, { kind: 'lost' }, attempts);
    else this.#missed(operation);
  }

  /** Nobody was ready for a poll. */
  #missed(operation: Operation<V>): void {
    this.#settle(operation);
    operation.resolve(missed(operation.shape));
  }

  #recalled(operation: Operation<V>, error: OperationError | undefined): void {
    if (error === undefined) this.#settle(operation);
    else this.#refuse(operation, error);
  }

  #refuse(operation: Operation<V>, error: Error): void {
    this.#settle(operation);
    operation.reject(error);
  }

  #settle(operation: Operation<V>): void {
    operation.state = 'ended';
    operation.unwatch?.();
    operation.cargo?.comeBack();
    this.#told();
  }

  #opened(): void {
    if (++this.#open === 1) this.#onBusy(true);
  }

  #told(): void {
    if (--this.#open === 0) this.#onBusy(false);
  }

  #recall(operation: Operation<V>, recall: Recall): void {
    switch (operation.state) {
      case 'held':
        operation.end.drop(operation);
        this.#recalled(operation, recall(0));
        this.#finishClosing(operation.end);
        break;
      case 'offered':
        operation.state = 'recalled';
        operation.recall = recall;
        this.#authority.withdraw(operation.op, 'final');
        break;
      default:
        break;
    }
  }
}

const nothing: readonly never[] = [];

/** Why a select cannot begin; `undefined` when it can. */
function unselectable<V>({ guards }: SelectionPlan<V>): Error | undefined {
  const closed = guards.find(({ end }) => end.state !== 'open');
  if (closed === undefined) return undefined;
  const shape = closed.end.side === 'send' ? 'sent' : 'value';
  return new EndClosedError(failedBy({ ...closed, shape }));
}

/** Why an operation cannot begin; `undefined` when it can. */
function unbegun<V>(
  end: End<V>,
  shape: Shape,
  value: unknown,
  patience: Patience,
): Error | undefined {
  if (end.state !== 'open') return new EndClosedError(failedBy({ shape, end, value }));
  if (patience.signal?.aborted) {
    return new AbortedError(failedBy({ shape, end, value }), patience.signal.reason);
  }
  return impatience(patience);
}
