import type { ChannelId, FailedReason, Failure, Side, Terms } from './events.ts';
import { Line, type Place } from './line.ts';
import type { Operation } from './operation.ts';

/** What the arbiter knows of one channel. Rules that need nothing else are here. */
export class ChannelState<V> {
  readonly id: ChannelId;
  readonly terms: Terms;
  /** Counted ends (R9). */
  senders = 1;
  receivers = 1;
  /** The first failure of a side: a crash never looks like a clean end (R9). */
  senderFailure: Failure | undefined;
  receiverFailure: Failure | undefined;
  /** Sends that wait. */
  readonly sending = new Line<V>();
  /** Receives that wait. */
  readonly receiving = new Line<V>();
  /** Values that belong to the channel. */
  readonly store = new Line<V>();
  /** Values that belong to the channel and are in a receiver's hand. */
  lent = 0;
  /** All values in a receiver's hand, lent ones included. */
  inHand = 0;
  /** How many values were taken so far. */
  taken = 0;
  /** How many values were dropped so far. */
  discarded = 0;

  constructor(id: ChannelId, terms: Terms) {
    this.id = id;
    this.terms = terms;
  }

  /** The line in which guards of that side wait. */
  lineOf(side: Side): Line<V> {
    return side === 'send' ? this.sending : this.receiving;
  }

  /** The value that has waited longest, stored or still its sender's; never `asker`'s own. */
  firstValue(asker: Operation<V> | undefined): Place<V> | undefined {
    const stored = this.store.head;
    const sent = this.sending.firstOther(asker);
    if (stored === undefined || sent === undefined) return stored ?? sent;
    return stored.operation.arrival < sent.operation.arrival ? stored : sent;
  }

  /**
   * A slot is freed by `taken`, not by the delivery, so that a value that comes back finds its place
   * again. Only `drop-oldest` frees it at once: its newest values must always find room.
   */
  hasRoom(): boolean {
    const used =
      this.terms.overflow === 'drop-oldest' ? this.store.length : this.store.length + this.lent;
    return used < this.terms.capacity;
  }

  hasValue(): boolean {
    return this.store.length > 0 || this.sending.length > 0;
  }

  /** A send always ends at once, if need be by dropping a value. */
  neverBlocks(): boolean {
    return this.terms.capacity > 0 && this.terms.overflow !== 'block';
  }

  /** No value is here and none can come any more, not even one that comes back from a receiver's hand. */
  isExhausted(): boolean {
    return this.senders === 0 && this.inHand === 0 && !this.hasValue();
  }

  /** How an operation of `side` fails when the other side is gone. */
  endFor(side: Side): FailedReason {
    const failure = side === 'send' ? this.receiverFailure : this.senderFailure;
    return failure === undefined ? { kind: 'ended' } : { kind: 'broken', failure };
  }

  /** Nobody holds an end, and nothing is on its way. */
  isOver(): boolean {
    return this.receivers === 0 && this.isExhausted() && this.receiving.length === 0;
  }
}

/** What `statistics()` tells of a channel. All counts are of this moment, except the last two. */
export interface Statistics {
  readonly capacity: number;
  readonly senders: number;
  readonly receivers: number;
  readonly waitingSenders: number;
  readonly waitingReceivers: number;
  /** Values in the channel's own store. */
  readonly buffered: number;
  /** Values given to a receiver that has not yet said that it took them. */
  readonly inHand: number;
  /** Values taken since the channel was opened. */
  readonly taken: number;
  /** Values dropped since the channel was opened: by its overflow policy, or for want of a receiver. */
  readonly discarded: number;
}

export function statisticsOf(channel: ChannelState<unknown>): Statistics {
  return {
    capacity: channel.terms.capacity,
    senders: channel.senders,
    receivers: channel.receivers,
    waitingSenders: channel.sending.length,
    waitingReceivers: channel.receiving.length,
    buffered: channel.store.length,
    inHand: channel.inHand,
    taken: channel.taken,
    discarded: channel.discarded,
  };
}
