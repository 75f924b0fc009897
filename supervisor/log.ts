/** One line that a stage printed, or that the supervisor has to say about it. */
export interface LogLine {
  readonly stage: string;
  /** 0 for the first replica. */
  readonly replica: number;
  readonly processId: number | undefined;
  /** `handover`: the supervisor's own words. */
  readonly stream: 'stdout' | 'stderr' | 'handover';
  readonly line: string;
}

export type Log = (line: LogLine) => void;

/** The default: every line on stderr, with the name of its stage. stdout stays free for results. */
export const logToStderr: Log = (line) => {
  process.stderr.write(`${labelled(line)}\n`);
};

/** A line with the name of its stage. */
export function labelled({ stage, replica, line }: LogLine): string {
  const name = replica === 0 ? stage : `${stage}.${replica + 1}`;
  return `[${name}] ${line}`;
}
