import type { Cancel, Clock } from '../../src/clock.ts';

/** A round that is later than this many of its periods says that the supervisor itself did not run. */
const latest = 2;

/**
 * Looks again and again, and counts the time that has passed meanwhile. Time in which the supervisor itself was
 * stopped, or too busy to come round, does not count: others must not be judged by it.
 */
export class Rounds {
  readonly #clock: Clock;
  readonly #period: number;
  readonly #look: () => void;
  #cancel: Cancel | undefined;
  #counted = 0;
  #countedAt = 0;

  /** @param period in milliseconds */
  constructor(clock: Clock, period: number, look: () => void) {
    this.#clock = clock;
    this.#period = period;
    this.#look = look;
  }

  /** In milliseconds, without those in which the supervisor did not run, or no rounds were made. */
  get elapsed(): number {
    if (this.#cancel === undefined) return this.#counted;
    const passed = this.#clock.elapsed - this.#countedAt;
    return this.#counted + (passed > latest * this.#period ? 0 : passed);
  }

  start(): void {
    if (this.#cancel !== undefined) return;
    this.#countedAt = this.#clock.elapsed;
    this.#cancel = this.#clock.after(this.#period, this.#round);
  }

  stop(): void {
    this.#counted = this.elapsed;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  readonly #round = (): void => {
    this.#counted = this.elapsed;
    this.#countedAt = this.#clock.elapsed;
    this.#cancel = this.#clock.after(this.#period, this.#round);
    this.#look();
  };
}

/** How often to look, in milliseconds, for something that may last so long. */
export function periodFor(milliseconds: number): number {
  return Math.min(Math.max(milliseconds / 8, shortestPeriod), longestPeriod);
}

const shortestPeriod = 10;
const longestPeriod = 5_000;
