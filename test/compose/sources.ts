/** What feeds the helpers in these tests, and what takes from them. */
import { channel, type Receiver, type Sender } from 'handover';
import { local } from '../../platform/local.ts';

/** Sends one after the other, and closes; what became of each send is in `sent`, in order. */
export class Feed<T> {
  readonly sender: Sender<T>;
  readonly receiver: Receiver<T>;
  /** The values whose sends have resolved. */
  readonly sent: T[] = [];
  /** The values whose sends were rejected. */
  readonly back: T[] = [];
  readonly done: Promise<void>;

  constructor(name: string, values: readonly T[], capacity = 0) {
    [this.sender, this.receiver] = channel<T>({ name, capacity });
    this.done = this.#send(values);
  }

  async #send(values: readonly T[]): Promise<void> {
    for (const value of values) {
      await this.sender.send(value).then(
        () => this.sent.push(value),
        () => this.back.push(value),
      );
    }
    this.sender.close();
  }
}

/** A source whose values were all taken, and which then breaks. */
export function brokenAfter<T>(values: readonly T[], error: Error): Receiver<T> {
  const [tx, rx] = local().open<T>({ name: 'broken' });
  void (async () => {
    for (const value of values) await tx.send(value);
    local().break(tx, error);
  })();
  return rx;
}

export async function all<T>(receiver: Receiver<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of receiver) values.push(value);
  return values;
}

/** What came before the error. */
export async function allAndError<T>(receiver: Receiver<T>) {
  const values: T[] = [];
  try {
    for await (const value of receiver) values.push(value);
    return { values, error: undefined };
  } catch (error) {
    return { values, error };
  }
}

/** A moment later: everything that can happen without time and without anybody else has happened. */
export async function settled(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}
