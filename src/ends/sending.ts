import { AbortedError, type FailedOperation, TimedOutError } from '../errors.ts';
import type { AskBack, Beginner, Recall } from '../party/operation.ts';
import type { Settlers } from '../party/waiting-code.ts';
import type { Held } from './handle.ts';

/** How one send ends. */
export interface SendingEvents {
  readonly onTaken: () => void;
  readonly onFailed: (error: Error) => void;
}

/** One send of many that stand behind one promise. */
export class Sending<T> implements Beginner {
  /** Which of them it is. */
  readonly op: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  readonly settlers: Settlers<never>;
  readonly isPatient: boolean;
  readonly #value: T;
  #channel = '';
  #askBack: AskBack | undefined;

  constructor(
    op: number,
    value: T,
    settlers: Settlers<never>,
    isPatient: boolean,
    { onTaken, onFailed }: SendingEvents,
  ) {
    this.op = op;
    this.#value = value;
    this.settlers = settlers;
    this.isPatient = isPatient;
    this.resolve = onTaken;
    this.reject = onFailed;
  }

  /** It may have failed before this returns. */
  begin({ party, end }: Held): void {
    this.#channel = end.channel;
    this.#askBack = party.beginFor(this, end, 'sent', this.#value);
  }

  /** Another has failed. */
  withdraw(cause: unknown): void {
    this.#recall((failed) => new AbortedError(failed, cause));
  }

  timeOut(timeout: number): void {
    this.#recall((failed) => new TimedOutError(failed, timeout));
  }

  #recall(errorFor: (failed: FailedOperation) => ReturnType<Recall>): void {
    const failed = { operation: 'send', channel: this.#channel, value: this.#value } as const;
    this.#askBack?.((attempts) => errorFor({ ...failed, attempts }));
  }
}
