import type { Clock } from '../clock.ts';
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

/** Ready from a moment on. Made by `at`. */
export interface MomentGuard {
  readonly on: 'moment';
  /** In milliseconds since 1970. */
  readonly at: number;
}

/** Never ready. */
export interface NeverGuard {
  readonly on: 'never';
}

/** By name. What is `null` or `undefined` is a guard that is never ready. */
export type Guards = Readonly<
  Record<
    string,
    | ReceiveGuard<unknown>
    | SendGuard
    | TimeGuard
    | MomentGuard
    | Ticker
    | NeverGuard
    | null
    | undefined
  >
>;

/**
 * A guard that is ready when so many milliseconds have passed since its select began.
 * @throws RangeError when it is no number of 0 or more
 */
export function after(milliseconds: number): TimeGuard {
  if (typeof milliseconds === 'number' && milliseconds >= 0) {
    return { on: 'time', after: milliseconds };
  }
  throw new RangeError(`after() takes a number of milliseconds, 0 or more, not ${milliseconds}`);
}

/**
 * A guard that is ready from that moment on, by the machine's calendar: if it has passed already, at once.
 * @param date also as milliseconds since 1970, as `Date.now()` gives them
 * @throws RangeError when it is no moment
 */
export function at(date: Date | number): MomentGuard {
  const moment = Number(date);
  if (!Number.isNaN(moment)) return { on: 'moment', at: moment };
  throw new RangeError(`at() takes a valid Date, or milliseconds since 1970, not ${date}`);
}

/** A guard that is never ready: for one that is switched off. Its name is never the answer. */
export const never: NeverGuard = { on: 'never' };

/** Ready at each multiple of its period. Made by `every`, once, for as many selects as one likes. */
export class Ticker {
  readonly on = 'tick';
  readonly #clock: Clock;
  readonly #period: number;
  readonly #start: number;
  /** The last of its ticks that was chosen, or that was missed before. */
  #last = 0;

  /** @throws RangeError when the period is no finite number above 0 */
  constructor(clock: Clock, period: number) {
    if (!(period > 0 && Number.isFinite(period))) {
      throw new RangeError(`every() takes a number of milliseconds, more than 0, not ${period}`);
    }
    this.#clock = clock;
    this.#period = period;
    this.#start = clock.elapsed;
  }

  /** In milliseconds, until it is ready; 0 or less when it is. */
  get left(): number {
    return this.#start + (this.#last + 1) * this.#period - this.#clock.elapsed;
  }

  /** It was chosen; what it has missed meanwhile is no more. */
  tick(): void {
    const passed = Math.floor((this.#clock.elapsed - this.#start) / this.#period);
    this.#last = Math.max(this.#last + 1, passed);
  }
}
