import type { ChannelId, DirectLines, FailedReason, Failure, Side, Terms } from './events.ts';
import { Line, type Place } from './line.ts';
import type { Operation } from './operation.ts';

/** A channel for those who only look at it, also when it is over. */
export interface Observed {
  readonly id: ChannelId;
  /** For people; not every channel has its own. */
  readonly name: string;
  readonly terms: Terms;
  /** Where its dead letters go. */
  readonly deadLetters: Pick<Observed, 'id'> | undefined;
  readonly statistics: Statistics;
}

/** What the arbiter knows of one channel. Rules that need nothing else are here. */
export class ChannelState<V> implements Observed {
  readonly id: ChannelId;
  readonly name: string;
  readonly terms: Terms;
  /** Counted ends (R9), those that values carry included. */
  senders = 1;
  receivers = 1;
  /** The first failure of a side: a crash never looks like a clean end (R9). */
  senderFailure: Failure | undefined;
  receiverFailure: Failure | undefined;
  /** A line is made when somebody first stands in it: most of many channels are idle. */
  #sending: Line<V> | undefined;
  #receiving: Line<V> | undefined;
  #store: Line<V> | undefined;
  #kept: Line<V> | undefined;
  /** Values that belong to the channel and are in a receiver's hand, or kept for a receive. */
  lent = 0;
  /** Guards of operations that stand aside, and may come back into its lines. */
  asideSends = 0;
  asideReceives = 0;
  /** All values in a receiver's hand, lent ones included. */
  inHand = 0;
  /** What waits at the two processes that have a direct link, as far as it is known. */
  direct: DirectLines | undefined;
  /** How many values were taken so far. */
  taken = 0;
  /** How many values were dropped so far. */
  discarded = 0;
  /** How many values became dead letters so far. */
  buried = 0;
  /** Where they go; nowhere any more when it is exhausted. */
  deadLetters: ChannelState<V> | undefined;

  constructor(
    id: ChannelId,
    terms: Terms,
    name = `channel ${id}`,
    deadLetters?: ChannelState<V> | undefined,
  ) {
    this.id = id;
    this.name = name;
    this.terms = terms;
    this.deadLetters = deadLetters;
  }

  /** One operation more, or less, stands aside that waited on a side. */
  countAside(side: Side, change: 1 | -1): void {
    if (side === 'send') this.asideSends += change;
    else this.asideReceives += change;
  }

  /** So many ends more, or less, on a side. */
  count(side: Side, change: 1 | -1): void {
    if (side === 'send') this.senders += change;
    else this.receivers += change;
  }

  /** Sends that wait. */
  get sending(): Line<V> {
    return this.#sending ?? noLine;
  }

  /** Receives that wait. */
  get receiving(): Line<V> {
    return this.#receiving ?? noLine;
  }

  /** Values that belong to the channel. */
  get store(): Line<V> {
    return this.#store ?? noLine;
  }

  /** Values that are kept for receives whose owners were asked. They are delivered before later ones (R3). */
  get kept(): Line<V> {
    return this.#kept ?? noLine;
  }

  /** The line of the values that are kept, to stand in it. */
  lineForKept(): Line<V> {
    this.#kept ??= new Line();
    return this.#kept;
  }

  /** The line in which guards of that side wait, to stand in it. */
  lineFor(side: Side): Line<V> {
    if (side === 'send') {
      this.#sending ??= new Line();
      return this.#sending;
    }
    this.#receiving ??= new Line();
    return this.#receiving;
  }

  /** The line of the channel's own values, to stand in it. */
  lineForStored(): Line<V> {
    this.#store ??= new Line();
    return this.#store;
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

  /** How many values belong to it: their sends have completed, or their senders are dead. */
  get belongings(): number {
    return this.store.length + this.lent;
  }

  /** No value is here and none can come any more, not even one that comes back from a receiver's hand. */
  isExhausted(): boolean {
    return this.senders === 0 && this.inHand === 0 && this.asideSends === 0 && !this.hasValue();
  }

  get statistics(): Statistics {
    return {
      capacity: this.terms.capacity,
      senders: this.senders,
      receivers: this.receivers,
      waitingSenders: this.sending.length + (this.direct?.waitingSenders ?? 0),
      waitingReceivers: this.receiving.length + (this.direct?.waitingReceivers ?? 0),
      buffered: this.store.length,
      inHand: this.inHand,
      taken: this.taken,
      discarded: this.discarded,
      deadLetters: this.buried,
      isDirect: this.direct !== undefined,
    };
  }

  /** How an operation of `side` fails when the other side is gone. */
  endFor(side: Side): FailedReason {
    const failure = side === 'send' ? this.receiverFailure : this.senderFailure;
    return failure === undefined ? { kind: 'ended' } : { kind: 'broken', failure };
  }

  /** Nobody holds an end, and nothing is on its way. */
  isOver(): boolean {
    return (
      this.receivers === 0 &&
      this.isExhausted() &&
      this.asideReceives === 0 &&
      this.receiving.length === 0
    );
  }
}

/** Nobody ever stands in it. */
const noLine = new Line<never>();

/** What `statistics()` tells of a channel. The last three counts are since it was opened, all else is of this moment. */
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
  /** Values that became dead letters since the channel was opened. */
  readonly deadLetters: number;
  /** Whether values go from process to process, past the supervisor: then all else is as it was 0.2 s ago. */
  readonly isDirect: boolean;
}
