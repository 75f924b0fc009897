/**
 * Replicas in order: values are dealt out to the replicas in turn, and what they send is collected in the
 * same turn. Nothing is held on the way: each sender is released when the receiver behind has taken its
 * value, and at most one value is under way at each replica.
 *
 * A replica must send one value for each that it is given: after it has taken it, or (an extended rendezvous)
 * before it says so. One that does not would put everything out of order, so it is found out, by three counts:
 *
 * | when it sends                                      | it is                                               |
 * | -------------------------------------------------- | --------------------------------------------------- |
 * | as many as it took, or one more that it has in hand | in order                                            |
 * | and has not taken the value that it sent one for   | a repeat, if an attempt at it failed: it is dropped |
 * | fewer than it took                                 | out of turn                                         |
 * | more than it was given                             | out of turn                                         |
 *
 * A value that becomes a dead letter leaves its turn empty.
 */
import type { Failure } from '../../src/arbiter/events.ts';
import type { Handle } from '../../src/ends/handle.ts';
import { Receiver } from '../../src/ends/receiver.ts';
import type { Sender } from '../../src/ends/sender.ts';
import {
  AbortedError,
  ChannelEndedError,
  StageFailedError,
  StageStoppedError,
  TopologyError,
} from '../../src/errors.ts';
import type { HeldWork } from '../../src/party/hand.ts';
import type { Patience } from '../../src/party/operation.ts';
import type { Parcel } from '../../src/value/codec.ts';
import { plainFailure } from '../death/death.ts';
import type { Mishaps, Relay } from './relay.ts';

/** One replica, as the dealer sees it. */
export interface Place {
  /** What it takes. */
  readonly input: Sender<Parcel>;
  /** What it sends. */
  readonly output: Receiver<Parcel>;
  /** How many attempts at values that it was given have failed, and how many of these values were set aside. */
  readonly mishaps: () => Mishaps;
  /** Whether it has a value in hand that it has not taken yet. */
  readonly hasInHand: () => boolean;
}

const skipped = 'took another value before it had sent one for the last';
const tooMuch = 'sent more values than it took';

type Verdict = 'in-order' | 'repeat' | typeof skipped | typeof tooMuch;

/** What has passed through one replica. Its turns are counted from 0; a value that it was given makes one. */
class Lane {
  readonly place: Place;
  /** How many of the values that it was given it took; or another did, as dead letters. */
  passed = 0;
  /** How many of its turns are over. */
  collected = 0;
  /** What it sent for its next turn, and came while a repeat was looked for. */
  early: HeldWork<Parcel> | undefined;
  /** The value that is under way to it. */
  passing: Promise<void> = Promise.resolve();
  /** Turns to come of which the value became a dead letter. */
  readonly #empty = new Set<number>();
  #wake = new AbortController();
  /** How many attempts had failed when the last value was taken: those after may bring a repeat. */
  #retriedBefore = 0;

  constructor(place: Place) {
    this.place = place;
  }

  /** The value under way has been taken. @param buriedBefore as `mishaps` said when it was given */
  pass(buriedBefore: number): void {
    const { retried, buried } = this.place.mishaps();
    const turn = this.passed++;
    this.#retriedBefore = retried;
    const isSent = turn < this.collected;
    const isEmpty = buried > buriedBefore && !isSent;
    if (isEmpty) this.#empty.add(turn);
    if (isEmpty || isSent) this.#wake.abort();
  }

  /** Whether it took a value before it had sent one for that before. */
  get hasSkipped(): boolean {
    return this.passed - this.#empty.size > this.collected + 1;
  }

  /** Whether the value that it sent one for may come once more, if its process dies before it is taken. */
  get mayRepeat(): boolean {
    return this.passed < this.collected;
  }

