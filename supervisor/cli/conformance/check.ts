import type { Manner, Trial } from './trial.ts';

/** One guarantee of docs/protocol.md, and how a process shows that it keeps it. */
export interface Check {
  /** Its number there, such as `2.1`. */
  readonly clause: string;
  /** Goes on after "It …". */
  readonly title: string;
  /** @throws Unmet, NotApplicable */
  readonly run: (start: Start) => Promise<void>;
}

/** Starts a process under test. It is ended when the check is over. */
export type Start = (changes?: Partial<Manner>) => Trial;

/** Those of one section. */
export interface Section {
  readonly title: string;
  readonly checks: readonly Check[];
}
