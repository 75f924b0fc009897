import type { HeldWork } from '../party/hand.ts';
import type { Patience, Work } from '../party/operation.ts';
import type { ReceiveGuard } from '../select/guards.ts';
import { Handle } from './handle.ts';
import { ReceiveLoop } from './receive-loop.ts';
import { WorkLoop } from './work-loop.ts';

/**
 * The right to receive on one channel. Each value goes to one receiver (R2).
 *
 * When the last Receiver is closed, senders fail at once and get their values back.
 */
export class Receiver<out T> extends Handle {
  /**
   * The next value; its sender is released at that moment. Ends of channels inside it are yours now: close
   * them when they are not needed any more.
   *
   * @throws ChannelEndedError every sender is closed, and all was taken
   * @throws ChannelBrokenError the same, but a sender did not end well; `cause` says how
   * @throws TimedOutError, AbortedError nothing was received
   * @throws EndClosedError, EndMovedError this end was closed here, or given away (also while this waited)
   */
  receive(patience?: Patience): Promise<T> {
    return this.begin('value', undefined, patience) as Promise<T>;
  }

  /**
   * The next value if one is ready now, in a box, so that it cannot be mistaken for none.
   * @throws what `receive` throws, but for timeouts
   */
  tryReceive(): Promise<{ readonly value: T } | undefined> {
    return this.begin('boxed', undefined) as Promise<{ readonly value: T } | undefined>;
  }

  /** A guard of a `select` that receives. */
  onReceive(): ReceiveGuard<T> {
    return { on: 'receive', receiver: this };
  }

  /** Values until the channel ends. Leaving the loop early leaves the receiver open. */
  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return {
      next: () => this.begin('step', undefined) as Promise<IteratorResult<T, undefined>>,
      return: () => Promise.resolve({ value: undefined, done: true as const }),
    };
  }

  /**
   * Values until the channel ends, each in hand until the body of the loop is done with it (an extended rendezvous):
   * only then is its sender released. Asking for the next value says that the last one is done, unless its `Work`
   * said something before.
   *
   * If the process dies in the middle, by `process.exit()` too, the value goes to the next receiver: work has to be
   * such that it can be done again. A body that is left in the middle, by an error or by `break`, has failed on its
   * value, and the value goes back to its old place in line; say `taken()` before a `break` that comes after the
   * work. Leaving the loop leaves the receiver open.
   *
   * @example
   * for await (const { value, attempt } of orders.extended()) await store(value, attempt);
   * @throws what `receive` throws, but for timeouts and the end of the channel
   */
  extended(): AsyncIterable<Work<T>, undefined> {
    return { [Symbol.asyncIterator]: () => new WorkLoop(() => Receiver.work(this)) };
  }

  /** One more Receiver of the same channel; each is closed by itself. */
  clone(): Receiver<T> {
    return new Receiver(this.copy());
  }

  /**
   * The values until the channel ends, for code that may leave while it waits for one.
   * @internal
   */
  static loop<T>(receiver: Receiver<T>): AsyncIterator<T, undefined> {
    return new ReceiveLoop(receiver.channel, (beginner) => {
      const { party, end } = Handle.heldFor(receiver);
      return party.beginFor(beginner, end, 'step', undefined);
    });
  }

  /**
   * For code that passes values on: the sender is released only when the work says so.
   * @internal
   */
  static work<T>(receiver: Receiver<T>, patience?: Patience): Promise<HeldWork<T>> {
    return receiver.begin('work', undefined, patience) as Promise<HeldWork<T>>;
  }
}
