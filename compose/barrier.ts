import type { Receiver } from '../src/ends/receiver.ts';
import { type Intake, takeOverAll } from './intake.ts';

/** A point that its parties pass together, round by round. */
export class Barrier implements Disposable {
  readonly #intakes: readonly Intake<unknown>[];
  readonly #finished: Promise<void>;
  #state: 'open' | 'over' = 'open';
  #rounds = 0;

  constructor(intakes: readonly Intake<unknown>[]) {
    this.#intakes = intakes;
    this.#finished = this.#run();
    // Who wants to know asks `finished()`.
    this.#finished.catch(() => {});
  }

  /** How often all have passed so far. */
  get rounds(): number {
    return this.#rounds;
  }

  /**
   * Resolves with the number of rounds when every party has closed its sender, or the barrier was closed.
   * @throws the failure of the first party that broke, such as a StageFailedError
   */
  async finished(): Promise<number> {
    await this.#finished;
    return this.#rounds;
  }

  /** Gives it up: the sends of those who wait fail. */
  close(): void {
    this.#state = 'over';
    for (const intake of this.#intakes) intake.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #run(): Promise<void> {
    try {
      let present = this.#intakes;
      while (present.length > 0) present = await this.#round(present);
    } finally {
      this.close();
    }
  }

  /** @returns who takes part in the next */
  async #round(parties: readonly Intake<unknown>[]): Promise<readonly Intake<unknown>[]> {
    const arrivals = await Promise.all(parties.map(arrival));
    if (this.#state === 'over') return [];
    const arrived = arrivals.filter((inHand) => inHand !== undefined);
    if (arrived.length > 0) this.#rounds++;
    for (const inHand of arrived) inHand.taken();
    return parties.filter((_, at) => arrivals[at] !== undefined);
  }
}

async function arrival(party: Intake<unknown>) {
  const inHand = await party.next();
  if (party.failure !== undefined) throw party.failure;
  return inHand;
}

/**
 * A barrier made of rendezvous: each party sends a value on its own channel, whatever it is, and the `send`
 * resolves when every other party has sent one, too. It works across processes and languages, and costs a
 * party nothing but a `send`.
 *
 * Each party has a channel of its own, so that none is counted twice, and one that is gone is missed. A
 * party that closes its sender, or whose stage ends well, takes part no more, and the others go on without
 * it. When the stage of a party crashes, the barrier is over: the receivers are closed, so the `send` of
 * whoever waits, or comes later, fails, and `finished()` rejects with the failure.
 *
 * @example
 * const steps = barrier(first.receiver, second.receiver, third.receiver);
 * console.log(await steps.finished(), 'rounds');
 * @param receivers they belong to the helper from now on, as if they were given to a stage: keep a `clone()`
 * @throws EndMovedError, EndClosedError, TopologyError when one of them cannot be given
 */
export function barrier(...receivers: readonly Receiver<unknown>[]): Barrier {
  return new Barrier(takeOverAll('barrier()', receivers));
}
