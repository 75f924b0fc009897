import type { Side } from '../arbiter/events.ts';
import type { Contract } from '../contracts/contract.ts';
import type { RoomKeeper } from '../value/rooms.ts';
import type { EndNumber } from '../wire/message.ts';
import type { Operation } from './operation.ts';

/**
 * One end of a channel in this process; the Senders or Receivers that share it are its copies.
 *
 * | state     | meaning                                                                            |
 * | --------- | ---------------------------------------------------------------------------------- |
 * | `open`    | it may be used                                                                     |
 * | `closing` | its last copy was closed, and operations that were begun before have to go first   |
 * | `closed`  | this process has it no more: the authority knows that it is closed, or moved       |
 * | `left`    | the process is about to end, and leaves it to its stage                            |
 */
export class End<V> implements RoomKeeper<V> {
  readonly number: EndNumber;
  readonly side: Side;
  /** The name of its channel. */
  readonly channel: string;
  /** Of one that sends: what each value must meet before it is encoded. */
  contract: Contract | undefined;
  state: 'open' | 'closing' | 'closed' | 'left' = 'open';
  /** How many Senders or Receivers share it, and how many of these are inside values on their way. */
  copies = 1;
  travelling = 0;
  /** How much is at the authority and has not ended: never more than the window. */
  offered = 0;
  offeredBytes = 0;
  /** Of selects that are at the authority: the bytes of their large values for this end. */
  largeBytes = 0;
  /** How many guards of selects wait on it. */
  selects = 0;
  room: V | undefined;
  #held: Operation<V>[] | undefined;
  #receiving: readonly [{ readonly end: EndNumber }] | undefined;

  constructor(number: EndNumber, side: Side, channel: string, contract?: Contract) {
    this.number = number;
    this.side = side;
    this.channel = channel;
    this.contract = contract;
  }

  /** What a receive on it offers. */
  get receiving(): readonly [{ readonly end: EndNumber }] {
    this.#receiving ??= [{ end: this.number }];
    return this.#receiving;
  }

  /** What is kept back until there is room in the window, oldest first. */
  get held(): readonly Operation<V>[] {
    return this.#held ?? nothing;
  }

  hold(operation: Operation<V>): void {
    this.#held ??= [];
    this.#held.push(operation);
  }

  /** The same for one that was offered before all of these. */
  holdFirst(operation: Operation<V>): void {
    this.#held = [operation, ...this.held];
  }

  /** The oldest that is held, which is so no more. */
  letGo(): Operation<V> | undefined {
    return this.#held?.shift();
  }

  /** One that has given up. Of many that do, the newest is asked first. */
  drop(operation: Operation<V>): void {
    const at = this.#held?.lastIndexOf(operation) ?? -1;
    if (at >= 0) this.#held?.splice(at, 1);
  }

  /** Whether the code has a copy that it can use. */
  get isInUse(): boolean {
    return this.copies > this.travelling;
  }

  /** Whether no operation on it is under way. */
  get isIdle(): boolean {
    return this.offered === 0 && this.selects === 0 && this.held.length === 0;
  }
}

const nothing: readonly never[] = [];
