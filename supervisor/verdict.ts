import { type RestartsExceededError, StageFailedError, UndeliveredError } from '../src/errors.ts';

/** What a program has come to: what failed, and what was left lying. */
export class Verdict {
  readonly #failures: (StageFailedError | RestartsExceededError)[] = [];
  /** Values that were accepted and found no receiver, by channel. */
  readonly #undelivered = new Map<string, number>();

  failed(error: StageFailedError | RestartsExceededError): void {
    this.#failures.push(error);
  }

  undelivered(channel: string): void {
    this.#undelivered.set(channel, (this.#undelivered.get(channel) ?? 0) + 1);
  }

  /** What `finished()` rejects with, if it does. */
  get error(): Error | undefined {
    const [first, ...others] = this.#failures;
    if (first !== undefined) {
      return first.followedBy(others.filter((other) => other instanceof StageFailedError));
    }
    if (this.#undelivered.size > 0) return new UndeliveredError(new Map(this.#undelivered));
    return undefined;
  }
}
