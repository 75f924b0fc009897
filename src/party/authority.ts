import type { Statistics } from '../arbiter/channel-state.ts';
import type { Failure, OpNumber, WithdrawalKind } from '../arbiter/events.ts';
import type { EndNumber } from '../wire/message.ts';

/** The one who decides about a party's operations: a seat in this process, or the supervisor at the link. */
export interface Authority<V> {
  offer(offer: Offer<V>): void;
  withdraw(op: OpNumber, kind: WithdrawalKind): void;
  /** Of a shared offer, when asked: it stands nowhere else. Only who is asked can answer. */
  free?(op: OpNumber): void;
  taken(op: OpNumber, taker: Taker): void;
  /** Whether the value of a send on this end is needed no more when the send is complete: no buffer has it. */
  keepsNothing(end: EndNumber): boolean;
  returned(op: OpNumber): void;
  /** The code had the value in hand, and failed on it. */
  abandoned(op: OpNumber, failure: Failure): void;
  refused(op: OpNumber, why: string): void;
  close(end: EndNumber): void;
  inspect(end: EndNumber): Promise<Statistics>;
}

/** Who takes a value: it is told once the word that it was taken has left. */
export interface Taker {
  /** That word cannot be lost any more: the code gets the value. */
  given(): void;
  /** It was lost: nobody has taken the value. */
  lost(): void;
}

/** Where no code waits for the value. */
export const nobody: Taker = { given: () => {}, lost: () => {} };

/** In bytes. Smaller values are bounded by the number of operations alone. */
export const smallValue = 4096;

export interface Offer<V> {
  readonly op: OpNumber;
  readonly isPoll: boolean;
  /** Of a select: the first ready guard is taken. A select with one guard always says so. */
  readonly isPriority: boolean;
  readonly guards: readonly OfferedGuard<V>[];
  /** It stands elsewhere, too: the authority asks before anything becomes of it. Not over a link. */
  readonly isShared?: boolean;
  /** Whether who decides may be as slow as the code at the other end of the channel. */
  readonly mayBeDirect?: boolean;
}

/** A guard that sends has a value, one that receives has none. */
export type OfferedGuard<V> =
  | {
      readonly end: EndNumber;
      readonly value: V;
      /** Those of the party's own ends that the value carries. */
      readonly ends?: readonly EndNumber[] | undefined;
    }
  | { readonly end: EndNumber };
