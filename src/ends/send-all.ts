/**
 * Sends the values of a source with several sends under way at once, and says in the end what became of each.
 *
 * Rules of this file
 * - A value is drawn only when there is room for it in the window, and sent at once: the order of the source is that of
 *   the sends (R3).
 * - When a send fails, or the signal fires, those under way are asked back, the newest first: so what is held back in
 *   this process does not go out in the place of an older one that has come back.
 * - When the source fails, or the sender is closed here, those under way go on: each was sent before that.
 * - Who has a value in hand says what becomes of it, and a value that the source is just making is waited for. So each
 *   value that was drawn is taken, or in the error (R4).
 */

import { ByNumber } from '../by-number.ts';
import type { Cancel } from '../clock.ts';
import { AbortedError, NotAllTakenError, OperationError, type UntakenValue } from '../errors.ts';
import type { Patience } from '../party/operation.ts';
import type { Settlers } from '../party/waiting-code.ts';
import { impatience, watchSignal } from '../party/watch.ts';
import { Handle, type Held } from './handle.ts';
import { checkKnown, type NamesOf } from './known-options.ts';
import type { Sender } from './sender.ts';
import { Sending, type Sendings } from './sending.ts';
import { Source } from './source.ts';

/** How `sendAll` sends. */
export interface SendAllOptions extends Patience {
  /** How many sends may be under way at once: 1 or more. Default: 64. */
  readonly window?: number;
  /**
   * In milliseconds, for each value, from when all before it were taken: as if they were sent one after the other.
   * Default: until it is taken.
   */
  readonly timeout?: number;
  /** When it fires, what is under way is withdrawn. */
  readonly signal?: AbortSignal;
}

/** @returns how many there were */
export function sendAll<T>(
  sender: Sender<T>,
  values: Iterable<T> | AsyncIterable<T>,
  options: SendAllOptions,
): Promise<number> {
  return new Promise((resolve, reject) => {
    checkOptions(sender.channel, options);
    new SendingAll(sender, values, options, { resolve, reject }).begin();
  });
}

const optionNames: NamesOf<SendAllOptions> = { window: 0, timeout: 0, signal: 0 };
const defaultWindow = 64;

/** @throws TopologyError, RangeError, TypeError */
function checkOptions(channel: string, options: SendAllOptions): void {
  checkKnown(`sendAll on "${channel}"`, options, optionNames);
  const { window = defaultWindow, ...patience } = options;
  if (!Number.isSafeInteger(window) || window < 1) {
    throw new RangeError(`window must be a whole number, 1 or more, not ${String(window)}`);
  }
  const problem = impatience(patience);
  if (problem !== undefined) throw problem;
}

/**
 * | state       | meaning                                                                       |
 * | ----------- | ----------------------------------------------------------------------------- |
 * | `sending`   | values are drawn as long as there is room, and what is under way is waited for |
 * | `finishing` | no more is drawn; what is under way is waited for                             |
 * | `recalling` | no more is drawn; what is under way was asked back, and is waited for         |
 * | `ended`     | its code was told                                                             |
 */
type State = 'sending' | 'finishing' | 'recalling' | 'ended';

class SendingAll<T> implements Sendings<T> {
  readonly #sender: Sender<T>;
  readonly #source: Source<T>;
  readonly #window: number;
  readonly #timeout: number;
  readonly #signal: AbortSignal | undefined;
  readonly settlers: Settlers<number>;
  readonly isPatient: boolean;
  readonly #underWay = new ByNumber<Sending<T>>(({ op }) => op);
  readonly #untaken: UntakenValue[] = [];
  #state: State = 'sending';
  #drawn = 0;
  #cause: unknown;
  #unwatchSignal: Cancel | undefined;
  #unwatchOldest: Cancel | undefined;
  /** No older one is under way. */
  #oldest = 0;
  #watched = -1;

