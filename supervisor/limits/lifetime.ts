import type { Cancel, Clock } from '../../src/clock.ts';
import type { HandAnswer, HandWatch } from '../../src/exchange/seat.ts';

/** After how much a process is to be replaced, each if it is given. */
export interface LifetimeTerms {
  /** So many values that it has taken. */
  readonly values?: number | undefined;
  /** So many milliseconds since it said hello. */
  readonly age?: number | undefined;
}

/** Counts how much a process has done and how old it is, until another should take its place. */
export class Lifetime implements HandWatch {
  readonly #terms: LifetimeTerms;
  readonly #clock: Clock;
  readonly #onDue: (why: keyof LifetimeTerms) => void;
  #taken = 0;
  #cancel: Cancel | undefined;
  #state: 'fresh' | 'counting' | 'due' | 'stopped' = 'fresh';

  /** @param onDue at most once */
  constructor(terms: LifetimeTerms, clock: Clock, onDue: (why: keyof LifetimeTerms) => void) {
    this.#terms = terms;
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** The process has said hello. */
  start(): void {
    if (this.#state !== 'fresh') return;
    this.#state = 'counting';
    const { age } = this.#terms;
    if (age !== undefined) this.#cancel = this.#clock.after(age, () => this.#due('age'));
  }

  given(): void {}

  answered(_: number, answer: HandAnswer): void {
    if (answer === 'taken' && ++this.#taken === this.#terms.values) this.#due('values');
  }

  stop(): void {
    this.#state = 'stopped';
    this.#cancel?.();
  }

  #due(why: keyof LifetimeTerms): void {
    if (this.#state !== 'counting') return;
    this.stop();
    this.#state = 'due';
    this.#onDue(why);
  }
}
