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
   * Some values, and what is sent for them: they are taken with it, or go back if it fails.
   *
   * @throws what the sending was rejected with
   */
  static async settle(
    values: readonly InHand<unknown>[],
    sending: Promise<unknown>,
  ): Promise<void> {
    for (const value of values) if (value.#state === 'held') value.#state = 'handing-over';
    try {
      await sending;
    } catch (error) {
      for (const value of values) {
        if (value.#state === 'handing-over') value.#settle(() => value.#work.giveBack());
      }
      throw error;
    }
    for (const value of values) value.taken();
  }

  #settle(decide: () => void): void {
    this.#state = 'settled';
    decide();
    this.#onSettled();
  }
}