  /** Fires when a turn has become empty, or can repeat no more. */
  get passes(): AbortSignal {
    if (this.#wake.signal.aborted) this.#wake = new AbortController();
    return this.#wake.signal;
  }

  /** Whether nothing will come in the turn that is awaited; then it is over. */
  skipEmpty(): boolean {
    if (!this.#empty.delete(this.collected)) return false;
    this.collected++;
    return true;
  }

  /**
   * It has sent a value. What it took before may have come in one piece with that: it is to be counted first, in
   * the steps that a promise takes.
   *
   * @returns what to think of it; a repeat ends no turn
   */
  collect(): Verdict {
    const { retried } = this.place.mishaps();
    // Its value was given again after a crash, and the turn is over.
    if (this.passed < this.collected && retried > this.#retriedBefore) return 'repeat';
    this.collected++;
    if (this.passed > this.collected) return skipped;
    if (this.collected === this.passed) return 'in-order';
    const hasInHand = this.collected === this.passed + 1 && this.place.hasInHand();
    return hasInHand ? 'in-order' : tooMuch;
  }
}

export class Turns {
  readonly #stage: string;
  readonly #relay: Relay;
  readonly #from: Receiver<Parcel>;
  readonly #to: Sender<Parcel>;
  readonly #lanes: readonly Lane[];
  /** No more is dealt. */
  readonly #ending = new AbortController();

  constructor(
    stage: string,
    relay: Relay,
    from: Receiver<Parcel>,
    to: Sender<Parcel>,
    places: readonly Place[],
  ) {
    this.#stage = stage;
    this.#relay = relay;
    this.#from = from;
    this.#to = to;
    this.#lanes = places.map((place) => new Lane(place));
  }

  /** Runs until its input has ended; what goes wrong goes on to the channels at both sides. */
  async run(): Promise<void> {
    const outputs = this.#lanes.map(({ place }) => place.output);
    await Promise.all([this.#dealAll(), this.#guard(this.#collect(), [...outputs, this.#to])]);
  }

  /** Its receiver breaks at once when it fails; each sender when nothing is under way on it any more. */
  async #dealAll(): Promise<void> {
    const inputs = this.#lanes.map(({ place }) => place.input);
    const dealing = this.#deal().catch((error: unknown) => {
      const { aborted, reason } = this.#ending.signal;
      this.#ending.abort(error);
      throw aborted ? reason : error;
    });
    await this.#guard(dealing, [this.#from]);
    await Promise.allSettled(this.#lanes.map(({ passing }) => passing));
    await this.#guard(dealing, inputs);
  }

  async #deal(): Promise<void> {
    const { signal } = this.#ending;
    for (let turn = 0; ; turn++) {
      const lane = this.#lane(turn);
      await lane.passing;
      const work = await next(this.#from, { signal });
      if (work === undefined) break;
      lane.passing = this.#give(turn, lane, work);
      // Whoever fails first ends the dealing, wherever it is.
      lane.passing.catch((error: unknown) => this.#ending.abort(error));
    }
    await Promise.all(this.#lanes.map(({ passing }) => passing));
  }

  async #give(turn: number, lane: Lane, work: HeldWork<Parcel>): Promise<void> {
    const { buried } = lane.place.mishaps();
    const { signal } = this.#ending;
    await this.#pass(work, lane.place.input, () => lane.pass(buried), { signal });
    if (lane.hasSkipped) throw this.#outOfTurn(turn, skipped);
  }

  /** Ends well when every replica has. */
  async #collect(): Promise<void> {
    let ended = 0;
    for (let turn = 0; ended < this.#lanes.length; turn++) {
      const lane = this.#lane(turn);
      const work = await this.#output(turn, lane);
      if (work === 'ended') ended++;
      else if (work !== 'empty') await this.#handOn(turn, lane, work);
    }
  }

  /** What is taken only when the work is done may be sent twice; then the second is dropped. */
  async #handOn(turn: number, lane: Lane, work: HeldWork<Parcel>): Promise<void> {
    await this.#pass(work, this.#to, () => {});
    while (lane.mayRepeat) {
      const signal = lane.passes;
      const more = await next(lane.place.output, { signal }).catch(unless(signal));
      if (more === 'awoken') continue;
      if (more === undefined) return;
      if (lane.mayRepeat) this.#drop(turn, lane, more);
      else lane.early = more;
    }
  }

  #drop(turn: number, lane: Lane, work: HeldWork<Parcel>): void {
    const verdict = lane.collect();
    if (verdict === 'repeat') {
      work.taken();
      return;
    }
    work.giveBack();
    throw this.#outOfTurn(turn, tooMuch);
  }

  /** What comes in a turn. */
  async #output(turn: number, lane: Lane): Promise<HeldWork<Parcel> | 'empty' | 'ended'> {
    for (;;) {
      if (lane.skipEmpty()) return 'empty';
      const signal = lane.passes;
      const work = await this.#nextOf(lane, signal);
      if (work === 'awoken') continue;
      if (work === undefined) {
        if (lane.collected >= lane.passed) return 'ended';
        throw this.#outOfTurn(turn, 'ended before it had sent a value for the last that it took');
      }
      const verdict = lane.collect();
      if (verdict === 'in-order') return work;
      work.giveBack();
      throw this.#outOfTurn(turn, verdict === 'repeat' ? tooMuch : verdict);
    }
  }

