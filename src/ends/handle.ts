import type { Statistics } from '../arbiter/channel-state.ts';
import { EndClosedError, EndMovedError, type OperationName, TopologyError } from '../errors.ts';
import type { End } from '../party/end.ts';
import type { Patience, Shape } from '../party/operation.ts';
import type { Party } from '../party/party.ts';
import { Carried } from '../value/cargo.ts';

/** An end of a channel that this process has, and the party that acts for it. */
export interface Held {
  readonly party: Party<unknown>;
  readonly end: End<unknown>;
}

/**
 * | state        | meaning                                                                    |
 * | ------------ | -------------------------------------------------------------------------- |
 * | `open`       | it may be used                                                             |
 * | `travelling` | it is inside a value that was not taken yet: `moved` soon, or `open` again |
 * | `unwanted`   | the same, but it was closed meanwhile: `closed` if it comes back           |
 * | `closed`     | it was closed here                                                         |
 * | `moved`      | it was given away; `owner` says to whom                                    |
 */
type HandleState =
  | { readonly is: 'open' | 'closed' }
  | { readonly is: 'travelling' | 'unwanted' | 'moved'; readonly owner: string };

const open: HandleState = { is: 'open' };
const closed: HandleState = { is: 'closed' };

/** What Senders and Receivers have in common: they are copies of an end, and each is closed by itself. */
export abstract class Handle extends Carried {
  readonly #party: Party<unknown>;
  readonly #end: End<unknown>;
  #state: HandleState = open;

  constructor(held: Held) {
    super();
    this.#party = held.party;
    this.#end = held.end;
  }

  /** The name of the channel. */
  get channel(): string {
    return this.#end.channel;
  }

  /** Whether this copy was closed or given away, here. */
  get closed(): boolean {
    return this.#state.is !== 'open';
  }

  /** Gives up this copy. What was sent before is still delivered. Closing twice is closing once. */
  override close(): void {
    if (this.#state.is === 'travelling') this.#state = { ...this.#state, is: 'unwanted' };
    if (this.#state.is !== 'open') return;
    this.#state = closed;
    this.#party.close(this.#end);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Of the whole channel, at this moment. */
  statistics(): Promise<Statistics> {
    const error = this.#unusable('inspect', undefined);
    if (error !== undefined) return Promise.reject(error);
    return this.#party.statistics(this.#end);
  }

  /** @throws EndMovedError, EndClosedError */
  protected copy(): Held {
    const error = this.#unusable('clone', undefined);
    if (error !== undefined) throw error;
    this.#end.copies++;
    return { party: this.#party, end: this.#end };
  }

  protected begin(shape: Shape, value: unknown, patience?: Patience): Promise<unknown> {
    const error = this.#unusable(this.#end.side, value);
    if (error !== undefined) return Promise.reject(error);
    return this.#party.begin(this.#end, shape, value, patience);
  }

  #unusable(operation: OperationName, value: unknown): Error | undefined {
    const failed = { operation, channel: this.channel, value };
    switch (this.#state.is) {
      case 'open':
        return undefined;
      case 'closed':
        return new EndClosedError(failed);
      default:
        return new EndMovedError(failed, sideOf(this.#end), this.#state.owner);
    }
  }

  // ── inside a value ────────────────────────────────────────────────────────────────────────────────────

  /** @internal */
  override get number(): number {
    return this.#end.number;
  }

  /** @internal */
  override unfitFor(party: object): string | undefined {
    const what = `the ${sideOf(this.#end)} of "${this.channel}"`;
    if (this.#party !== party) {
      return `${what}, which is no channel of the same supervisor (make it with supervisor.channel())`;
    }
    switch (this.#state.is) {
      case 'open':
        return undefined;
      case 'closed':
        return `${what}, which was closed here`;
      default:
        return `${what}, which was given to ${this.#state.owner} (send a clone() instead)`;
    }
  }

  /** @internal */
  override depart(to: string): void {
    if (this.#state.is !== 'open') return;
    this.#state = { is: 'travelling', owner: to };
    this.#party.departed(this.#end, to);
  }

  /** @internal */
  override arrive(): void {
    if (this.#state.is !== 'travelling' && this.#state.is !== 'unwanted') return;
    this.#state = { ...this.#state, is: 'moved' };
    this.#party.arrived(this.#end);
  }

  /** @internal */
  override comeBack(): void {
    if (this.#state.is !== 'travelling' && this.#state.is !== 'unwanted') return;
    const isUnwanted = this.#state.is === 'unwanted';
    this.#state = open;
    this.#party.cameBack(this.#end);
    if (isUnwanted) this.close();
  }

  /**
   * It was closed, or given away, before this process began.
   * @internal
   */
  forgo(): void {
    this.#state = closed;
    this.#party.surrender(this.#end);
  }

  // ── for those who deal with ends ──────────────────────────────────────────────────────────────────────

  /**
   * For a guard: the end, and the party that acts for it.
   * @internal
   * @throws EndMovedError, EndClosedError
   */
  static heldFor(handle: Handle, value?: unknown): Held {
    const error = handle.#unusable(handle.#end.side, value);
    if (error !== undefined) throw error;
    return { party: handle.#party, end: handle.#end };
  }

  /**
   * Whose end it is: two handles of different parties have no arbiter in common.
   * @internal
   */
  static partyOf(handle: Handle): Party<unknown> {
    return handle.#party;
  }

  /**
   * @internal
   * @param others which are to move with it
   * @throws EndMovedError, EndClosedError, TopologyError when it cannot be given to `owner`
   */
  static checkMovable(handle: Handle, owner: string, others: Iterable<Handle> = []): void {
    const error = handle.#unusable('give', undefined);
    if (error !== undefined) throw error;
    const end = handle.#end;
    const moving = [...others].filter((other) => other.#end === end).length + 1;
    if (end.isIdle || end.copies > moving) return;
    throw new TopologyError(
      `the ${sideOf(end)} of "${end.channel}" cannot be given to ${owner} while operations on it wait: give a clone, or wait for them`,
    );
  }

  /**
   * For those who carry ends elsewhere: this copy cannot be used here any more.
   * @internal
   */
  static move(handle: Handle, owner: string): Held {
    Handle.checkMovable(handle, owner);
    handle.#state = { is: 'moved', owner };
    return { party: handle.#party, end: handle.#end };
  }
}

function sideOf(end: End<unknown>): 'sender' | 'receiver' {
  return end.side === 'send' ? 'sender' : 'receiver';
}
