import type { OpNumber } from '../arbiter/events.ts';
import type { Cargo } from '../value/cargo.ts';
import type { End } from './end.ts';
import type { Settlers } from './waiting-code.ts';

/** One guard of a select: to send a value on this end, or to receive on it. */
export interface EndGuard<V> {
  readonly end: End<V>;
  /** Of a sending end: what is to be sent. */
  readonly value: unknown;
}

/** How a select ended. */
export type Outcome =
  | { readonly is: 'received'; readonly guard: number; readonly value: unknown }
  | { readonly is: 'sent'; readonly guard: number }
  /** A receive on a channel that has ended. */
  | { readonly is: 'ended'; readonly guard: number }
  /** A poll, and no guard was ready. */
  | { readonly is: 'missed' }
  /** It was recalled, and no guard has had an effect. */
  | { readonly is: 'recalled' };

/** What a guard sends: its encoded value, and the ends that it carries. */
export interface Parcel<V> {
  readonly value: V;
  readonly cargo: Cargo | undefined;
}

export interface SelectionPlan<V> {
  readonly guards: readonly EndGuard<V>[];
  readonly isPriority: boolean;
  readonly isPoll: boolean;
  /** Whether neither a time nor a signal can end it. */
  readonly isPatient: boolean;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
  /** Of the promise that the code waits for. */
  readonly settlers: Settlers<never>;
}

/** What of a select is offered, and how: these guards, by their place. */
export interface Bid {
  readonly guards: readonly number[];
  readonly isPoll: boolean;
  /** The authority asks before anything becomes of it: the other half may stand elsewhere. */
  readonly isShared: boolean;
}

/**
 * One select of this process, of which exactly one guard has an effect (R6); or the half of one whose other
 * half has another authority.
 *
 * | state        | meaning                                                      | may end by                            |
 * | ------------ | ------------------------------------------------------------ | ------------------------------------- |
 * | `held`       | not offered yet: others with large values wait               | a recall                              |
 * | `offered`    | at the authority                                             | its one ending                        |
 * | `questioned` | a half: the authority was asked whether it is still free     | its one ending, unless it is `aside`  |
 * | `recalled`   | at the authority, which was asked to give it back            | its one ending: `withdrawn`, or later |
 * | `aside`      | a half that is not offered now, and may be again             | a recall, or the ending of the other  |
 * | `taking`     | it was given a value, and the word for that has yet to leave | that                                  |
 * | `ended`      | its code has been told                                       | –                                     |
 */
export interface Selection<V> extends SelectionPlan<V> {
  state: 'held' | 'offered' | 'questioned' | 'recalled' | 'aside' | 'taking' | 'ended';
  bid: Bid;
  /** Of a half. */
  readonly events: HalfEvents | undefined;
  op: OpNumber;
  /** Of the guards that send; `undefined` of those that receive. */
  readonly parcels: readonly (Parcel<V> | undefined)[];
  /** Of its values that are not small: how many bytes are for which end. */
  readonly large: ReadonlyMap<End<V>, number>;
  whenBack: WhenBack | undefined;
}

/** What its code is told if it comes back after a recall: an error, that it is back, or nothing any more. */
export type WhenBack = Error | 'back' | 'untold';

/** Asks a select back. Whether a guard has had an effect by then, its outcome says. */
export type RecallSelection = (error?: Error) => void;

/** What happens to a half of a select. */
export interface HalfEvents {
  /** Something is ready for its shared offer. */
  readonly onAsk: () => void;
  /** What was ready after all is not: its shared offer waits again. */
  readonly onReleased: () => void;
  /** It is not free any more: one of its guards will have an effect, or had one. */
  readonly onLate: () => void;
  /** It is aside: it was free, or it was a poll and nothing was ready. */
  readonly onBack: () => void;
  /** It ends: one of its guards has had an effect, or has failed. */
  readonly onDecided: () => void;
  /** One of its ends can be used no more. */
  readonly onRecalled: (why: WhenBack) => void;
}

/** One half of a select, in the hands of who puts both together. */
export interface Half {
  offer(bid: Bid): void;
  /** Asks whether it is still free: `onBack` or `onLate` answers, or its ending. */
  question(): void;
  /** The answer to `onAsk`. */
  free(): void;
  /** Asks it back for good; its outcome says whether a guard has had an effect by then. */
  recall(why: WhenBack): void;
  /** The other half has decided: this one ends without effect. It may be neither late nor freed. */
  retire(): void;
}
