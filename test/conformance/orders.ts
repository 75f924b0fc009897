/** What a test and the processes that act its cases say to each other. */

/** Which case is acted, and how. */
export interface Setting {
  readonly case: number;
  /** Its channel that is made inside one process, if there is one; the others are the supervisor's. */
  readonly near: string | null;
}

/** To act these participants. */
export interface Order extends Setting {
  readonly participants: readonly string[];
}

/** One participant among those of all settings of a file. */
export interface Part extends Setting {
  readonly participant: string;
}

/** What became of it. */
export type Outcome = Part & Ending;
export type Ending = { readonly report: unknown } | { readonly problem: string };

export function nameOf({ case: index, near, participant }: Part): string {
  return `${index}/${near ?? ''}/${participant}`;
}

/** Under which name a process is given the end that a participant holds. */
export function endName(side: 'to' | 'from', channel: string, part: Part): string {
  return `${nameOf(part)}/${side}/${channel}`;
}
