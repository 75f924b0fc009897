/** Where a helper takes values from: an end that was given to it. */
import { Handle } from '../src/ends/handle.ts';
import { Receiver } from '../src/ends/receiver.ts';
import {
  AbortedError,
  ChannelBrokenError,
  ChannelEndedError,
  EndClosedError,
  TopologyError,
} from '../src/errors.ts';
import { InHand } from './in-hand.ts';

export class Intake<T> {
  readonly #receiver: Receiver<T>;
  readonly #inHand = new Set<InHand<T>>();
  /** A receive that waits belongs to all clones of its end: closing one would not call it off. */
  readonly #closing = new AbortController();
  /** How its channel broke, if it did. */
  failure: Error | undefined;

  constructor(receiver: Receiver<T>) {
    this.#receiver = receiver;
  }

  get channel(): string {
    return this.#receiver.channel;
  }

  /**
   * The next value, whose sender waits on; `undefined` when there is none to come, or when the signal fired.
   * Both ways of an end look the same here: `failure` tells which it was. Who has a signal of their own has
   * to fire it before closing.
   */
  async next(signal: AbortSignal = this.#closing.signal): Promise<InHand<T> | undefined> {
    try {
      const work = await Receiver.work(this.#receiver, { signal });
      const inHand = new InHand(work, () => {
        if (this.#inHand.delete(inHand)) this.#giveBackIfClosed();
      });
      this.#inHand.add(inHand);
      if (!this.#receiver.closed) return inHand;
      // It has crossed the closing.
      this.#giveBackIfClosed();
    } catch (error) {
      if (error instanceof ChannelBrokenError) this.failure ??= causeOf(error);
      else if (!isNoMore(error)) throw error;
    }
    return undefined;
  }

  /** Values until there is none to come. */
  async *[Symbol.asyncIterator](): AsyncGenerator<InHand<T>, void> {
    for (let next = await this.next(); next !== undefined; next = await this.next()) yield next;
  }

  /** Takes no more. What is in hand goes back, except what the code behind has just taken. */
  close(): void {
    this.#closing.abort();
    this.#receiver.close();
    this.#giveBackIfClosed();
  }

  /** In the order in which they came: while one is being handed over, those after it wait for what comes of it. */
  #giveBackIfClosed(): void {
    if (!this.#receiver.closed) return;
    for (const inHand of this.#inHand) {
      if (inHand.isBeingHandedOver) return;
      this.#inHand.delete(inHand);
      inHand.giveBack();
    }
  }
}

/**
 * Takes the receiver from whoever called: it belongs to `owner` now.
 *
 * @throws EndMovedError, EndClosedError, TopologyError when it cannot be given
 */
export function takeOver<T>(owner: string, receiver: Receiver<T>): Intake<T> {
  checkGiven(owner, [receiver]);
  return new Intake(new Receiver<T>(Handle.move(receiver, owner)));
}

/** The same for several: all of them or none. */
export function takeOverAll<T>(
  owner: string,
  receivers: readonly Receiver<T>[],
): readonly Intake<T>[] {
  checkGiven(owner, receivers);
  return receivers.map((receiver) => takeOver(owner, receiver));
}

function checkGiven(owner: string, receivers: readonly Receiver<unknown>[]): void {
  for (const [at, receiver] of receivers.entries()) {
    if (!(receiver instanceof Receiver)) {
      throw new TopologyError(`${owner} takes receivers of channels, and was given something else`);
    }
    if (receivers.indexOf(receiver) !== at) {
      throw new TopologyError(
        `the receiver of "${receiver.channel}" is given to ${owner} twice: give a clone()`,
      );
    }
    const others = receivers.filter((other) => other !== receiver);
    Handle.checkMovable(receiver, owner, others);
  }
}

function isNoMore(error: unknown): boolean {
  return (
    error instanceof ChannelEndedError ||
    error instanceof EndClosedError ||
    error instanceof AbortedError
  );
}

function causeOf(error: ChannelBrokenError): Error {
  return error.cause instanceof Error ? error.cause : error;
}