  constructor(
    sender: Sender<T>,
    values: Iterable<T> | AsyncIterable<T>,
    options: SendAllOptions,
    settlers: Settlers<number>,
  ) {
    const { window = defaultWindow, timeout = Number.POSITIVE_INFINITY, signal } = options;
    this.#sender = sender;
    this.#window = window;
    this.#timeout = timeout;
    this.#signal = signal;
    this.settlers = settlers;
    this.isPatient = timeout === Number.POSITIVE_INFINITY && signal === undefined;
    this.#source = new Source(values, {
      onValue: (value) => this.#send(value),
      onError: (error) => this.#finish(error),
      onAnswered: () => this.#goOn(),
    });
  }

  begin(): void {
    this.#unwatchSignal = watchSignal(this.#signal, () => {
      this.#abort();
      this.#goOn();
    });
    if (this.#signal?.aborted) this.#abort();
    this.#goOn();
  }

  /** Draws what there is room for, and ends when nothing more is to come. */
  #goOn(): void {
    while (this.#mayDraw()) this.#source.draw();
    this.#watchOldest();
    if (this.#underWay.size > 0 || !this.#source.isSettled) return;
    if (this.#source.state === 'ended' || this.#source.state === 'closed') this.#end();
  }

  #mayDraw(): boolean {
    const isWanted = this.#state === 'sending' && this.#underWay.size < this.#window;
    return isWanted && this.#source.state === 'open';
  }

  #send(value: T): void {
    const index = this.#drawn++;
    const held = this.#held();
    if (held === undefined) {
      this.#untaken.push({ index, value, attempts: 0 });
      return;
    }
    const sending = new Sending(this, index, value);
    this.#underWay.add(sending);
    sending.begin(held);
  }

  taken({ op: index }: Sending<T>): void {
    this.#underWay.delete(index);
    this.#goOn();
  }

  failed({ op: index, value }: Sending<T>, error: Error): void {
    this.#underWay.delete(index);
    const attempts = error instanceof OperationError ? error.attempts : 0;
    this.#untaken.push({ index, value, attempts });
    this.#recall(error);
    this.#goOn();
  }

  /** The end to send on, as long as something is to be sent; that it cannot be used any more ends the sending. */
  #held(): Held | undefined {
    if (this.#state !== 'sending') return undefined;
    try {
      return Handle.heldFor(this.#sender);
    } catch (error) {
      this.#finish(error);
      return undefined;
    }
  }

  /** What is under way goes on, and nothing follows. */
  #finish(cause: unknown): void {
    if (this.#state !== 'sending') return;
    this.#state = 'finishing';
    this.#cause = cause;
    this.#source.close();
  }

  /** Nothing goes on that can still be withdrawn. */
  #recall(cause: unknown): void {
    if (this.#state === 'recalling' || this.#state === 'ended') return;
    if (this.#state === 'sending') this.#cause = cause;
    this.#state = 'recalling';
    this.#source.close();
    for (const sending of [...this.#underWay.values()].reverse()) sending.withdraw(cause);
  }

  #abort(): void {
    const failed = { operation: 'send', channel: this.#sender.channel } as const;
    this.#recall(new AbortedError(failed, this.#signal?.reason));
  }

  /** Its time begins when it is the oldest. */
  #watchOldest(): void {
    if (this.#timeout === Number.POSITIVE_INFINITY) return;
    while (this.#oldest < this.#drawn && !this.#underWay.has(this.#oldest)) this.#oldest++;
    if (this.#oldest === this.#watched) return;
    this.#watched = this.#oldest;
    this.#unwatchOldest?.();
    const oldest = this.#underWay.get(this.#oldest);
    this.#unwatchOldest =
      oldest &&
      Handle.partyOf(this.#sender).clock.after(this.#timeout, () => oldest.timeOut(this.#timeout));
  }

  #end(): void {
    if (this.#state === 'ended') return;
    const isComplete = this.#source.state === 'ended' && this.#untaken.length === 0;
    this.#state = 'ended';
    this.#unwatchSignal?.();
    if (isComplete) this.settlers.resolve(this.#drawn);
    else {
      const { channel } = this.#sender;
      this.settlers.reject(new NotAllTakenError(channel, this.#drawn, this.#untaken, this.#cause));
    }
  }
}
