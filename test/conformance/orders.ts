/** What a test and the processes that act its cases say to each other. */

/** To act one participant of one case. */
export interface Order {
  readonly case: number;
  readonly participant: string;
}

/** What became of it. */
export type Outcome = Order & Ending;
export type Ending = { readonly report: unknown } | { readonly problem: string };

/** Names one participant among those of all cases of a file. */
export function nameOf({ case: index, participant }: Order): string {
  return `${index}/${participant}`;
}

/** Under which name a process is given the end that a participant holds. */
export function endName(side: 'to' | 'from', channel: string, whose: Order): string {
  return `${nameOf(whose)}/${side}/${channel}`;
}
