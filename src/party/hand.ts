/**
 * The values that the code of one party was given, and of which it has yet to say what became of them.
 *
 * Code that leaves a value without a word has failed on it. That is said only in a later turn: code that is left
 * by an error nobody catches takes its process with it by then, and how that ended tells more.
 */
import type { Failure, OpNumber } from '../arbiter/events.ts';
import type { Carried } from '../value/cargo.ts';
import { nobody } from './authority.ts';
import type { Work } from './operation.ts';
import type { PartyServices } from './services.ts';

/** A value in hand, for those who deal with how it is let go. */
export interface HeldWork<out T> extends Work<T> {
  /** The code goes away from it: it has failed, unless it said something before. */
  leave(): void;
}

/**
 * | state     | meaning                                     |
 * | --------- | ------------------------------------------- |
 * | `held`    | the code has it                             |
 * | `left`    | the code has gone away, which is to be said |
 * | `settled` | it was said what became of it               |
 */
type State = 'held' | 'left' | 'settled';

/** What the code says of a value: the first word counts. */
type Word = 'taken' | 'returned' | Failure;

export class Hand<V> {
  readonly #services: Pick<PartyServices<V>, 'authority' | 'clock'>;
  /** How each value is given back that is still in hand. */
  readonly #giveBack = new Map<OpNumber, () => void>();

  constructor(services: Pick<PartyServices<V>, 'authority' | 'clock'>) {
    this.#services = services;
  }

  get isEmpty(): boolean {
    return this.#giveBack.size === 0;
  }

  /** @param carried the ends that came with the value */
  hold(
    op: OpNumber,
    value: unknown,
    attempt: number,
    carried: readonly Carried[],
  ): HeldWork<unknown> {
    let state: State = 'held';
    const settle = (word: Word): void => {
      if (!this.#giveBack.delete(op)) return;
      state = 'settled';
      this.#say(op, word);
      if (word !== 'taken') for (const end of carried) end.close();
    };
    this.#giveBack.set(op, () => settle(state === 'left' ? leftBehind : 'returned'));
    return {
      value,
      attempt,
      taken: () => settle('taken'),
      giveBack: () => settle('returned'),
      fail: (error) => settle(failureOf(error)),
      leave: () => {
        if (state !== 'held') return;
        state = 'left';
        this.#services.clock.after(0, () => settle(leftBehind));
      },
    };
  }

  /** The process is about to end: what is in hand goes back. */
  giveBack(): void {
    for (const giveBack of [...this.#giveBack.values()]) giveBack();
  }

  #say(op: OpNumber, word: Word): void {
    const { authority } = this.#services;
    if (word === 'taken') authority.taken(op, nobody);
    else if (word === 'returned') authority.returned(op);
    else authority.abandoned(op, word);
  }
}

const leftBehind = workFailure('its code went on without a word of what became of it');

function failureOf(error: unknown): Failure {
  return workFailure(error === undefined ? 'its code gave no reason' : inWords(error));
}

function workFailure(message: string): Failure {
  return { code: 'WORK_FAILED', message };
}

/** Anything can be thrown, also what has no words for itself. */
function inWords(error: unknown): string {
  try {
    return String(error);
  } catch {
    return 'something that cannot be shown';
  }
}
