import type { Clock } from '../../src/clock.ts';
import { periodFor, Rounds } from './rounds.ts';

export interface QuestionEvents {
  readonly onAsk: () => void;
  /** It was asked so many milliseconds ago, and has not answered; no more is said after it. */
  readonly onUnanswered: (milliseconds: number) => void;
}

/**
 * Asks a process the same question again and again. Only one is open at any time; as long as its answer comes
 * within the patience, the process may be as slow as it likes.
 */
export class Question {
  readonly #patience: number;
  readonly #events: QuestionEvents;
  readonly #rounds: Rounds;
  /** When the question was asked that is open. */
  #askedAt: number | undefined;

  /** @param patience in milliseconds */
  constructor(patience: number, clock: Clock, events: QuestionEvents) {
    this.#patience = patience;
    this.#events = events;
    this.#rounds = new Rounds(clock, periodFor(patience), () => this.#look());
  }

  start(): void {
    this.#rounds.start();
    this.#ask();
  }

  answered(): void {
    this.#askedAt = undefined;
  }

  stop(): void {
    this.#rounds.stop();
  }

  #ask(): void {
    this.#askedAt = this.#rounds.elapsed;
    this.#events.onAsk();
  }

  #look(): void {
    if (this.#askedAt === undefined) {
      this.#ask();
      return;
    }
    const milliseconds = this.#rounds.elapsed - this.#askedAt;
    if (milliseconds < this.#patience) return;
    this.stop();
    this.#events.onUnanswered(milliseconds);
  }
}
