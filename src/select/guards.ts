import type { Receiver } from '../ends/receiver.ts';
import type { Sender } from '../ends/sender.ts';

/** Ready when a value can be received, or the channel has ended. Made by `receiver.onReceive()`. */
export interface ReceiveGuard<out T> {
  readonly on: 'receive';
  readonly receiver: Receiver<T>;
}

/** Ready when a receiver can take the value, or none is left. Made by `sender.onSend(value)`. */
export interface SendGuard {
  readonly on: 'send';
  readonly sender: Sender<never>;
  readonly value: unknown;
}

/** Ready when its time has come. Made by `after`. */
export interface TimeGuard {
  readonly on: 'time';
  /** In milliseconds, from the moment in which the select begins. */
  readonly after: number;
}

/** By name. What is `null` or `undefined` is a guard that is never ready. */
export type Guards = Readonly<
  Record<string, ReceiveGuard<unknown> | SendGuard | TimeGuard | null | undefined>
>;

/**
 * A guard that is ready when so many milliseconds have passed since its select began.
 * @throws RangeError when it is no number of 0 or more
 */
export function after(milliseconds: number): TimeGuard {
  if (milliseconds >= 0) return { on: 'time', after: milliseconds };
  throw new RangeError(`after() takes a number of milliseconds, 0 or more, not ${milliseconds}`);
}
