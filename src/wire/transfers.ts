/**
 * Large messages on their way out, in pieces, and whatever must not overtake them. See docs/protocol.md, 2.7.
 *
 * A message *concerns* some ends and operations. It stays behind each one before it that has not left and that
 * concerns one of the same; all others overtake. What stays behind, others stay behind.
 *
 * | a message is | meaning                                                            | then       |
 * | ------------ | ------------------------------------------------------------------ | ---------- |
 * | `behind`     | one before it concerns what it concerns                            | `ready`; a small one leaves |
 * | `ready`      | large: it may begin, as soon as all small ones said before it left | `going`    |
 * | `going`      | large: it has a number, and its pieces leave in turn with others   | it has left |
 */
import { beginningOf, type CutFrame, piecePrelude } from './frame.ts';
import { mostTransfers } from './pieces.ts';

/** An end or an operation, as a number that nothing else has. */
export type Concern = number;

/** A small message that stays behind: its bytes. */
export interface SmallFrame {
  readonly parts: readonly Uint8Array[];
}

interface Waiting {
  readonly concerns: readonly Concern[];
  readonly frame: CutFrame | SmallFrame;
  state: 'behind' | 'ready' | 'going';
}

/** A large one of which pieces leave. */
interface Going {
  readonly waiting: Waiting;
  readonly number: number;
  /** The values that have not left, the first of them from `at` on. */
  readonly values: Uint8Array[];
  at: number;
  /** What goes before its first piece. */
  beginning: Uint8Array | undefined;
}

export class Transfers {
  /** All that has not left, as it was said. */
  #waiting: Waiting[] = [];
  /** What they concern. */
  readonly #concerned = new Set<Concern>();
  /** In the order in which they have their turns. */
  #going: Going[] = [];

  /** How many messages have not left. */
  get count(): number {
    return this.#waiting.length;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Whether a message may leave before all that wait here. */
  mayOvertake(concerns: readonly Concern[]): boolean {
    return !concerns.some((concern) => this.#concerned.has(concern));
  }

  /** One more, behind all others that concern the same. */
  add(concerns: readonly Concern[], frame: CutFrame | SmallFrame): void {
    const state = this.mayOvertake(concerns) ? 'ready' : 'behind';
    this.#wait({ concerns, frame, state });
  }

  /** All small messages that were said have left: what is ready begins. */
  begin(): void {
    for (const waiting of this.#waiting) {
      if (this.#going.length === mostTransfers) return;
      if (waiting.state !== 'ready' || 'parts' in waiting.frame) continue;
      waiting.state = 'going';
      const number = this.#freeNumber();
      const values = waiting.frame.values.filter(({ length }) => length > 0);
      const beginning = beginningOf(waiting.frame, number);
      this.#going.push({ waiting, number, values, at: 0, beginning });
    }
  }

  /** Whether there is a piece that may leave. */
  get isGoing(): boolean {
    return this.#going.length > 0;
  }

  /**
   * The next piece: one of each that is going, in turn.
   * @param length how much of a value it has at most
   * @param release gets, after the last piece of one, the small messages that stayed behind it alone
   */
  next(length: number, release: (frame: SmallFrame) => void): readonly Uint8Array[] {
    const going = this.#going.shift();
    const [value] = going?.values ?? [];
    if (going === undefined || value === undefined) return [];
    const end = Math.min(going.at + length, value.length);
    const piece = value.subarray(going.at, end);
    const parts = [piecePrelude(going.number, piece.length), piece];
    if (going.beginning !== undefined) parts.unshift(going.beginning);
    going.beginning = undefined;
    going.at = end;
    if (end === value.length) {
      going.values.shift();
      going.at = 0;
    }
    if (going.values.length > 0) this.#going.push(going);
    else this.#left(going.waiting, release);
    return parts;
  }

  /** Forgets everything: nobody reads it. */
  clear(): void {
    this.#waiting = [];
    this.#going = [];
    this.#concerned.clear();
  }

  #left(gone: Waiting, release: (frame: SmallFrame) => void): void {
    const before = this.#waiting;
    this.#waiting = [];
    this.#concerned.clear();
    for (const one of before) {
      if (one === gone) continue;
      if (one.state === 'behind' && this.mayOvertake(one.concerns)) {
        if ('parts' in one.frame) {
          release(one.frame);
          continue;
        }
        one.state = 'ready';
      }
      this.#wait(one);
    }
  }

  #wait(waiting: Waiting): void {
    this.#waiting.push(waiting);
    for (const concern of waiting.concerns) this.#concerned.add(concern);
  }

  #freeNumber(): number {
    const taken = new Set(this.#going.map(({ number }) => number));
    let number = 0;
    while (taken.has(number)) number++;
    return number;
  }
}
