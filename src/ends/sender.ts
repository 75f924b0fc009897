import type { Patience } from '../party/operation.ts';
import type { SendGuard } from '../select/guards.ts';
import { Handle } from './handle.ts';

/**
 * The right to send on one channel.
 *
 * A channel ends for its receivers when its last Sender is closed: close what you no longer need, or hold it
 * with `using`. The ends that a stage was given close when it ends.
 */
export class Sender<in T> extends Handle {
  /**
   * Sends, and resolves when a receiver's code has taken the value (R1); on a channel with a capacity, when
   * the channel has it. Do not change the value before that: it is encoded when its turn comes.
   *
   * Ends of channels inside the value move to who takes it: they cannot be used here from now on, and can be
   * again when this rejects. Send a `clone()` of an end that is needed further.
   *
   * @throws TimedOutError, AbortedError the value was not taken, and is in the error
   * @throws ChannelEndedError, ChannelBrokenError no receiver is left
   * @throws LostError too many receivers died with the value in hand
   * @throws NotEncodableError, ValueTooLargeError, ValueRefusedError the value cannot travel
   * @throws EndClosedError, EndMovedError this end was closed here, or given away (also while this waited:
   *   its last copy left inside another value)
   */
  send(value: T, patience?: Patience): Promise<void> {
    return this.begin('sent', value, patience) as Promise<void>;
  }

  /**
   * Sends only if a receiver is ready now, or a channel with a capacity has room.
   * @returns whether it was taken, or accepted
   * @throws what `send` throws, but for timeouts
   */
  trySend(value: T): Promise<boolean> {
    return this.begin('was-sent', value) as Promise<boolean>;
  }

  /** A guard of a `select` that sends this value. */
  onSend(value: T): SendGuard {
    return { on: 'send', sender: this, value };
  }

  /** One more Sender of the same channel; each is closed by itself. */
  clone(): Sender<T> {
    return new Sender(this.copy());
  }
}
