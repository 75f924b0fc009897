import type { SupervisorEvent } from '../events/event.ts';

/** One line that a stage printed, or what the supervisor has to say about something that happened. */
export interface LogLine {
  /** In milliseconds since 1970. */
  readonly at: number;
  /** What it is about: the name of a stage, or of the supervisor. */
  readonly stage: string;
  /** 0 for the first replica. */
  readonly replica: number;
  readonly processId: number | undefined;
  /** `handover`: the supervisor's own words. */
  readonly stream: 'stdout' | 'stderr' | 'handover';
  /** One line; the supervisor's own words may be several. */
  readonly line: string;
  /** The same for programs. */
  readonly event: SupervisorEvent;
}

export type Log = (line: LogLine) => void;

/** The name under which a line stands: `parser` for the first replica of that stage, `parser.2` for the second. */
export function labelOf({ stage, replica }: Pick<LogLine, 'stage' | 'replica'>): string {
  return replica === 0 ? stage : `${stage}.${replica + 1}`;
}
