/** What happened, in the order in which it happened: what codes did and saw, and what the exchange did. */
import type { Statistics } from '../../src/arbiter/channel-state.ts';
import type {
  ChannelId,
  DiscardReason,
  Failure,
  PartyId,
  Side,
  Terms,
} from '../../src/arbiter/events.ts';
import type { Shape } from '../../src/party/operation.ts';

export type ValueId = number;

/** The code of one process incarnation, or of the supervisor itself. */
export interface Who {
  readonly name: string;
  /** It has stopped without having closed its ends. */
  isDead: boolean;
}

/** One operation, as the code that began it saw it. */
export interface Act {
  readonly who: Who;
  readonly channel: ChannelId;
  readonly side: Side;
  /** Which of its ends of that channel: a window and an order are of one end. */
  readonly end: number;
  /** `guard`: of a select. */
  readonly shape: Shape | 'guard';
  /** Of a send: what it sends. */
  readonly value: ValueId | undefined;
  readonly deadline: number | undefined;
  /** Of a guard: the acts of its select. */
  readonly select: readonly Act[] | undefined;
  isAborted: boolean;
  outcome: Outcome | undefined;
  /** When it ended. */
  at: number;
}

export type Outcome =
  /** A send went well, or a receive has its value. */
  | { readonly is: 'done'; readonly value?: ValueId }
  /** A poll found nobody, a loop came to its end, or another guard was chosen. */
  | { readonly is: 'nothing' }
  /** A guard that receives, on a channel that has ended. */
  | { readonly is: 'end' }
  | { readonly is: 'error'; readonly error: Error };

/** A value was put into the hands of code. */
export interface Given {
  readonly value: ValueId;
  readonly who: Who;
  readonly at: number;
  /** The code gave it back. */
  isReturned: boolean;
  /** The word that it was taken had left before: it is given once, whatever dies when. */
  readonly isSure: boolean;
}

export interface Delivery {
  readonly value: ValueId;
  readonly party: PartyId;
  readonly attempt: number;
  readonly at: number;
}

export interface ChannelRecord {
  readonly id: ChannelId;
  readonly terms: Terms;
  /** Where its dead letters go. */
  readonly deadLetters: ChannelId | undefined;
  /** Ends that were released with a failure. */
  readonly failures: Readonly<Record<Side, Failure[]>>;
  /** Of a channel inside a process: with this code it is gone. */
  readonly owner: Who | undefined;
  /** As it is now; nothing when it is over. */
  readonly statistics: () => Statistics | undefined;
}

export class History {
  #now = 0;
  /** How many processes have channels of their own. */
  places = 0;
  readonly channels = new Map<ChannelId, ChannelRecord>();
  readonly acts: Act[] = [];
  /** The send of each value, by its number. */
  readonly sends: Act[] = [];
  readonly givens: Given[] = [];
  readonly deliveries: Delivery[] = [];
  /** The exchange heard that it was taken. */
  readonly taken: { readonly value: ValueId; readonly channel: ChannelId }[] = [];
  /** Those that were taken past the supervisor. */
  readonly direct: ValueId[] = [];
  readonly discarded: { readonly value: ValueId; readonly reason: DiscardReason }[] = [];
  /** It became a dead letter, on that channel. */
  readonly buried: { readonly value: ValueId; readonly channel: ChannelId; readonly at: number }[] =
    [];
  /** A receiver failed on it, or died with it in hand. */
  readonly deaths: { readonly value: ValueId; readonly at: number }[] = [];
  /** Ends that a code put into values. */
  readonly departures: { readonly who: Who; readonly channel: ChannelId; readonly side: Side }[] =
    [];
  /** The sender of these died before they were delivered or stored. */
  readonly vanished = new Map<ValueId, number>();
  readonly #log: string[] | undefined;

  constructor(isTold: boolean) {
    this.#log = isTold ? [] : undefined;
  }

  /** The next moment: no two are the same. */
  tick(): number {
    return ++this.#now;
  }

  /** The channel on which a value is: its own, or one of dead letters. */
  channelOf(value: ValueId): ChannelId | undefined {
    const letter = this.buried.findLast((other) => other.value === value);
    return letter?.channel ?? this.sends[value]?.channel;
  }

  /** All channels on which it was. */
  channelsOf(value: ValueId): readonly ChannelRecord[] {
    const letters = this.buried.filter((other) => other.value === value);
    const ids = [this.sends[value]?.channel, ...letters.map(({ channel }) => channel)];
    return ids.flatMap((id) => (id === undefined ? [] : (this.channels.get(id) ?? [])));
  }

  /** For humans; costs nothing unless the history is told. */
  tell(sentence: () => string): void {
    this.#log?.push(`${String(this.#now).padStart(4)} ${sentence()}`);
  }

  get story(): string {
    return (this.#log ?? []).join('\n');
  }
}
