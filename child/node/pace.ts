/**
 * Whether the code that is given values is quick to come back.
 *
 * The word that a value was taken is due at once. But code that is given a value and at once asks for the
 * next makes two messages, and to write them as one saves a third of what a rendezvous costs. So as long as
 * the code comes back quickly, `taken` leaves together with what the code does next; after code that
 * computed for long, it leaves first, until the code has been quick for a while.
 */
export class Pace {
  /** Nothing is known of new code: it has to show that it is quick. */
  #quickInARow = 0;

  get isQuick(): boolean {
    return this.#quickInARow >= quickEnough;
  }

  /** @param milliseconds from the moment a value was given until the code let go of the thread */
  note(milliseconds: number): void {
    if (milliseconds > quick) this.#quickInARow = 0;
    else if (!this.isQuick) this.#quickInARow++;
  }
}

/** In milliseconds: beyond this, the sender should not have waited. */
const quick = 0.1;
const quickEnough = 32;
