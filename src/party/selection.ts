import type { OpNumber } from '../arbiter/events.ts';
import type { Cargo } from '../value/cargo.ts';
import type { End } from './end.ts';

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
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One select of this process: an operation with several guards, of which exactly one has an effect (R6).
 *
 * | state      | meaning                                                     | may end by                            |
 * | ---------- | ----------------------------------------------------------- | ------------------------------------- |
 * | `held`     | not offered yet: others with large values wait              | a recall                              |
 * | `offered`  | at the authority                                            | its one ending                        |
 * | `recalled` | at the authority, which was asked to give it back           | its one ending: `withdrawn`, or later |
 * | `taking`   | it was given a value, and the word for that has yet to leave | that                                  |
 * | `ended`    | its code has been told                                      | –                                     |
 */
export interface Selection<V> extends SelectionPlan<V> {
  state: 'held' | 'offered' | 'recalled' | 'taking' | 'ended';
  op: OpNumber;
  /** Of the guards that send; `undefined` of those that receive. */
  readonly parcels: readonly (Parcel<V> | undefined)[];
  /** Of its values that are not small. */
  readonly bytes: number;
  whenBack: WhenBack | undefined;
}

/** What its code is told if it comes back after a recall: an error, that it is back, or nothing any more. */
export type WhenBack = Error | 'back' | 'untold';

/** Asks a select back. Whether a guard has had an effect by then, its outcome says. */
export type RecallSelection = (error?: Error) => void;
