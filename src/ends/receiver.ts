import type { Patience, Work } from '../party/operation.ts';
import type { ReceiveGuard } from '../select/guards.ts';
import { Handle } from './handle.ts';

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

  /** One more Receiver of the same channel; each is closed by itself. */
  clone(): Receiver<T> {
    return new Receiver(this.copy());
  }

  /**
   * For code that passes values on: the sender is released only when the work says so.
   * @internal
   */
  static work<T>(receiver: Receiver<T>, patience?: Patience): Promise<Work<T>> {
    return receiver.begin('work', undefined, patience) as Promise<Work<T>>;
  }
}
