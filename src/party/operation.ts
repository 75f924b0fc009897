import type { OpNumber } from '../arbiter/events.ts';
import type { Cancel } from '../clock.ts';
import type { OperationError } from '../errors.ts';
import type { Cargo } from '../value/cargo.ts';
import type { End } from './end.ts';
import type { Settlers } from './waiting-code.ts';

/** How long an operation may wait. Without either: until it ends. */
export interface Patience {
  /** In milliseconds. The operation may end later than that when a receiver already has the value in hand. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

/**
 * A value in hand, whose sender waits for what becomes of it. The first word counts; what is said later, or after
 * the process has begun to end, says nothing. If the process dies without a word, the value goes to the next
 * receiver, and the attempt has failed.
 */
export interface Work<out T> {
  readonly value: T;
  /** 1 at first, one more for each attempt that failed. Above 1, some of the work may have been done before. */
  readonly attempt: number;
  /** It is done: releases the sender. */
  taken(): void;
  /** Back to its old place in line, as if nothing had been: no attempt is counted. */
  giveBack(): void;
  /**
   * Back to its old place in line, and the attempt has failed: after `maxAttempts` of them the value becomes a dead
   * letter of its channel; where the channel has none, its send fails with a LostError.
   *
   * @param error why, for people: the first 4,000 characters of it as a text
   */
  fail(error?: unknown): void;
}

/** What the code gets when its operation comes to pass. */
export type Shape =
  /** `send`: nothing. */
  | 'sent'
  /** `trySend`: whether it was taken. */
  | 'was-sent'
  /** `receive`: the value. */
  | 'value'
  /** `tryReceive`: the value in a box, or undefined. */
  | 'boxed'
  /** A step of `for await`. */
  | 'step'
  /** The value, not yet taken. */
  | 'work';

/** The error for an operation that came back after so many attempts; none where nobody is left to hear it. */
export type Recall = (attempts: number) => OperationError | undefined;

/** Asks for an operation back. Its ending tells whether it came: what is asked twice, or too late, has no effect. */
export type AskBack = (recall: Recall) => void;

/** Who asks for an operation back itself, and is called when it ends. */
export interface Beginner {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  /** Of the promise for which the code waits, where it stands for several operations. */
  readonly settlers?: Settlers<never>;
  /** Whether neither a time nor a signal will have it asked back. */
  readonly isPatient: boolean;
}

/**
 * One operation of this process.
 *
 * | state      | meaning                                                       | may end by                         |
 * | ---------- | ------------------------------------------------------------- | ---------------------------------- |
 * | `held`     | not offered yet: the window of its end is full                | timer, abort, close of a receiver  |
 * | `offered`  | at the authority                                              | its one ending                     |
 * | `recalled` | at the authority, which was asked to give it back             | its one ending: `withdrawn`, or later |
 * | `taking`   | its value is here, and the word that it was taken on its way  | `given`, or else it is offered again |
 * | `ended`    | its code has been told                                        | –                                  |
 */
export interface Operation<V> extends Settlers<unknown> {
  state: 'held' | 'offered' | 'recalled' | 'taking' | 'ended';
  op: OpNumber;
  readonly end: End<V>;
  readonly shape: Shape;
  /** What the code wants to send. */
  readonly value: unknown;
  bytes: number;
  /** The ends that its value carries, once it is on its way. */
  cargo: Cargo | undefined;
  /** What its code is told if it comes back; set when it is recalled. */
  recall: Recall | undefined;
  /** Stops its timer and its signal. */
  unwatch: Cancel | undefined;
  /** Who began it, if that is who asks it back. */
  readonly beginner: Beginner | undefined;
  /** Whether neither a time nor a signal will have it asked back. */
  readonly isPatient: boolean;
}

export function isPoll(shape: Shape): boolean {
  return shape === 'was-sent' || shape === 'boxed';
}

export function isSend(shape: Shape): boolean {
  return shape === 'sent' || shape === 'was-sent';
}

/** What the code of a receive is told when it was given a value. */
export function given(shape: Shape, value: unknown): unknown {
  switch (shape) {
    case 'step':
      return { value, done: false };
    case 'boxed':
      return { value };
    default:
      return value;
  }
}

/** What the code of a poll is told when nobody was ready. */
export function missed(shape: Shape): false | undefined {
  return shape === 'was-sent' ? false : undefined;
}
