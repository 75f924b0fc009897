/** What the two sides of a direct link have in common, inside their processes. */
import type { OpNumber } from '../arbiter/events.ts';
import type { Cancel } from '../clock.ts';
import type { Authority, Offer } from '../party/authority.ts';
import type { Answer, Outstanding } from '../party/party.ts';
import type { EndNumber } from '../wire/message.ts';

/** What goes over the link, for those who look at the channel. */
export interface Flow {
  /** How many values were taken so far. */
  readonly taken: number;
  readonly waitingSenders: number;
  readonly waitingReceivers: number;
}

/** Where the operations of one end go while its channel has a direct link. */
export interface Path {
  /** By which the supervisor knows the link. */
  readonly link: number;
  /** A plain operation on the end. */
  offer(offer: Offer<Uint8Array>): void;
  /** @returns whether the operation was here */
  withdraw(op: OpNumber): boolean;
  /** Something that the supervisor says of an operation. @returns whether nobody else is to hear of it */
  hear(answer: Answer<Uint8Array>): boolean;
  /** Ends the link. */
  leave(): void;
  /** The code has no more use for the end. */
  close(): void;
  /** Somebody here wants to know how the channel is doing: the supervisor is to know as much as this process. */
  tell(): void;
}

/** What a path needs of its process. */
export interface PathServices {
  /** Everything that does not go directly. */
  readonly supervisor: Authority<Uint8Array>;
  readonly met: (link: number) => void;
  readonly parted: (link: number) => void;
  readonly flow: (link: number, flow: Flow) => void;
  /** The party hears what became of an operation. */
  readonly answer: (answer: Answer<Uint8Array>) => void;
  /** The operations on an end that have not ended; `undefined` when it can be used no more. */
  readonly outstandingOn: (end: EndNumber) => Outstanding<Uint8Array> | undefined;
  /** An operation gets a new number, to be offered once more. */
  readonly renumber: (op: OpNumber) => OpNumber;
  /** Calls back after so many milliseconds; keeps nothing alive. */
  readonly later: (milliseconds: number, ring: () => void) => Cancel;
  /** The path is over: the end is the supervisor's again. */
  readonly over: (end: EndNumber) => void;
}
