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
export const logToStderr: Log = ({ stage, replica, line }) => {
  const name = replica === 0 ? stage : `${stage}.${replica + 1}`;
  process.stderr.write(`[${name}] ${line}\n`);
};
