/**
 * What goes into the arbiter (events) and what comes out (effects).
 *
 * Everything here is plain data. `V` is the value type, which the arbiter never looks into: bytes in a
 * supervisor, the value itself inside one process.
 */

/** One participant: the link of one process incarnation, or the code of the arbiter's own process. */
export type PartyId = number;

export type ChannelId = number;

/** The number a party gives to one of its operations; it grows, and is never used twice. */
export type OpNumber = number;

export type Side = 'send' | 'receive';

export type Overflow = 'block' | 'drop-newest' | 'drop-oldest';

/** What a channel promises, fixed when it is opened. */
export interface Terms {
  /** How many values the channel itself may hold. 0: a rendezvous. */
  readonly capacity: number;
  /** What becomes of a send when a channel with a capacity is full. */
  readonly overflow: Overflow;
  /** How many attempts at a value may fail before it is given to nobody else. At least 1. */
  readonly maxAttempts: number;
  /** What values must meet, for those who send them: nobody looks into it here. */
  readonly contract?: string | undefined;
}

/** One end of a channel, whoever has it. */
export interface ChannelEnd {
  readonly channel: ChannelId;
  readonly side: Side;
}

export type Guard<V> =
  | {
      readonly side: 'send';
      readonly channel: ChannelId;
      readonly value: V;
      /** The ends that the value carries. */
      readonly ends?: readonly ChannelEnd[] | undefined;
    }
  | { readonly side: 'receive'; readonly channel: ChannelId };

/** How an operation picks among guards that are ready when it arrives. */
export type Choice = 'random' | 'priority';

/** Whether an operation waits for a partner, or wants to hear at once that there is none. */
export type Patience = 'wait' | 'poll';

/** Why an end is gone for good, or an attempt at a value failed: plain data, so that it can cross to another process. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly stage?: string;
  readonly exitCode?: number;
  readonly signal?: string;
  readonly stderr?: readonly string[];
}

/** What a dead letter tells of its value: how it came to be one. */
export interface Obituary {
  /** The name of the channel on which it was sent. */
  readonly channel: string;
  /** How many attempts failed there. */
  readonly attempts: number;
  /** How, in order; of very many the first and the last. */
  readonly failures: readonly Failure[];
}

/** Puts a value that nobody looks into inside a dead letter, which carries the same ends. */
export type LetterMaker<V> = (value: V, obituary: Obituary) => V;

/**
 * `final`: a timer or an abort; it stands, also if the value comes back after a crash.
 * `tentative`: the caller only wants to know whether it is still free to do something else.
 */
export type WithdrawalKind = 'final' | 'tentative';

/** Operations that wait at the ends of a direct link. */
export interface DirectLines {
  readonly waitingSenders: number;
  readonly waitingReceivers: number;
}

export type ArbiterEvent<V> =
  /** A channel comes into being, with one end on each side. */
  | {
      readonly type: 'open';
      readonly channel: ChannelId;
      readonly terms: Terms;
      /** For people. */
      readonly name?: string;
      /** Where its dead letters go: it is one more sender of that channel, until nothing can come of it any more. */
      readonly deadLetters?: ChannelId;
    }
  /** One more end on a side. */
  | { readonly type: 'hold'; readonly channel: ChannelId; readonly side: Side }
  /** One end less; with a failure, it did not end well. */
  | {
      readonly type: 'release';
      readonly channel: ChannelId;
      readonly side: Side;
      readonly failure?: Failure;
    }
  /** Two processes exchange values of this channel themselves; so many were taken since it was last said. */
  | {
      readonly type: 'direct';
      readonly channel: ChannelId;
      readonly taken: number;
      /** What waits there; nothing when they do so no more. */
      readonly lines: DirectLines | undefined;
    }
  | {
      readonly type: 'offer';
      readonly party: PartyId;
      readonly op: OpNumber;
      readonly guards: readonly Guard<V>[];
      readonly choice: Choice;
      readonly patience: Patience;
      /** It is offered elsewhere, too: its owner has to be asked before anything becomes of it here. */
      readonly isShared?: boolean;
    }
  /** The answer to `ask`: the operation is offered nowhere else now. The other answer is a withdrawal. */
  | { readonly type: 'free'; readonly party: PartyId; readonly op: OpNumber }
  | {
      readonly type: 'withdraw';
      readonly party: PartyId;
      readonly op: OpNumber;
      readonly kind: WithdrawalKind;
    }
  /** The receiver's code has the value. */
  | { readonly type: 'taken'; readonly party: PartyId; readonly op: OpNumber }
  /** The receiver had no code left for the value. */
  | { readonly type: 'returned'; readonly party: PartyId; readonly op: OpNumber }
  /** The receiver can never take this value: it is not what the channel carries. */
  | {
      readonly type: 'refused';
      readonly party: PartyId;
      readonly op: OpNumber;
      readonly why: string;
    }
  /** The receiver's code had the value in hand and failed on it: one attempt more. */
  | {
      readonly type: 'abandoned';
      readonly party: PartyId;
      readonly op: OpNumber;
      readonly failure: Failure;
    }
  /**
   * The party is dead, and everything that it said has been heard: what it waits for is no more. What it has in
   * hand stays there until `gone`, which says how it ended.
   */
  | { readonly type: 'silent'; readonly party: PartyId }
  /** The party is dead, and everything that it said has been heard. With a failure, it did not end well. */
  | {
      readonly type: 'gone';
      readonly party: PartyId;
      readonly failure?: Failure;
      /** It was ended for reasons of others: what it had in hand may have been taken, but is not to blame. */
      readonly wasEnded?: boolean;
    };

