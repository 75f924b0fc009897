/** How a check of a process can end, other than well. */

/** The process did not do what a clause says. */
export class Unmet extends Error {
  readonly expected: string;
  readonly came: string;
  /** The clause, where it is another than that of the check. */
  readonly clause: string | undefined;

  constructor(expected: string, came: string, clause?: string) {
    super(`expected ${expected}; ${came}`);
    this.expected = expected;
    this.came = came;
    this.clause = clause;
  }
}

/** The clause says nothing about this process: it leaves out what may be left out. */
export class NotApplicable extends Error {}
