import type { Patience } from '../party/operation.ts';
import type { SendGuard } from '../select/guards.ts';
import { Handle } from './handle.ts';
import { type SendAllOptions, sendAll } from './send-all.ts';

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

  /**
   * Sends all values of a source, in their order, with up to `window` sends under way at once (64, unless you say
   * otherwise). Each of them is a rendezvous: the next value is drawn from the source only when one was taken. The order
   * is kept, and what the link's own window has no room for waits in this process.
   *
   * When a send fails, no further value is drawn, those under way are withdrawn, and the source is closed. When the
   * source fails, or this end is closed here, those under way go on, and nothing follows. In each case what the source
   * is just making is waited for: one that may take long should end by the same `signal`. If this process dies, what
   * nobody had been given vanishes with it, as with `send`.
   *
   * @returns how many values there were, when the source is at its end and all were taken
   * @throws NotAllTakenError which values were taken, which were not, and which may have been; its `cause` is what
   *   `send` throws, or what the source threw
   * @throws TopologyError, RangeError, TypeError the options or the source are none
   */
  sendAll(values: Iterable<T> | AsyncIterable<T>, options: SendAllOptions = {}): Promise<number> {
    return sendAll(this, values, options);
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
