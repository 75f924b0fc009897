/** What the supervisor says to a stage that runs a program which knows nothing of channels: one argument, in JSON. */

/** How values travel to the program and from it. */
export const formatNames = [
  'text',
  'lines',
  'jsonl',
  'csv',
  'nul',
  'chunks',
  'prefixed',
  'msgpack',
] as const;

export type FormatName = (typeof formatNames)[number];

export interface ProgramWords {
  /** The program, and its arguments. */
  readonly file: string;
  readonly args: readonly string[];
  /** How it reads its stdin, and writes its stdout. */
  readonly reads: FormatName;
  readonly writes: FormatName;
  /** `each`: it writes one value for each that it reads. */
  readonly answers: 'each' | 'as it likes';
}
