/**
 * The code of one process as one participant: its operations, from the call to the ending. The same class
 * serves a stage (its authority is the supervisor at the other end of the link), the supervisor's own code,
 * and channels inside one process (their authority is a seat in the same process).
 *
 * Rules of this file
 * - An operation has one ending, and only the authority decides it (R4); see `operations.ts` and `selections.ts`.
 * - An end's `close` follows all that was begun on it before; a receiving end's waiting operations are
 *   withdrawn first.
 * - An end that is inside a value on its way is closed only when the value was taken, or is back.
 */
import type { Statistics } from '../arbiter/channel-state.ts';
import type { OpNumber, Side } from '../arbiter/events.ts';
import type { Clock } from '../clock.ts';
import type { Contract } from '../contracts/contract.ts';
import { EndClosedError, EndMovedError } from '../errors.ts';
import type { Reply } from '../exchange/seat.ts';
import type { Carried } from '../value/cargo.ts';
import type { Codec } from '../value/codec.ts';
import type { EndNumber, PassedEnd, Window } from '../wire/message.ts';
import type { Authority } from './authority.ts';
import { End } from './end.ts';
import { failedBy, type Reason } from './failures.ts';
import type { Beginner, Begun, Operation, Patience, Shape } from './operation.ts';
import { Operations } from './operations.ts';
import type { Half, HalfEvents, RecallSelection, SelectionPlan } from './selection.ts';
import { Selections, sends } from './selections.ts';
import type { PartyServices } from './services.ts';
import { findWaiting } from './waiting-code.ts';

/** What a party hears about its operations. */
export type Answer<V> =
  | Unaddressed<Exclude<Reply<V>, { type: 'violation' | 'failed' }>>
  | (Omit<Extract<Reply<V>, { type: 'failed' }>, 'reason' | 'party'> & { readonly reason: Reason });

/** What is under way on an end; of one that sends, also what may come before that. */
export interface Outstanding<V> {
  readonly side: Side;
  readonly operations: readonly Operation<V>[];
  /** Whether a choice waits on it. */
  readonly hasChoice: boolean;
}

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
  /** Whether its authority is at the other end of a link: then no code of this process is on the other side of an answer. */
  readonly isLinked?: boolean;
  /** The contract of an end that came in a value. Without: none has one. */
  readonly contractFrom?: (channel: string, text: string) => Contract;
  /** What the code gets for an end that came in a value. */
  readonly handleOf: (party: Party<V>, end: End<V>) => Carried;
}

/**
 * How a process ends. `ended`: all its ends are closed. `failed`: its receivers are; its senders are not, for
 * nobody must take that for a clean end: the authority learns from its death that they are gone, and why.
 * `followed`: none is, for another process of its stage goes on with them.
 */
export type Fate = 'ended' | 'failed' | 'followed';

