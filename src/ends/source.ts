/** Where values come from, one after the other: an iterable, or an asynchronous one. */
import { Receiver } from './receiver.ts';

/**
 * | state    | meaning                                                 |
 * | -------- | ------------------------------------------------------- |
 * | `open`   | the next value may be drawn                             |
 * | `asked`  | it was asked for the next value, which is still to come |
 * | `ended`  | it has no more                                          |
 * | `closed` | no more is wanted of it, or it has failed               |
 */
export type SourceState = 'open' | 'asked' | 'ended' | 'closed';

/** What comes of drawing; of one that is not asynchronous, before `draw` returns. */
export interface SourceEvents<T> {
  /** Also for one that was still to come when the source was closed. */
  readonly onValue: (value: T) => void;
  readonly onError: (error: unknown) => void;
  /** An answer for which it had to be waited has been dealt with. */
  readonly onAnswered: () => void;
}

type Step<T> = IteratorResult<T, unknown>;

export class Source<T> {
  readonly #iterator: Iterator<T, unknown> | AsyncIterator<T, unknown>;
  readonly #events: SourceEvents<T>;
  #state: SourceState = 'open';
  /** Its answers that are still to come. */
  #awaited = 0;

  /** @throws TypeError when that is nothing to draw from */
  constructor(values: Iterable<T> | AsyncIterable<T>, events: SourceEvents<T>) {
    this.#iterator = iteratorOf(values);
    this.#events = events;
  }

  get state(): SourceState {
    return this.#state;
  }

  /** Whether no answer is still to come. */
  get isSettled(): boolean {
    return this.#awaited === 0;
  }

  /** Only while it is open. */
  draw(): void {
    let step: Step<T> | PromiseLike<Step<T>>;
    try {
      step = this.#iterator.next();
    } catch (error) {
      this.#failed(error);
      return;
    }
    if (!isAwaited(step)) {
      this.#stepped(step);
      return;
    }
    this.#state = 'asked';
    this.#await(
      step,
      (result) => this.#stepped(result),
      (error) => this.#failed(error),
    );
  }

  /** Lets it clean up, also while the next value is still to come: there are some that can call that off. */
  close(): void {
    if (this.#state === 'ended' || this.#state === 'closed') return;
    this.#state = 'closed';
    try {
      const closing = this.#iterator.return?.();
      if (isAwaited(closing)) this.#await(closing, ignore, ignore);
    } catch {
      // It is closed because something has failed before, and that is told.
    }
  }

  #await(
    answer: PromiseLike<Step<T>>,
    onStep: (step: Step<T>) => void,
    onError: (error: unknown) => void,
  ): void {
    this.#awaited++;
    const answered = () => {
      this.#awaited--;
      this.#events.onAnswered();
    };
    answer.then(onStep, onError).then(answered);
  }

  #stepped(step: Step<T>): void {
    if (this.#state === 'asked') this.#state = 'open';
    let value: T;
    try {
      if (step.done === true) {
        if (this.#state === 'open') this.#state = 'ended';
        return;
      }
      value = step.value;
    } catch (error) {
      // An iterator of the user's may answer with anything.
      this.#failed(error);
      return;
    }
    this.#events.onValue(value);
  }

  #failed(error: unknown): void {
    this.#state = 'closed';
    this.#events.onError(error);
  }
}

function isAwaited<A>(answer: A | PromiseLike<A>): answer is PromiseLike<A> {
  return typeof answer === 'object' && answer !== null && 'then' in answer;
}

/** @throws TypeError when there is none */
function iteratorOf<T>(values: Iterable<T> | AsyncIterable<T>): Iterator<T> | AsyncIterator<T> {
  if (values instanceof Receiver) return Receiver.loop(values as Receiver<T>);
  if (values !== null && values !== undefined) {
    if (Symbol.asyncIterator in Object(values)) {
      return (values as AsyncIterable<T>)[Symbol.asyncIterator]();
    }
    if (Symbol.iterator in Object(values)) return (values as Iterable<T>)[Symbol.iterator]();
  }
  throw new TypeError(
    `the values to send must be an iterable, or an asynchronous one, not ${String(values)}`,
  );
}

function ignore(): void {}
