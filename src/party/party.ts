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
 * - An end's `close` follows all that was begun on it before; a receiving end's waiting operations are
 *   withdrawn first.
 */
import type { Statistics } from '../arbiter/channel-state.ts';
import type { FailedReason, Side } from '../arbiter/events.ts';
import type { Clock } from '../clock.ts';
import {
  AbortedError,
  ChannelBrokenError,
  ChannelEndedError,
  DisconnectedError,
  EndClosedError,
  errorOf,
  type FailedOperation,
  LostError,
  NotEncodableError,
  type OperationError,
  TimedOutError,
  ValueRefusedError,
  ValueTooLargeError,
} from '../errors.ts';
import type { Reply } from '../exchange/seat.ts';
import { type Codec, Undecodable } from '../value/codec.ts';
import { Unencodable } from '../value/encodable.ts';
import type { EndNumber, Window } from '../wire/message.ts';
import type { Authority } from './authority.ts';
import { End } from './end.ts';
import {
  isPoll,
  isSend,
  type Operation,
  type Patience,
  type Recall,
  type Shape,
  type Work,
} from './operation.ts';

/** What a party hears about its operations. `too-large` comes only over a link. */
export type Answer<V> =
  | Unaddressed<Exclude<Reply<V>, { type: 'violation' | 'failed' }>>
  | (Omit<Extract<Reply<V>, { type: 'failed' }>, 'reason' | 'party'> & {
      readonly reason: FailedReason | { readonly kind: 'too-large'; readonly size: number };
    });

/** The party knows that it is meant. */
type Unaddressed<R> = R extends unknown ? Omit<R, 'party'> : never;

/** How a party is set up. */
export interface PartySettings<V> {
  readonly codec: Codec<V>;
  readonly clock: Clock;
  readonly window: Window;
  readonly maxValueBytes: number;
}

