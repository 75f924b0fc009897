import { basename, resolve } from 'node:path';
import {
  DeadlockError,
  OperationError,
  RestartsExceededError,
  StageFailedError,
  UndeliveredError,
} from '../../src/errors.ts';
import { Supervisor } from '../supervisor.ts';
import { exitCodes } from './exit-codes.ts';
import { Interruption } from './interruption.ts';
import { type LogFormat, logAs, sayAs } from './log.ts';
import { Problem, problemIn } from './problem.ts';
import { type ProgressManner, showProgress } from './progress/progress.ts';
import { loadTopology } from './topology-file.ts';
import { Troubles } from './troubles.ts';

/** How long, in milliseconds, the topology's own code has after a signal, when no process is left. */
const lastWordsGrace = 1_000;

/** How a topology is run. */
export interface RunManner extends ProgressManner {
  /** In seconds: how long what is under way may drain after a signal. */
  readonly drain: number;
  readonly log: LogFormat;
  /** Whether the log tells also what is ordinary. */
  readonly verbose: boolean;
  /** The folder for crash reports, if there are to be any; and whether they may have values in them. */
  readonly reports?: string;
  readonly values: boolean;
}

/**
 * Makes a topology, and sees it through to its end.
 *
 * @returns the exit code: 0, or that of the signal which ended it
 * @throws Problem when the file is wrong, or a stage failed
 */
export async function run(
  file: string,
  args: readonly string[],
  manner: RunManner,
): Promise<number> {
  const topology = await loadTopology(file);
  const { log, verbose, reports, values } = manner;
  const supervisor = new Supervisor({
    name: basename(file),
    log: logAs(log),
    verbose,
    onDeadlock: 'fail',
    ...(reports !== undefined && {
      reports: { folder: reports, values: values ? 'written' : 'omitted' },
    }),
  });
  using troubles = new Troubles();
  using interruption = new Interruption(supervisor, manner.drain * 1000, sayAs(log));
  using _progress = showProgress(supervisor, basename(file), progressBeside(manner));
  const work = (async () => {
    await topology(supervisor, args);
    await supervisor.finished();
  })();
  try {
    await Promise.race([work, interruption.isOver, troubles.first]);
  } catch (error) {
    if (!interruption.hasBegun) throw await problemFor(error, supervisor, resolve(file));
  }
  if (!interruption.hasBegun) return 0;
  const exitCode = await interruption.isOver;
  await within(lastWordsGrace, work);
  return exitCode;
}

/** Lines for people do not belong between JSON lines, unless somebody asks for them. */
function progressBeside(manner: RunManner): ProgressManner {
  const isMixed = manner.log === 'json' && manner.progress === 'auto' && !process.stderr.isTTY;
  return isMixed ? { ...manner, progress: 'off' } : manner;
}

const deadlocked = 'it was ended because of the deadlock that is told above';

/** Ends what still runs, and finds out whose fault it was. */
async function problemFor(error: unknown, supervisor: Supervisor, file: string): Promise<Problem> {
  await supervisor.stop({ drain: 0 });
  const problem = problemOfStages(error);
  if (problem !== undefined) return problem;
  if (error instanceof OperationError || error instanceof Problem) {
    // The code around the stages meets the end of a channel because a stage failed.
    const failure = await supervisor.finished().catch((reason: unknown) => reason);
    const itsProblem = failure instanceof UndeliveredError ? undefined : problemOfStages(failure);
    if (itsProblem !== undefined) return itsProblem;
  }
  return error instanceof Problem ? error : problemIn(file, error);
}

/** For what `finished()` rejects with. */
function problemOfStages(error: unknown): Problem | undefined {
  // What the log has said already is not said again.
  if (error instanceof DeadlockError) return new Problem(exitCodes.deadlocked, deadlocked);
  const isFailure =
    error instanceof StageFailedError ||
    error instanceof RestartsExceededError ||
    error instanceof UndeliveredError;
  return isFailure ? new Problem(exitCodes.failed, error.message) : undefined;
}

/** Until it has settled, however it does, or the time is over. */
async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  const { promise: tooLate, resolve: giveUp } = Promise.withResolvers<void>();
  const timer = setTimeout(giveUp, milliseconds);
  await Promise.race([work.catch(() => {}), tooLate]);
  clearTimeout(timer);
}
