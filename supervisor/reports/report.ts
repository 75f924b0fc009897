/**
 * What is written down of one crash: docs/guide.md, "Crash reports". The values of environment variables are not
 * in it.
 *
 * A change that an older `handover replay` would misread gets a new version.
 */
import type { FormatName } from '../../platform/program-words.ts';
import type { StageEnd } from '../stages/stage.ts';

export const reportFormat = 'handover crash report';
export const reportVersion = 1;

export interface CrashReport {
  readonly format: typeof reportFormat;
  readonly version: typeof reportVersion;
  /** What happened, in a sentence. */
  readonly summary: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly stage: string;
  /** 0 for the first replica. */
  readonly replica: number;
  /** Null when it could not even be started. */
  readonly processId: number | null;
  readonly ending: ReportedEnding;
  /** Given to it, and not taken when it died: in extended mode, what it worked on. */
  readonly inHand: readonly ReportedValue[];
  /** The value that it took last on each channel: without extended mode, what it may have died of. */
  readonly takenLast: readonly ReportedValue[];
  /** Its last lines. */
  readonly stderr: readonly string[];
  readonly start: ReportedStart;
  /** Those that the stage was given. */
  readonly ends: readonly StageEnd[];
  readonly versions: {
    readonly handover: string;
    readonly node: string;
    readonly platform: string;
  };
}

/** How it ended. */
export interface ReportedEnding {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Why the supervisor killed it, or which of its limits it died of. */
  readonly charge: ReportedFailure | null;
  /** How long it ran. */
  readonly milliseconds: number;
}

export interface ReportedFailure {
  readonly code: string;
  readonly message: string;
}

/** How it was started. */
export type ReportedStart = (
  | {
      readonly module: string;
      readonly args: readonly string[];
      readonly loader: 'node' | 'tsx';
      /** Of Node. */
      readonly flags: readonly string[];
    }
  | { readonly command: readonly string[] }
  /** Of a program that knows nothing of channels. */
  | {
      readonly command: readonly string[];
      readonly reads: FormatName;
      readonly writes: FormatName;
      readonly answers: 'each' | null;
    }
) & {
  /** Its working folder. */
  readonly folder: string;
  readonly environment: 'inherit' | 'clean';
  /** The names of what was added to that. */
  readonly env: readonly string[];
  /** By the names of the options of the stage. */
  readonly limits: Readonly<Record<string, number>>;
  readonly sandbox: 'node' | 'bubblewrap' | null;
};

export interface ReportedValue {
  /** The name under which the stage had the end; null for one that came in a value, or that it made. */
  readonly end: string | null;
  readonly channel: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** How the attempts before failed. */
  readonly failures: readonly ReportedFailure[];
  /** Encoded. */
  readonly bytes: number;
  readonly content: ReportedContent;
}

export type ReportedContent =
  /** `value` is for people: what JSON has not is written as a string. */
  | { readonly msgpack: string; readonly value: unknown }
  /** Why it is not there. */
  | { readonly omitted: string };