export class Party<V> {
  readonly #authority: Authority<V>;
  readonly #settings: PartySettings<V>;
  readonly #onBusy: (isBusy: boolean) => void;
  readonly #ends = new Set<End<V>>();
  readonly #operations = new Map<number, Operation<V>>();
  #phase: 'working' | 'winding-down' = 'working';
  #lastOp = 0;
  /** Operations whose code has not been told their outcome. */
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
  }

  /** An end that the authority knows by that number. */
  end(number: EndNumber, side: Side, channel: string): End<V> {
    const end = new End<V>(number, side, channel);
    this.#ends.add(end);
    return end;
  }

  begin(end: End<V>, shape: Shape, value: unknown, patience: Patience = {}): Promise<unknown> {
    const failed = failedBy({ shape, end, value });
    if (this.#phase === 'winding-down') return new Promise(() => {});
    if (end.state !== 'open') return Promise.reject(new EndClosedError(failed));
    const { timeout = 0 } = patience;
    if (!(timeout >= 0)) {
      const wanted = 'a number of milliseconds, 0 or more';
      return Promise.reject(new RangeError(`timeout must be ${wanted}, not ${timeout}`));
    }
    if (patience.signal?.aborted) {
      return Promise.reject(new AbortedError(failed, patience.signal.reason));
    }
    return new Promise((resolve, reject) => {
      const operation: Operation<V> = {
        state: 'held',
        op: -1,
        end,
        shape,
        value,
        bytes: 0,
        recall: undefined,
        unwatch: undefined,
        resolve,
        reject,
      };
      if (++this.#open === 1) this.#onBusy(true);
      if (end.held.length === 0 && this.#hasRoom(end)) this.#offer(operation);
      else if (isPoll(shape)) this.#missed(operation);
      else end.hold(operation);
      if (operation.state !== 'ended') this.#watch(operation, patience);
    });
  }

  hear(answer: Answer<V>): void {
    const operation = this.#operations.get(answer.op);
    if (operation === undefined) {
      if (answer.type === 'deliver') this.#authority.returned(answer.op);
      return;
    }
    switch (answer.type) {
      case 'deliver':
        this.#delivered(operation, answer.value, answer.attempt);
        break;
      case 'completed':
        this.#leave(operation);
        this.#settle(operation);
        // Where both are in this process, the receiver's code goes on before the sender's (R1).
        queueMicrotask(() => operation.resolve(operation.shape === 'was-sent' ? true : undefined));
        break;
      case 'withdrawn':
        this.#leave(operation);
        if (operation.recall === undefined) this.#missed(operation);
        else this.#recalled(operation, operation.recall(answer.attempts));
        break;
      case 'failed':
        this.#leave(operation);
        this.#failed(operation, answer.reason, answer.attempts);
        break;
      case 'late':
        break;
    }
  }

  /** Closes one copy of an end; with the last, the end. */
  close(end: End<V>): void {
    if (--end.copies === 0) this.#close(end);
  }

  /** Closes every sending end, however many copies there are: what was sent before is still delivered. */
  closeSenders(): void {
    for (const end of this.#ends) if (end.side === 'send') this.#close(end);
  }

  /**
   * The process is about to end. Every end is closed: what was sent before is still delivered, and what waits
   * to receive is withdrawn. What the code begins from now on is never answered.
   */
  windDown(): void {
    this.#phase = 'winding-down';
    for (const end of this.#ends) this.#close(end);
  }

  #close(end: End<V>): void {
    if (end.state !== 'open') return;
    end.state = 'closing';
    if (end.side === 'receive') {
      const failed = { operation: 'receive', channel: end.channel } as const;
      const isHeard = this.#phase === 'working';
      const recall = () => (isHeard ? new EndClosedError(failed) : undefined);
      for (const operation of this.#under(end)) this.#recall(operation, recall);
    }
    this.#finishClosing(end);
  }

  /** The end is somebody else's from now on. Nothing may be under way on it. */
  surrender(end: End<V>): void {
    if (--end.copies > 0) return;
    end.state = 'closed';
    this.#ends.delete(end);
  }

  statistics(end: End<V>): Promise<Statistics> {
    if (end.state === 'closed') {
      const failed = { operation: 'inspect', channel: end.channel } as const;
      return Promise.reject(new EndClosedError(failed));
    }
    return this.#authority.inspect(end.number);
  }

  /** The authority is gone: nothing will be answered any more. */
  disconnect(): void {
    for (const operation of this.#operations.values()) {
      for (let held = operation.end.letGo(); held; held = operation.end.letGo()) {
        this.#refuse(held, new DisconnectedError(failedBy(held)));
      }
      this.#refuse(operation, new DisconnectedError(failedBy(operation)));
    }
    this.#operations.clear();
  }

  // ── going to the authority ────────────────────────────────────────────────────────────────────────────

  #hasRoom(end: End<V>): boolean {
    const { operations, bytes } = this.#settings.window;
    return end.offered === 0 || (end.offered < operations && end.offeredBytes < bytes);
  }

  #offer(operation: Operation<V>): void {
    const { end, shape } = operation;
    if (!isSend(shape)) {
      this.#enter(operation);
      this.#authority.offer({
        op: operation.op,
        guards: [{ end: end.number }],
        isPoll: isPoll(shape),
        isPriority: false,
      });
      return;
    }
    const value = this.#encode(operation);
    if (value === undefined) return;
    operation.bytes = this.#settings.codec.sizeOf(value.encoded);
    this.#enter(operation);
    this.#authority.offer({
      op: operation.op,
      guards: [{ end: end.number, value: value.encoded }],
      isPoll: isPoll(shape),
      isPriority: false,
    });
  }

  #encode(operation: Operation<V>): { readonly encoded: V } | undefined {
    const { codec, maxValueBytes } = this.#settings;
    try {
      const encoded = codec.encode(operation.value);
      const size = codec.sizeOf(encoded);
      if (size <= maxValueBytes) return { encoded };
      this.#refuse(operation, new ValueTooLargeError(failedBy(operation), size, maxValueBytes));
    } catch (error) {
      this.#refuse(
        operation,
        error instanceof Unencodable
          ? new NotEncodableError(failedBy(operation), error.path, error.what)
          : new NotEncodableError(
              failedBy(operation),
              '$',
              `something msgpack fails on (${error})`,
            ),
      );
    }
    return undefined;
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
    while (end.held.length > 0 && this.#hasRoom(end)) this.#offer(end.letGo() as Operation<V>);
    this.#finishClosing(end);
  }

  /** What was begun on an end and has not ended. */
  #under(end: End<V>): readonly Operation<V>[] {
    const offered = [...this.#operations.values()].filter((operation) => operation.end === end);
    return [...end.held, ...offered];
  }

  #finishClosing(end: End<V>): void {
    if (end.state !== 'closing' || end.held.length > 0) return;
    if (end.side === 'receive' && end.offered > 0) return;
    end.state = 'closed';
    this.#ends.delete(end);
    this.#authority.close(end.number);
  }

  // ── endings ───────────────────────────────────────────────────────────────────────────────────────────

  #delivered(operation: Operation<V>, encoded: V, attempt: number): void {
    const { op } = operation;
    if (this.#phase === 'winding-down') {
      this.#authority.returned(op);
      this.#leave(operation);
      this.#settle(operation);
      return;
    }
    let value: unknown;
    try {
      value = this.#settings.codec.decode(encoded);
    } catch (error) {
      if (!(error instanceof Undecodable)) throw error;
      this.#refuseValue(operation, error.message);
      return;
    }
    this.#leave(operation);
    if (operation.shape === 'work') {
      const work: Work<unknown> = {
        value,
        attempt,
        taken: () => this.#authority.taken(op, () => {}),
        giveBack: () => this.#authority.returned(op),
      };
      this.#settle(operation);
      operation.resolve(work);
      return;
    }
    operation.unwatch?.();
    this.#authority.taken(op, () => this.#given(operation, value));
  }

  /** The sender is told; the receive goes on waiting, for a value that can be read. */
  #refuseValue(operation: Operation<V>, why: string): void {
    this.#operations.delete(operation.op);
    operation.end.offered--;
    this.#authority.refused(operation.op, why);
    if (operation.recall !== undefined) {
      this.#recalled(operation, operation.recall(0));
      this.#finishClosing(operation.end);
      return;
    }
    this.#offer(operation);
  }

  #failed(
    operation: Operation<V>,
    reason: Extract<Answer<V>, { type: 'failed' }>['reason'],
    attempts: number,
  ): void {
    const failed = { ...failedBy(operation), attempts };
    switch (reason.kind) {
      case 'ended':
        if (operation.shape !== 'step') {
          this.#refuse(operation, new ChannelEndedError(failed));
          break;
        }
        this.#settle(operation);
        operation.resolve({ value: undefined, done: true });
        break;
      case 'broken':
        this.#refuse(operation, new ChannelBrokenError(failed, errorOf(reason.failure)));
        break;
      case 'lost':
        this.#refuse(operation, new LostError(failed));
        break;
      case 'refused':
        this.#refuse(operation, new ValueRefusedError(failed, reason.why));
        break;
      case 'too-large':
        this.#refuse(
          operation,
          new ValueTooLargeError(failed, reason.size, this.#settings.maxValueBytes),
        );
        break;
    }
  }

  #given(operation: Operation<V>, value: unknown): void {
    this.#settle(operation);
    switch (operation.shape) {
      case 'step':
        operation.resolve({ value, done: false });
        break;
      case 'boxed':
        operation.resolve({ value });
        break;
      default:
        operation.resolve(value);
    }
  }

  /** Nobody was ready for a poll. */
  #missed(operation: Operation<V>): void {
    this.#settle(operation);
    operation.resolve(operation.shape === 'was-sent' ? false : undefined);
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
    if (--this.#open === 0) this.#onBusy(false);
  }

  // ── timers and signals ────────────────────────────────────────────────────────────────────────────────

  #watch(operation: Operation<V>, { timeout, signal }: Patience): void {
    const stops: (() => void)[] = [];
    if (timeout !== undefined && timeout !== Number.POSITIVE_INFINITY) {
      const error = (attempts: number) =>
        new TimedOutError({ ...failedBy(operation), attempts }, timeout);
      stops.push(this.#settings.clock.after(timeout, () => this.#recall(operation, error)));
    }
    if (signal !== undefined) {
      const onAbort = () =>
        this.#recall(
          operation,
          (attempts) => new AbortedError({ ...failedBy(operation), attempts }, signal.reason),
        );
      signal.addEventListener('abort', onAbort, { once: true });
      stops.push(() => signal.removeEventListener('abort', onAbort));
    }
    if (stops.length === 0) return;
    operation.unwatch = () => {
      for (const stop of stops) stop();
    };
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

function failedBy<V>({
  shape,
  end,
  value,
}: Pick<Operation<V>, 'shape' | 'end' | 'value'>): FailedOperation {
  const channel = end.channel;
  return isSend(shape) ? { operation: 'send', channel, value } : { operation: 'receive', channel };
}
