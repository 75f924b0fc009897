import type { OpNumber } from '../../src/arbiter/events.ts';
import type { Clock } from '../../src/clock.ts';
import type { HandWatch } from '../../src/exchange/seat.ts';
import { periodFor, Rounds } from './rounds.ts';

/** How long a process may have one value in hand. It makes rounds only while there is a value in hand. */
export class Deadline implements HandWatch {
  readonly #milliseconds: number;
  readonly #onOver: (op: OpNumber, milliseconds: number) => void;
  readonly #rounds: Rounds;
  /** When each was given, the oldest first. */
  readonly #inHand = new Map<OpNumber, number>();

  /** @param onOver so many milliseconds have passed; no more is said after it */
  constructor(
    milliseconds: number,
    clock: Clock,
    onOver: (op: OpNumber, milliseconds: number) => void,
  ) {
    this.#milliseconds = milliseconds;
    this.#onOver = onOver;
    this.#rounds = new Rounds(clock, periodFor(milliseconds), () => this.#look());
  }

  given(op: OpNumber): void {
    this.#rounds.start();
    this.#inHand.set(op, this.#rounds.elapsed);
  }

  answered(op: OpNumber): void {
    this.#inHand.delete(op);
  }

  stop(): void {
    this.#inHand.clear();
    this.#rounds.stop();
  }

  #look(): void {
    const [oldest] = this.#inHand;
    if (oldest === undefined) {
      this.#rounds.stop();
      return;
    }
    const [op, since] = oldest;
    const milliseconds = this.#rounds.elapsed - since;
    if (milliseconds < this.#milliseconds) return;
    this.stop();
    this.#onOver(op, milliseconds);
  }
}
