import type { Receiver } from '../src/ends/receiver.ts';
import { type Intake, takeOver } from './intake.ts';
import { Outlet } from './outlet.ts';
import { run } from './run.ts';
import { toAll } from './to-all.ts';

/** One source, and taps that come and go: each gets every value from the moment when it is there. */
export class Broadcast<T> implements Disposable {
  readonly #intake: Intake<T>;
  readonly #taps: Outlet<T>[] = [];
  #state: 'open' | 'over' = 'open';
  #count = 0;
  #wake: () => void = () => {};

  constructor(intake: Intake<T>) {
    this.#intake = intake;
    // Taps come later: that the last has left does not close the source.
    run([intake], this.#taps, () => this.#serve());
  }

  /**
   * A receiver of every value that is handed out from now on; close it to leave. When the broadcast is over,
   * it ends at once, or is broken as the others are.
   */
  tap(): Receiver<T> {
    const tap = new Outlet<T>(`broadcast(${this.#intake.channel}): ${++this.#count}`);
    if (this.#state === 'over') {
      tap.end(this.#intake.failure);
      return tap.receiver;
    }
    this.#taps.push(tap);
    tap.whenLeft(() => {
      this.#taps.splice(this.#taps.indexOf(tap), 1);
      tap.end();
    });
    this.#wake();
    return tap.receiver;
  }

  /** Takes no more from the source; the taps end after the value that is under way. */
  close(): void {
    this.#state = 'over';
    this.#intake.close();
    this.#wake();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #serve(): Promise<void> {
    while (this.#state === 'open') {
      if (this.#taps.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
      const inHand = await this.#intake.next();
      if (inHand === undefined) break;
      // A value that none of them has taken is back, and waits for the next tap.
      await toAll(inHand, this.#taps).catch(() => {});
    }
    this.#state = 'over';
  }
}

/**
 * Every value of one receiver to whoever taps at that time. Taps get the very same value, not a copy. The
 * slowest sets the pace: a sender is released when the code behind all taps has taken its value. Without
 * taps, values wait: nothing is dropped because nobody happens to look.
 *
 * A tap that is closed is left out. The taps end with the source, and break if it broke. A broadcast without
 * taps keeps its source, so that its senders wait for the next; `close()` gives it up.
 *
 * @example
 * const news = broadcast(lines);
 * const screen = news.tap();
 * @param receiver it belongs to the helper from now on, as if it were given to a stage: keep a `clone()`
 * @throws EndMovedError, EndClosedError, TopologyError when it cannot be given
 */
export function broadcast<T>(receiver: Receiver<T>): Broadcast<T> {
  return new Broadcast(takeOver('broadcast()', receiver));
}
