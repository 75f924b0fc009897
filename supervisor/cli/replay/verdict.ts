import { HandoverError, StageFailedError } from '../../../src/errors.ts';
import type { CrashReport, ReportedEnding } from '../../reports/report.ts';
import { exitCodes } from '../exit-codes.ts';
import { Problem, problemIn } from '../problem.ts';

/** What a replay has shown. */
export interface Verdict {
  readonly words: string;
  readonly exitCode: 0 | typeof exitCodes.failed;
}

export const survived: Verdict = { words: 'it survived', exitCode: 0 };

/**
 * @param error with which everything has ended, if it did not end well
 * @throws Problem when it is not the stage that failed
 */
export function judge({ stage, ending, start }: CrashReport, error: unknown): Verdict {
  if (error === undefined) return survived;
  if (!(error instanceof HandoverError)) {
    throw 'module' in start
      ? problemIn(start.module, error)
      : new Problem(exitCodes.mistaken, String(error));
  }
  const now =
    error instanceof StageFailedError && error.stage === stage ? wayOf(error) : error.code;
  const then = wayIn(ending);
  const words =
    now === then
      ? `it died the same way (${now}): ${error.message}`
      : `it failed another way (${now}; then ${then}): ${error.message}`;
  return { words, exitCode: exitCodes.failed };
}

/** The supervisor's charge says more than the signal by which it killed. */
function wayIn({ exitCode, signal, charge }: ReportedEnding): string {
  return charge?.code ?? signal ?? `exit code ${exitCode}`;
}

function wayOf({ cause, signal, exitCode }: StageFailedError): string {
  if (cause instanceof HandoverError) return cause.code;
  return signal ?? `exit code ${exitCode}`;
}
