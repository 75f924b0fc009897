import { ChannelEndedError } from '../errors.ts';
import type { HeldWork } from '../party/hand.ts';
import type { Work } from '../party/operation.ts';

/** A loop over values whose senders wait until the body is done with them. */
export class WorkLoop<T> implements AsyncIterator<Work<T>, undefined> {
  readonly #receive: () => Promise<HeldWork<T>>;
  #inHand: HeldWork<T> | undefined;
  #isOver = false;

  constructor(receive: () => Promise<HeldWork<T>>) {
    this.#receive = receive;
  }

  /** The body has come to its end: it is done with the last one. */
  async next(): Promise<IteratorResult<Work<T>, undefined>> {
    this.#inHand?.taken();
    this.#inHand = undefined;
    if (this.#isOver) return over;
    try {
      const work = await this.#receive();
      if (this.#isOver) {
        work.giveBack();
        return over;
      }
      this.#inHand = work;
      return { value: work, done: false };
    } catch (error) {
      if (!(error instanceof ChannelEndedError)) throw error;
      this.#isOver = true;
      return over;
    }
  }

  /** The body was left in the middle: by `break`, `return` or an error, which look the same from here. */
  async return(): Promise<IteratorResult<Work<T>, undefined>> {
    this.#isOver = true;
    this.#inHand?.leave();
    this.#inHand = undefined;
    return over;
  }
}

const over = { value: undefined, done: true } as const;
