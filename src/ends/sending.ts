import { AbortedError, type FailedOperation, TimedOutError } from '../errors.ts';
import type { Beginner, Begun, Recall } from '../party/operation.ts';
import type { Settlers } from '../party/waiting-code.ts';
import type { Held } from './handle.ts';

/** Several sends that stand behind one promise. */
export interface Sendings<T> {
  /** Of that promise. */
  readonly settlers: Settlers<never>;
  readonly isPatient: boolean;
  taken(sending: Sending<T>): void;
  failed(sending: Sending<T>, error: Error): void;
}

/** One of them. */
export class Sending<T> implements Beginner {
  /** Which of them it is. */
  readonly op: number;
  readonly value: T;
  readonly #sendings: Sendings<T>;
  #channel = '';
  #begun: Begun | undefined;

  constructor(sendings: Sendings<T>, op: number, value: T) {
    this.#sendings = sendings;
    this.op = op;
    this.value = value;
  }

  get settlers(): Settlers<never> {
    return this.#sendings.settlers;
  }

  get isPatient(): boolean {
    return this.#sendings.isPatient;
  }

  /** It may have failed before this returns. */
  begin({ party, end }: Held): void {
    this.#channel = end.channel;
    this.#begun = party.beginFor(this, end, 'sent', this.value);
  }

  resolve(): void {
    this.#sendings.taken(this);
  }

  reject(error: Error): void {
    this.#sendings.failed(this, error);
  }

  /** Another has failed. */
  withdraw(cause: unknown): void {
    this.#recall((failed) => new AbortedError(failed, cause));
  }

  timeOut(timeout: number): void {
    this.#recall((failed) => new TimedOutError(failed, timeout));
  }

  #recall(errorFor: (failed: FailedOperation) => ReturnType<Recall>): void {
    const failed = { operation: 'send', channel: this.#channel, value: this.value } as const;
    this.#begun?.askBack((attempts) => errorFor({ ...failed, attempts }));
  }
}
