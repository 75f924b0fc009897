import { AbortedError } from '../errors.ts';
import type { Beginner, Begun } from '../party/operation.ts';

/** A loop over what is received that can be left while it waits: the receive that waits is called off. */
export class ReceiveLoop<T> implements AsyncIterator<T, undefined> {
  readonly #channel: string;
  readonly #begin: (beginner: Beginner) => Begun;
  #begun: Begun | undefined;

  /** @param begin begins a step of the loop */
  constructor(channel: string, begin: (beginner: Beginner) => Begun) {
    this.#channel = channel;
    this.#begin = begin;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    return new Promise((resolve, reject) => {
      this.#begun = this.#begin({
        resolve: (step) => resolve(step as IteratorResult<T, undefined>),
        reject: (error) => (error instanceof AbortedError ? resolve(over) : reject(error)),
        isPatient: true,
      });
    });
  }

  /** What had been given to it by then, the step that waits still brings. */
  async return(): Promise<IteratorResult<T, undefined>> {
    const failed = { operation: 'receive', channel: this.#channel } as const;
    this.#begun?.askBack(() => new AbortedError(failed, undefined));
    return over;
  }
}

const over = { value: undefined, done: true } as const;
