/** Where a helper hands values over: a channel inside this process. */
import { local } from '../platform/local.ts';
import type { Receiver } from '../src/ends/receiver.ts';
import type { Sender } from '../src/ends/sender.ts';

export class Outlet<T> {
  readonly #sender: Sender<T>;
  readonly #whenLeft: (() => void)[] = [];
  readonly receiver: Receiver<T>;
  /** Whether nobody can receive from it any more. */
  isLeft = false;

  constructor(name: string) {
    // A helper keeps no value for another attempt: that is for the channel from which it came.
    [this.#sender, this.receiver] = local().open<T>({ name, maxAttempts: 1 });
    local().onAbandoned(this.receiver, () => {
      this.isLeft = true;
      for (const callBack of this.#whenLeft) callBack();
    });
  }

  whenLeft(callBack: () => void): void {
    this.#whenLeft.push(callBack);
  }

  /** Resolves when the code behind has taken the value. @throws ChannelEndedError when it has left */
  send(value: T): Promise<void> {
    return this.#sender.send(value);
  }

  /** With a failure it ends broken, and the failure is the cause. Nothing may be under way on it. */
  end(failure?: Error): void {
    if (failure === undefined || this.isLeft) this.#sender.close();
    else local().break(this.#sender, failure);
  }
}
