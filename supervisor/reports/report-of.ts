import { HandoverError, type StageFailedError } from '../../src/errors.ts';
import type { Death } from '../death/death.ts';
import type { StageEnd } from '../stages/stage.ts';
import { reportedValues, shortened } from './content.ts';
import { type CrashReport, type ReportedStart, reportFormat, reportVersion } from './report.ts';
import { ownVersion } from './reports.ts';

/** What of a stage is the same for each of its processes. */
export interface ReportedStage {
  readonly start: ReportedStart;
  readonly ends: readonly StageEnd[];
}

export function reportOf(
  death: Death,
  error: StageFailedError,
  { start, ends }: ReportedStage,
  withValues: boolean,
): CrashReport {
  const { cause } = error;
  return {
    format: reportFormat,
    version: reportVersion,
    summary: shortened(error.message),
    at: new Date().toISOString(),
    stage: death.stage,
    replica: death.replica,
    processId: death.processId ?? null,
    ending: {
      exitCode: death.exitCode ?? null,
      signal: death.signal ?? null,
      charge:
        cause instanceof HandoverError
          ? { code: cause.code, message: shortened(cause.message) }
          : null,
      milliseconds: Math.round(death.milliseconds),
    },
    inHand: reportedValues(death.inHand, withValues),
    takenLast: reportedValues(death.takenLast, withValues),
    stderr: death.stderr,
    start,
    ends,
    versions: {
      handover: ownVersion(),
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
    },
  };
}
