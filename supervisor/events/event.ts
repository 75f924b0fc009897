/** What a supervisor tells of what happens to its stages and to the values between them; docs/guide.md has the table. */
import type { Failure } from '../../src/arbiter/events.ts';
import type { HangSign, LimitName } from '../../src/errors.ts';

/** Something happened. `at` is in milliseconds since 1970. */
export type SupervisorEvent = { readonly at: number } & (ProcessEvent | ValueEvent | GroupEvent);

/** One process of a stage. */
export interface ProcessOrigin {
  readonly stage: string;
  /** 0 for the first replica. */
  readonly replica: number;
  readonly processId: number | undefined;
}

export type ProcessEvent = ProcessOrigin &
  (
    | { readonly type: 'started' }
    /** It has said hello; so many milliseconds after its start. A spare waits then for its turn. */
    | { readonly type: 'ready'; readonly milliseconds: number; readonly isSpare: boolean }
    /** It ended well. */
    | { readonly type: 'ended'; readonly milliseconds: number }
    /** It ended in another way, and nobody had told it to. */
    | { readonly type: 'crashed'; readonly milliseconds: number; readonly failure: Failure }
    /** A crash report was written. */
    | { readonly type: 'reported'; readonly file: string }
    /** It was told to end before it was at its end, and did. */
    | { readonly type: 'stopped'; readonly milliseconds: number; readonly why: string }
    /** Another process will take its place, in so many milliseconds; `restart` counts within the group's period. */
    | { readonly type: 'restarting'; readonly delay: number; readonly restart: number }
    /** It is asked to end in good order, for another to take its place. */
    | { readonly type: 'recycling'; readonly why: string }
    /** It took more than it may; `used` is not always known. The crash follows. */
    | {
        readonly type: 'limit';
        readonly limit: LimitName;
        readonly allowed: number;
        readonly used: number | undefined;
      }
    /** The supervisor killed it because it hung: the crash follows. */
    | { readonly type: 'hang'; readonly what: HangSign; readonly milliseconds: number }
    /** It printed a line. */
    | { readonly type: 'printed'; readonly stream: 'stdout' | 'stderr'; readonly line: string }
  );

export type ValueEvent = { readonly channel: string } & (
  | {
      /** An attempt on a value failed: it is back in its old place, for another. */
      readonly type: 'redelivered';
      /** So many attempts have failed so far. */
      readonly attempts: number;
      readonly failure: Failure | undefined;
    }
  | {
      /** The last attempt failed: the value goes to the channel's dead letters. */
      readonly type: 'dead-lettered';
      readonly deadLetters: string;
      readonly attempts: number;
      readonly failures: readonly Failure[];
    }
  | {
      /** A value whose send has completed is given up. Not: a full buffer dropped it, as it was told to. */
      readonly type: 'discarded';
      readonly reason: 'no-receiver' | 'lost' | 'refused';
    }
);

export type GroupEvent =
  | {
      /** Its stages are ended, for one of them had more restarts than it may have, or has never got so far as to work. */
      readonly type: 'group-failed';
      readonly group: string;
      readonly message: string;
      readonly failures: readonly Failure[];
    }
  /** Processes wait for each other, and nobody can help them. */
  | { readonly type: 'deadlock'; readonly message: string }
  | {
      /** The supervisor could not do something of its own. It and the stages go on. */
      readonly type: 'trouble';
      /** Where it is about one stage. */
      readonly stage?: string;
      readonly message: string;
    };
