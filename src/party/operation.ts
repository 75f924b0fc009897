import type { OpNumber } from '../arbiter/events.ts';
import type { Cancel } from '../clock.ts';
import type { OperationError } from '../errors.ts';
import type { Cargo } from '../value/cargo.ts';
import type { Taker } from './authority.ts';
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

/** Something under way that its beginner may ask back. */
export interface Begun {
  /** The ending tells whether it came back: what is asked twice, or too late, has no effect. */
  askBack(recall: Recall): void;
}

/** Who asks for an operation back itself, and is called when it ends. */
export interface Beginner extends Settlers<unknown> {
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
export class Operation<V> implements Settlers<unknown>, Begun, Taker {
  state: 'held' | 'offered' | 'recalled' | 'taking' | 'ended' = 'held';
  op: OpNumber = -1;
  readonly end: End<V>;
  readonly shape: Shape;
  /** What the code wants to send; or is to be given, while it is `taking`. */
  value: unknown;
  bytes = 0;
  /** The value as it travels, where its memory can be used again when it was taken. */
  encoded: V | undefined = undefined;
  /** The ends that its value carries, once it is on its way. */
  cargo: Cargo | undefined = undefined;
  /** What its code is told if it comes back; set when it is recalled. */
  recall: Recall | undefined = undefined;
  /** Stops its timer and its signal. */
  unwatch: Cancel | undefined = undefined;
  /** Who began it, if that is who asks it back. */
  readonly beginner: Beginner | undefined;
  /** Whether neither a time nor a signal will have it asked back. */
  readonly isPatient: boolean;
  /** Of the promise for which its code waits; where there is a beginner, that is told instead. */
  resolve: (value: unknown) => void = untold;
  reject: (error: Error) => void = untold;
  readonly #minder: Minder<V>;

  constructor(
    minder: Minder<V>,
    end: End<V>,
    shape: Shape,
    value: unknown,
    isPatient: boolean,
    beginner?: Beginner,
  ) {
    this.#minder = minder;
    this.end = end;
    this.shape = shape;
    this.value = value;
    this.isPatient = isPatient;
    this.beginner = beginner;
  }

  /** Whose promise the code waits for. */
  get settlers(): Settlers<never> {
    return this.beginner?.settlers ?? this.beginner ?? this;
  }

  succeed(value: unknown): void {
    if (this.beginner === undefined) this.resolve(value);
    else this.beginner.resolve(value);
  }

  fail(error: Error): void {
    if (this.beginner === undefined) this.reject(error);
    else this.beginner.reject(error);
  }

  askBack(recall: Recall): void {
    this.#minder.askBack(this, recall);
  }

  given(): void {
    this.#minder.given(this);
  }

  lost(): void {
    this.#minder.lost(this);
  }
}

/** Who sees operations through, from the call to the ending. */
export interface Minder<V> {
  askBack(operation: Operation<V>, recall: Recall): void;
  given(operation: Operation<V>): void;
  lost(operation: Operation<V>): void;
}

function untold(): void {}

export function isPoll(shape: Shape): boolean {
  return shape === 'was-sent' || shape === 'boxed';
}

export function isSend(shape: Shape): boolean {
  return shape === 'sent' || shape === 'was-sent';
}

/** What the code of a receive is told when it was given a value. */
export function received(shape: Shape, value: unknown): unknown {
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
