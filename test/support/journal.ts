/** What several processes say of what they do, in one file: in the order in which it happened, and nothing lost. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/**
 * | what        | of whom  | when                                                                |
 * | ----------- | -------- | ------------------------------------------------------------------- |
 * | `begins`    | sender   | right before it begins a send                                       |
 * | `sent`      | sender   | its send has resolved                                               |
 * | `withdrawn` | sender   | its send has failed, for its time was over                          |
 * | `asks`      | receiver | right before it begins a receive                                    |
 * | `took`      | receiver | its code has just got the value                                     |
 * | `done`      | receiver | right before it says that its work on the value is over             |
 */
export interface Entry {
  readonly what: 'begins' | 'sent' | 'withdrawn' | 'asks' | 'took' | 'done';
  readonly id: number;
  /** 0: its receiver does not know. */
  readonly attempt: number;
  readonly processId: number;
}

export function note(file: string, what: Entry['what'], id = -1, attempt = 1): void {
  const entry: Entry = { what, id, attempt, processId: process.pid };
  // One write, which the kernel appends as a whole, and keeps when this process is killed.
  appendFileSync(file, `${JSON.stringify(entry)}\n`);
}

export function entries(file: string): readonly Entry[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Entry);
}
