/**
 * The messages of a link, one union for each direction, each recognised by its literal `type`. How they look
 * on the wire is in `write-header.ts`, `read-header.ts` and docs/protocol.md, section 3.
 */

import type { Statistics } from '../arbiter/channel-state.ts';
import type { Failure, OpNumber, Side, Terms, WithdrawalKind } from '../arbiter/events.ts';

/** Both numbers are in the greeting; a different major version is refused. */
export const protocolVersion: Version = { major: 1, minor: 0 };

export interface Version {
  readonly major: number;
  readonly minor: number;
}

/** The number of an end on one link: below `firstOwnEnd` given by the supervisor, from there by the process. */
export type EndNumber = number;

export const firstOwnEnd = 0x8000_0000;

/** Of a channel that a process opens: the supervisor keeps what is in it. */
export const mostOpenedCapacity = 1_024;

/** What a process says to its supervisor. */
export type FromProcess =
  | {
      readonly type: 'hello';
      readonly version: Version;
      readonly language: string;
      readonly features: readonly string[];
      readonly token: string;
    }
  | {
      readonly type: 'offer';
      readonly op: OpNumber;
      readonly isPoll: boolean;
      readonly isPriority: boolean;
      readonly guards: readonly WireGuard[];
    }
  | { readonly type: 'withdraw'; readonly op: OpNumber; readonly kind: WithdrawalKind }
  | { readonly type: 'taken'; readonly op: OpNumber }
  | { readonly type: 'returned'; readonly op: OpNumber }
  | { readonly type: 'refused'; readonly op: OpNumber; readonly why: string }
  | { readonly type: 'abandoned'; readonly op: OpNumber; readonly why: string }
  | { readonly type: 'close'; readonly end: EndNumber }
  | { readonly type: 'inspect'; readonly query: number; readonly end: EndNumber }
  | Opening
  /** What the process was built against, of one of its named ends. */
  | { readonly type: 'expects'; readonly end: EndNumber; readonly contract: string }
  | {
      readonly type: 'idle';
      readonly probe: number;
      /** Whether it does nothing any more unless one of its operations ends. */
      readonly isIdle: boolean;
      readonly places: readonly WaitingPlace[];
    }
  /** The last word: the process exits, and its link is at its end. */
  | { readonly type: 'exiting'; readonly exitCode: number }
  /** It has opened the pipes of a direct link. */
  | { readonly type: 'met'; readonly link: number }
  /** A direct link is over for it. */
  | { readonly type: 'parted'; readonly link: number }
  /** The receiver of a direct link: how many values it took over it, and what waits there. */
  | {
      readonly type: 'flow';
      readonly link: number;
      readonly taken: number;
      readonly waitingSenders: number;
      readonly waitingReceivers: number;
    };

/** Where in the code of the process an operation is waited for. */
export interface WaitingPlace {
  readonly op: OpNumber;
  readonly place: string;
}

/** The process makes a channel, and gives numbers to its two ends. */
export interface Opening {
  readonly type: 'open';
  readonly sender: EndNumber;
  readonly receiver: EndNumber;
  readonly channel: string;
  readonly terms: Terms;
  /** A sender of its own: the channel has one more of that, for its dead letters. */
  readonly deadLetters?: EndNumber | undefined;
}

/** A receive guard has no value; a send guard carries its own. */
export interface WireGuard {
  readonly end: EndNumber;
  readonly value?: Uint8Array;
  /** Those of its own ends that the value carries. */
  readonly ends?: readonly EndNumber[] | undefined;
}

/** What a supervisor says to a process. */
export type FromSupervisor =
  | {
      readonly type: 'welcome';
      readonly version: Version;
      readonly settings: Settings;
      readonly ends: readonly NamedEnd[];
    }
  | { readonly type: 'refusal'; readonly why: string }
  | {
      readonly type: 'deliver';
      readonly op: OpNumber;
      readonly guard: number;
      readonly attempt: number;
      readonly value: Uint8Array;
      /** The ends that the value carries, which the process has from now on. */
      readonly ends?: readonly PassedEnd[] | undefined;
    }
  /** Of a sending end that comes with the next value. */
  | { readonly type: 'contract'; readonly end: EndNumber; readonly contract: string }
  | { readonly type: 'completed'; readonly op: OpNumber; readonly guard: number }
  | { readonly type: 'late'; readonly op: OpNumber }
  | {
      readonly type: 'withdrawn';
      readonly op: OpNumber;
      readonly guard: number;
      readonly attempts: number;
    }
  | {
      readonly type: 'failed';
      readonly op: OpNumber;
      readonly guard: number;
      readonly attempts: number;
      readonly reason: WireReason;
    }
  | { readonly type: 'inspected'; readonly query: number; readonly statistics: Statistics }
  | { readonly type: 'shutdown' }
  /** The process is to finish what it has, take nothing new, and exit; another takes its place. */
  | { readonly type: 'retire' }
  /** Asks whether the process is idle, and if wanted, in which places of its code. */
  | { readonly type: 'probe'; readonly probe: number; readonly wantsPlaces: boolean }
  | Meet
  /** A direct link is to end, if it is not over. */
  | { readonly type: 'part'; readonly link: number }
  /** To the sender: its receiver has left a direct link, too. */
  | { readonly type: 'resume'; readonly link: number };

/** The process is to open two pipes, and to use them for one of its ends. */
export interface Meet {
  readonly type: 'meet';
  readonly link: number;
  readonly end: EndNumber;
  readonly readPath: string;
  readonly writePath: string;
}

/** Why an operation failed, as the wire says it. */
export type WireReason =
  | { readonly kind: 'ended' }
  | { readonly kind: 'broken'; readonly failure: Failure }
  | { readonly kind: 'lost'; readonly failures: readonly Failure[] }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'too-large'; readonly size: number };

/** What the supervisor lays down for a link. */
export interface Settings {
  readonly stage: string;
  /** 0 for the first replica. */
  readonly replica: number;
  /** The most bytes that one value may have. */
  readonly maxValueBytes: number;
  /** How much may be outstanding on one end; further operations wait in the process. */
  readonly window: Window;
  /**
   * When another process follows this one and goes on with the ends that both were given: after a failure, or
   * always. Without: never.
   */
  readonly restart?: 'on-failure' | 'always';
}

/** At least one operation is always allowed, however large its value. */
export interface Window {
  readonly operations: number;
  readonly bytes: number;
}

/** An end, as the one hears of it who gets it. */
export interface PassedEnd {
  readonly end: EndNumber;
  readonly side: Side;
  /** The name of its channel. */
  readonly channel: string;
  /** What is sent on it must meet this: a JSON Schema. Over a link it is said apart (`contract`). */
  readonly contract?: string | undefined;
}

/** The number is `noEnd` where an earlier process of the stage has closed it, or given it away. */
export interface NamedEnd extends PassedEnd {
  readonly name: string;
}

export const noEnd = 0;

/** In `features` of a hello: the process answers `probe`. */
export const idleFeature = 'idle';
/** The same: it reads large values in pieces. */
export const piecesFeature = 'pieces';
/** The same: it answers on the descriptor of its pulse. */
export const pulseFeature = 'pulse';
/** The same: it exchanges values with other processes directly. */
export const directFeature = 'direct';
/** The same: it checks what it sends against the contract of the channel. */
export const contractsFeature = 'contracts';