  async #nextOf(lane: Lane, signal: AbortSignal): Promise<HeldWork<Parcel> | 'awoken' | undefined> {
    const { early } = lane;
    lane.early = undefined;
    return early ?? next(lane.place.output, { signal }).catch(unless(signal));
  }

  /** @param onTaken called before anything that happens after the value was taken */
  async #pass(
    work: HeldWork<Parcel>,
    to: Sender<Parcel>,
    onTaken: () => void,
    patience?: Patience,
  ): Promise<void> {
    try {
      await to.send(work.value, patience).then(onTaken);
    } catch (error) {
      work.giveBack();
      throw error;
    }
    work.taken();
  }

  /** Its ends close when it is done, and break when it fails: a failure never looks like a clean end. */
  async #guard(job: Promise<void>, handles: readonly Handle[]): Promise<void> {
    try {
      await job;
      for (const handle of handles) handle.close();
    } catch (error) {
      const failure = this.#failureOf(error);
      for (const handle of handles) this.#relay.break(handle, failure);
    }
  }

  #failureOf(error: unknown): Failure {
    const cause = error instanceof Error ? error.cause : undefined;
    if (cause instanceof StageFailedError) return plainFailure(cause);
    if (cause instanceof StageStoppedError) {
      return { code: cause.code, message: cause.message, stage: cause.stage };
    }
    const message = error instanceof Error ? error.message : String(error);
    return { code: 'TOPOLOGY', message, stage: this.#stage };
  }

  #lane(turn: number): Lane {
    return this.#lanes[turn % this.#lanes.length] as Lane;
  }

  #outOfTurn(turn: number, what: string): TopologyError {
    const replica = (turn % this.#lanes.length) + 1;
    return new TopologyError(
      `stage "${this.#stage}" is ordered, but its replica ${replica} ${what}: send exactly one value for each, or do without \`ordered\`. A stage that is started again keeps its turns only if it takes its values by \`extended()\``,
    );
  }
}

/** For what waits until a signal fires. */
function unless(signal: AbortSignal): (error: unknown) => 'awoken' {
  return (error) => {
    if (error instanceof AbortedError && signal.aborted) return 'awoken';
    throw error;
  };
}

/** The next value, in hand; nothing when the channel has ended. */
async function next(
  receiver: Receiver<Parcel>,
  patience: Patience,
): Promise<HeldWork<Parcel> | undefined> {
  try {
    return await Receiver.work(receiver, patience);
  } catch (error) {
    if (error instanceof ChannelEndedError) return undefined;
    throw error;
  }
}