/** Why an operation failed. `lost`: as many attempts at its value as are allowed have failed. */
export type FailedReason =
  | { readonly kind: 'ended' }
  | { readonly kind: 'broken'; readonly failure: Failure }
  | { readonly kind: 'lost'; readonly failures: readonly Failure[] }
  | { readonly kind: 'refused'; readonly why: string };

/** Why a value that no sender waits for any more was dropped. */
export type DiscardReason = 'overflow' | 'no-receiver' | 'lost' | 'refused';

export type Effect<V> = PartyEffect<V> | ChannelEffect<V>;

/** What a party hears. */
export type PartyEffect<V> =
  | {
      readonly type: 'deliver';
      readonly party: PartyId;
      readonly op: OpNumber;
      readonly guard: number;
      /** 1 at first, one more for each attempt that failed. */
      readonly attempt: number;
      readonly value: V;
      /** Those that the value carries: the receiver has one more of each from now on. */
      readonly ends?: readonly ChannelEnd[] | undefined;
    }
  | {
      readonly type: 'completed';
      readonly party: PartyId;
      readonly op: OpNumber;
      readonly guard: number;
    }
  /** Something is ready for this guard of a shared operation. It goes on when its owner says `free`, or withdraws it. */
  | {
      readonly type: 'ask';
      readonly party: PartyId;
      readonly op: OpNumber;
      readonly guard: number;
    }
  /** After `free`: what was ready is gone, and the operation waits again. It may be offered elsewhere again. */
  | { readonly type: 'released'; readonly party: PartyId; readonly op: OpNumber }
  /** The withdrawal came too late: a receiver has the value, or died with it. The ending is on its way. */
  | { readonly type: 'late'; readonly party: PartyId; readonly op: OpNumber }
  | {
      readonly type: 'withdrawn';
      readonly party: PartyId;
      readonly op: OpNumber;
      /** The one whose value was in a receiver's hand; 0 when none was. */
      readonly guard: number;
      /** How many attempts failed; above 0 the value may have been taken. */
      readonly attempts: number;
    }
  | {
      readonly type: 'failed';
      readonly party: PartyId;
      readonly op: OpNumber;
      readonly guard: number;
      readonly attempts: number;
      readonly reason: FailedReason;
    }
  /** The party said something that it may not say. Nothing has changed. */
  | { readonly type: 'violation'; readonly party: PartyId; readonly problem: string };

/** What becomes of values, whoever sent them: no party hears of it. */
export type ChannelEffect<V> =
  /** A value whose send has completed (it was in a buffer, or its sender is dead) is no more. */
  | {
      readonly type: 'discarded';
      readonly channel: ChannelId;
      readonly value: V;
      readonly reason: DiscardReason;
    }
  /** An attempt failed, and the value waits for the next one. */
  | {
      readonly type: 'retried';
      readonly channel: ChannelId;
      readonly attempts: number;
      readonly failure: Failure | undefined;
    }
  /** The ends of a channel that goes directly are not those that they were. */
  | { readonly type: 'regrouped'; readonly channel: ChannelId }
  /** A value became a dead letter. */
  | {
      readonly type: 'buried';
      readonly channel: ChannelId;
      readonly attempts: number;
      readonly failures: readonly Failure[];
      /** Where the letter waits now. */
      readonly deadLetters: ChannelId;
    };
