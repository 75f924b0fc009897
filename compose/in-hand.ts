import { LostError } from '../src/errors.ts';
import type { Work } from '../src/party/operation.ts';

/**
 * A value that a helper was given, and whose sender waits on.
 *
 * | state          | meaning                                             | next                      |
 * | -------------- | --------------------------------------------------- | ------------------------- |
 * | `held`         | nobody behind the helper has it                     | `handing-over`, `settled` |
 * | `handing-over` | somebody may have it: only the handing over decides | `settled`                 |
 * | `settled`      | it was taken, or is back in its channel             | –                         |
 */
export class InHand<out T> {
  readonly #work: Work<T>;
  readonly #onSettled: () => void;
  #state: 'held' | 'handing-over' | 'settled' = 'held';

  constructor(work: Work<T>, onSettled: () => void) {
    this.#work = work;
    this.#onSettled = onSettled;
  }

  get value(): T {
    return this.#work.value;
  }

  get isBeingHandedOver(): boolean {
    return this.#state === 'handing-over';
  }

  /** Back to its channel, if nobody can have it yet. */
  giveBack(): void {
    if (this.#state === 'held') this.#settle(() => this.#work.giveBack());
  }

  /** Releases its sender. */
  taken(): void {
    if (this.#state !== 'settled') this.#settle(() => this.#work.taken());
  }

  /**
   * Some values, and what is sent for them: they are taken with it, or go back if it fails. Where the code behind
   * has failed on what was sent, the attempt at each of them has failed.
   *
   * @throws what the sending was rejected with, unless the code behind has only failed on it
   */
  static async settle(
    values: readonly InHand<unknown>[],
    sending: Promise<unknown>,
  ): Promise<void> {
    for (const value of values) if (value.#state === 'held') value.#state = 'handing-over';
    try {
      await sending;
    } catch (error) {
      const failure = error instanceof LostError ? error.failures.at(-1) : undefined;
      for (const value of values) {
        if (value.#state !== 'handing-over') continue;
        if (failure !== undefined) value.#settle(() => value.#work.fail(failure.message));
        else value.#settle(() => value.#work.giveBack());
      }
      if (failure === undefined) throw error;
      return;
    }
    for (const value of values) value.taken();
  }

  #settle(decide: () => void): void {
    this.#state = 'settled';
    decide();
    this.#onSettled();
  }
}
