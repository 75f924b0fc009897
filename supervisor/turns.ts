/**
 * Replicas in order: values are dealt out to the replicas in turn, and what they send is collected in the
 * same turn. Nothing is held on the way: each sender is released when the receiver behind has taken its
 * value, and at most one value is under way at each replica.
 *
 * A replica must send one value for each that it received, before it receives the next. One that does not
 * would put everything out of order, so it is found out: by `taken` and `sent` of each replica.
 */
import type { Failure } from '../src/arbiter/events.ts';
import type { Handle } from '../src/ends/handle.ts';
import { Receiver } from '../src/ends/receiver.ts';
import type { Sender } from '../src/ends/sender.ts';
import {
  ChannelEndedError,
  StageFailedError,
  StageStoppedError,
  TopologyError,
} from '../src/errors.ts';
import type { Work } from '../src/party/operation.ts';
import type { Parcel } from '../src/value/codec.ts';
import { plainFailure } from './death/death.ts';
import type { Relay } from './relay.ts';

/** One replica, as the dealer sees it. */
export interface Place {
  /** What it takes. */
  readonly input: Sender<Parcel>;
  /** What it sends. */
  readonly output: Receiver<Parcel>;
}

const skipped = 'took another value before it had sent one for the last';

interface Count {
  taken: number;
  sent: number;
}

export class Turns {
  readonly #stage: string;
  readonly #relay: Relay;
  readonly #from: Receiver<Parcel>;
  readonly #to: Sender<Parcel>;
  readonly #places: readonly Place[];
  readonly #counts: readonly Count[];

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
    this.#places = places;
    this.#counts = places.map(() => ({ taken: 0, sent: 0 }));
  }

  /** Runs until its input has ended; what goes wrong goes on to the channels at both sides. */
  async run(): Promise<void> {
    const inputs = this.#places.map(({ input }) => input);
    const outputs = this.#places.map(({ output }) => output);
    await Promise.all([
      this.#guard(this.#deal(), [this.#from, ...inputs]),
      this.#guard(this.#collect(), [...outputs, this.#to]),
    ]);
  }

  async #deal(): Promise<void> {
    for (let turn = 0; ; turn++) {
      const work = await next(this.#from, () => {});
      if (work === undefined) return;
      const [place, count] = this.#at(turn);
      await this.#pass(work, place.input, () => count.taken++);
      if (count.sent < count.taken - 1) throw this.#outOfTurn(turn, skipped);
    }
  }

  /** Ends well when every replica has. */
  async #collect(): Promise<void> {
    let ended = 0;
    for (let turn = 0; ended < this.#places.length; turn++) {
      const [place, count] = this.#at(turn);
      const work = await next(place.output, () => count.sent++);
      if (work === undefined) {
        if (count.sent < count.taken) {
          throw this.#outOfTurn(turn, 'ended before it had sent a value for the last that it took');
        }
        ended++;
        continue;
      }
      if (count.sent !== count.taken) {
        work.giveBack();
        const isTooMuch = count.sent > count.taken;
        throw this.#outOfTurn(turn, isTooMuch ? 'sent more values than it took' : skipped);
      }
      await this.#pass(work, this.#to, () => {});
    }
  }

  /** @param onTaken called before anything that happens after the value was taken */
  async #pass(work: Work<Parcel>, to: Sender<Parcel>, onTaken: () => void): Promise<void> {
    try {
      await to.send(work.value).then(onTaken);
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

  #at(turn: number): readonly [Place, Count] {
    const index = turn % this.#places.length;
    return [this.#places[index] as Place, this.#counts[index] as Count];
  }

  #outOfTurn(turn: number, what: string): TopologyError {
    const replica = (turn % this.#places.length) + 1;
    return new TopologyError(
      `stage "${this.#stage}" is ordered, but its replica ${replica} ${what}: send exactly one value for each, or do without \`ordered\``,
    );
  }
}

/**
 * What a replica took and what it then sent may come in one piece. Both are counted in the first step after
 * they are known, so that they are counted in that order.
 */
async function next(
  receiver: Receiver<Parcel>,
  onGiven: () => void,
): Promise<Work<Parcel> | undefined> {
  try {
    return await Receiver.work(receiver).then((work) => {
      onGiven();
      return work;
    });
  } catch (error) {
    if (error instanceof ChannelEndedError) return undefined;
    throw error;
  }
}
