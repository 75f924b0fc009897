/**
 * The conformance kit: plays the supervisor towards a program, and checks clause by clause that it keeps to
 * docs/protocol.md. It does so by hand, frame by frame, without the arbiter of a real supervisor: a judge that
 * shared the code of what it judges would share its mistakes.
 *
 * Each check starts the program anew, and ends it. If it dies here, that is what the check has found.
 */
import { reaper } from '../../groups/reaper.ts';
import { clean } from '../../log/clean.ts';
import { exitCodes } from '../exit-codes.ts';
import { Problem } from '../problem.ts';
import { inJson, inLines } from './report.ts';
import { isWithin, type Plan, resultsOf } from './results.ts';
import { sections } from './sections.ts';
import { type Transport, transports } from './transport.ts';

export interface ConformanceManner {
  readonly transport: Transport | 'both';
  readonly only: readonly string[];
  /** In seconds. */
  readonly patience: number;
  readonly json: boolean;
}

/**
 * @param command the program and its arguments
 * @returns the exit code: 0 when nothing failed
 * @throws Problem when there is nothing to check: no such clause, no such program
 */
export async function conformance(
  command: readonly string[],
  { transport, only, patience, json }: ConformanceManner,
): Promise<number> {
  checkClauses(only);
  const plan: Plan = {
    command,
    sections,
    transports: transport === 'both' ? transports : [transport],
    only,
    patience: patience * 1_000,
  };
  const write = (text: string): void => void process.stdout.write(text);
  const report = json ? inJson(write) : inLines((text) => write(cleanLines(text)));
  let exitCode = 0;
  try {
    for await (const result of resultsOf(plan)) {
      report.tell(result);
      if (result.verdict.kind === 'failed') exitCode = exitCodes.failed;
    }
    report.end();
  } finally {
    await reaper.dismiss();
  }
  return exitCode;
}

/** What a program prints is part of the report. */
function cleanLines(text: string): string {
  return text.split('\n').map(clean).join('\n');
}

function checkClauses(only: readonly string[]): void {
  const clauses = sections.flatMap(({ checks }) => checks.map(({ clause }) => clause));
  const unknown = only.find((wanted) => !clauses.some((clause) => isWithin(clause, wanted)));
  if (unknown === undefined) return;
  const known = [...new Set(clauses)].join(', ');
  throw new Problem(
    exitCodes.mistaken,
    `there is no check of clause ${unknown}. There are checks of ${known}`,
  );
}