export class Party<V> {
  readonly #authority: Authority<V>;
  readonly #settings: PartySettings<V>;
  readonly #onBusy: (isBusy: boolean) => void;
  readonly #ends = new Set<End<V>>();
  readonly #operations: Operations<V>;
  readonly #selections: Selections<V>;
  #phase: 'working' | 'retiring' | Fate = 'working';
  #lastOp = 0;
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
    const services: PartyServices<V> = {
      ...settings,
      authority,
      party: this,
      ends: () => this.#ends,
      arriving: (ends) => this.#arriving(ends),
      decline: (ends) => this.#decline(ends),
      nextOp: () => ++this.#lastOp,
      isWorking: () => this.#phase === 'working',
      isRetiring: () => this.#phase === 'retiring',
      onBegun: () => this.#opened(),
      onEnded: () => this.#told(),
      onLeft: (end) => this.#finishClosing(end),
    };
    this.#operations = new Operations(services);
    this.#selections = new Selections(services);
  }

  /** An end that the authority knows by that number. */
  end(number: EndNumber, side: Side, channel: string, contract?: Contract): End<V> {
    const end = new End<V>(number, side, channel, contract);
    this.#ends.add(end);
    return end;
  }

  begin(end: End<V>, shape: Shape, value: unknown, patience: Patience = patient): Promise<unknown> {
    if (!this.#mayBegin(end.side === 'send')) return new Promise(() => {});
    return this.#operations.begin(end, shape, value, patience);
  }

  /** The same for who asks for the operation back itself; its ending is told to the beginner. */
  beginFor(beginner: Beginner, end: End<V>, shape: Shape, value: unknown): Begun {
    if (!this.#mayBegin(end.side === 'send')) return neverBegun;
    return this.#operations.beginFor(beginner, end, shape, value);
  }

  /** The time by which its operations wait. */
  get clock(): Clock {
    return this.#settings.clock;
  }

  /** Begins an operation with several guards, on ends of this party. @returns what asks it back */
  select(plan: SelectionPlan<V>): RecallSelection {
    if (!this.#mayBegin(sends(plan))) return () => {};
    const error = unselectable(plan);
    if (error === undefined) return this.#selections.begin(plan);
    plan.reject(error);
    return () => {};
  }

  /** The same for half a select: the other guards are on ends of another party. `undefined` when nobody is left */
  half(plan: SelectionPlan<V>, events: HalfEvents): Half | Error | undefined {
    if (!this.#mayBegin(true)) return undefined;
    return unselectable(plan) ?? this.#selections.beginHalf(plan, events);
  }

  /** While it retires, what only receives is never answered. */
  #mayBegin(sendsToo: boolean): boolean {
    return this.#phase === 'working' || (this.#phase === 'retiring' && sendsToo);
  }

  /** Whether code has a value of which it has yet to say what became of it. */
  get isHolding(): boolean {
    return this.#operations.isHolding;
  }

  /** Whether its channels are those inside this process. */
  get isLocal(): boolean {
    return this.#settings.isLocal ?? false;
  }

  /** What is under way on one of its ends; `undefined` when its code can use it no more. */
  outstandingOn(number: EndNumber): Outstanding<V> | undefined {
    const end = [...this.#ends].find((one) => one.number === number);
    if (end === undefined || end.state !== 'open') return undefined;
    // What was sent before on another end, which may be of the same channel, comes before all on this.
    const ends =
      end.side === 'receive'
        ? [end]
        : [...this.#ends].filter((one) => one.side === 'send' && one.channel === end.channel);
    return {
      side: end.side,
      operations: ends.flatMap((one) => this.#operations.outstandingOn(one)),
      hasChoice: ends.some(({ selects }) => selects > 0),
    };
  }

  /** An operation is offered once more, elsewhere. @returns its number there */
  renumber(op: OpNumber): OpNumber {
    const renumbered = this.#operations.renumber(op) ?? this.#selections.renumber(op);
    if (renumbered === undefined) throw new Error(`operation ${op} has ended`);
    return renumbered;
  }

  hear(answer: Answer<V>): void {
    if (this.#operations.hear(answer) || this.#selections.hear(answer)) return;
    if (answer.type !== 'deliver') return;
    this.#authority.returned(answer.op);
    this.#decline(answer.ends);
  }

  /** Closes one copy of an end; with the last, the end. */
  close(end: End<V>): void {
    if (--end.copies === 0) this.#close(end);
    else if (!end.isInUse) this.#recallReceives(end);
  }

  /** A copy of an end leaves inside a value. What waits on the last comes back: its code cannot go on with it. */
  departed(end: End<V>, to: string): void {
    end.travelling++;
    if (end.isInUse || end.isIdle) return;
    const side = end.side === 'send' ? 'sender' : 'receiver';
    this.#operations.recallOn(end, (failed) => new EndMovedError(failed, side, to));
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
   * The process is to finish what it has, for another to take its place: what waits to receive is withdrawn, and
   * neither that nor what begins to receive from now on is ever answered. Values in hand and sends go on, and
   * so do selects that would send.
   */
  retire(): void {
    if (this.#phase !== 'working') return;
    this.#phase = 'retiring';
    for (const end of this.#ends) {
      if (end.side === 'send') continue;
      this.#operations.recallOn(end, () => undefined);
      this.#selections.recallReceivesOn(end);
    }
  }

  get isRetiring(): boolean {
    return this.#phase === 'retiring';
  }

  /**
   * The process is about to end. What was sent before is still delivered; what waits to receive is withdrawn,
   * and what is in hand goes back. What the code begins from now on is never answered.
   *
   * What becomes of its ends is said by its fate.
   */
  windDown(fate: Fate = 'ended'): void {
    this.#phase = fate;
    for (const end of this.#ends) {
      if (fate !== 'followed') {
        this.#close(end);
      } else if (end.state === 'open') {
        end.state = 'left';
        this.#recallReceives(end);
      }
    }
    this.#operations.giveBack();
  }

  #close(end: End<V>): void {
    if (end.state !== 'open') return;
    end.state = 'closing';
    this.#recallReceives(end);
    this.#finishClosing(end);
  }

  /** No copy of the end is left that the code can use. */
  #recallReceives(end: End<V>): void {
    if (end.side === 'send') return;
    const isHeard = this.#phase === 'working';
    this.#operations.recallOn(end, (failed) => (isHeard ? new EndClosedError(failed) : undefined));
    this.#selections.recallOn(end, (failed) => (isHeard ? new EndClosedError(failed) : 'untold'));
  }

  /** The end is somebody else's from now on. Nothing may be under way on it. */
  surrender(end: End<V>): void {
    if (--end.copies > 0) return;
    end.state = 'closed';
    this.#ends.delete(end);
  }

  /** Whether neither a time nor a signal will end what is under way: it waits for others alone. */
  get isPatient(): boolean {
    return this.#operations.arePatient && this.#selections.arePatient;
  }

  /** Of each operation at the authority, the functions that wait for it, as far as they can be known. */
  async waitingCode(): Promise<ReadonlyMap<OpNumber, readonly string[]>> {
    const offered = [...this.#operations.settlers(), ...this.#selections.settlers()];
    const found = offered.map(async ([op, settlers]) => [op, await findWaiting(settlers)] as const);
    return new Map(await Promise.all(found));
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

  #finishClosing(end: End<V>): void {
    if (end.state !== 'closing' || end.held.length > 0 || end.selects > 0) return;
    if (end.travelling > 0 || (end.side === 'receive' && end.offered > 0)) return;
    end.state = 'closed';
    this.#ends.delete(end);
    if (this.#phase === 'failed' && end.side === 'send') return;
    this.#authority.close(end.number);
  }

  /** What the code gets for the ends that a value carries. */
  #arriving(ends: readonly PassedEnd[]): readonly Carried[] {
    const { handleOf, contractFrom } = this.#settings;
    return ends.map(({ end, side, channel, contract }) => {
      const made = contract === undefined ? undefined : contractFrom?.(channel, contract);
      return handleOf(this, this.end(end, side, channel, made));
    });
  }

  /** Nobody is left to whom they could be given. */
  #decline(ends: readonly PassedEnd[] | undefined): void {
    for (const { end } of ends ?? []) this.#authority.close(end);
  }

  #opened(): void {
    if (++this.#open === 1) this.#onBusy(true);
  }

  #told(): void {
    if (--this.#open === 0) this.#onBusy(false);
  }
}

/** Why a select cannot begin; `undefined` when it can. */
function unselectable<V>({ guards }: SelectionPlan<V>): Error | undefined {
  const closed = guards.find(({ end }) => end.state !== 'open');
  if (closed === undefined) return undefined;
  const shape = closed.end.side === 'send' ? 'sent' : 'value';
  return new EndClosedError(failedBy({ ...closed, shape }));
}

/** Waits until it ends. */
const patient: Patience = {};
const neverBegun: Begun = { askBack: () => {} };
