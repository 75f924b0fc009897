import { DeadlockError, HandoverError } from '../../../src/errors.ts';
import { pipeline } from '../../pipeline/pipeline.ts';
import { Supervisor } from '../../supervisor.ts';
import { exitCodes } from '../exit-codes.ts';
import { Interruption } from '../interruption.ts';
import { type LogFormat, logAs, sayAs } from '../log.ts';
import { Problem } from '../problem.ts';
import { type ProgressManner, type ProgressMode, showProgress } from '../progress/progress.ts';
import { DeadLetters } from './dead-letters.ts';
import { Failures } from './failures.ts';
import { type Line, type LineManner, lineOf, listed, stagesOf } from './line.ts';
import { pourStdin } from './stdin.ts';
import { printOn } from './stdout.ts';

/** How a line of stages is run. */
export interface PipeManner extends LineManner, ProgressManner {
  /** Whether to say only what each stage is taken for. */
  readonly list: boolean;
  readonly maxAttempts: number;
  /** A file for the values that no attempt has got through. */
  readonly deadLetters?: string;
  /** In seconds: how long what is under way may drain after a signal. */
  readonly drain: number;
  readonly log: LogFormat;
  /** Whether the log tells also what is ordinary. */
  readonly verbose: boolean;
}

/** In bytes, of one value. */
const maxValueBytes = 64 * 1024 * 1024;

/**
 * Starts what was typed as stages of one supervisor, each with a channel to the next, from stdin to stdout.
 *
 * @param texts what was typed for each stage
 * @returns the exit code: 0, that of the first stage that failed, or that of the signal which ended it
 * @throws Problem when something was typed wrongly, or stdin cannot be read
 */
export async function pipe(texts: readonly string[], manner: PipeManner): Promise<number> {
  const line = lineOf(texts, manner);
  if (manner.list) {
    process.stdout.write(listed(line, texts));
    return 0;
  }
  const { log, verbose, drain } = manner;
  const name = 'pipe';
  const supervisor = new Supervisor({
    name,
    log: logAs(log),
    verbose,
    onDeadlock: 'fail',
    maxValueBytes,
  });
  using interruption = new Interruption(supervisor, drain * 1000, sayAs(log));
  using _progress = showProgress(supervisor, name, { ...manner, progress: shownAs(manner) });
  try {
    const exitCode = await Promise.race([carry(supervisor, line, manner), interruption.isOver]);
    return interruption.hasBegun ? await interruption.isOver : exitCode;
  } catch (error) {
    await supervisor.stop({ drain: 0 });
    if (error instanceof HandoverError) throw new Problem(exitCodes.mistaken, error.message);
    throw error;
  }
}

/** @returns the exit code, when all has been carried */
async function carry(supervisor: Supervisor, line: Line, manner: PipeManner): Promise<number> {
  const { maxAttempts, deadLetters, log } = manner;
  const say = sayAs(log);
  const letters = deadLetters === undefined ? undefined : new DeadLetters(supervisor, deadLetters);
  const terms = () => ({ maxAttempts, ...letters?.terms });
  const failures = new Failures(supervisor);
  const stdin = supervisor.channel<unknown>('stdin', terms() as object);
  // What cannot be written as it is could not be at the next attempt, either.
  const stdout = supervisor.channel<unknown>('stdout', { ...terms(), maxAttempts: 1 } as object);
  pipeline(supervisor, stagesOf(line, manner, terms), {
    from: stdin.receiver,
    to: stdout.sender as never,
  });
  const collected = letters?.collect();
  const poured = pourStdin(stdin.sender, line.reads, maxValueBytes);
  const printed = printOn(process.stdout, stdout.receiver, line.writes);
  const finished = supervisor.finished().then(
    () => undefined,
    (error: unknown) => error,
  );
  // Stdin may stay open when nobody wants it any more.
  const error = await Promise.race([finished, poured.then(() => finished)]);
  stdin.sender.close();
  await Promise.all([printed, collected]);
  for (const { name, kind } of line.typed) {
    if (kind !== 'a stage by its own account' || !failures.wasNoStage(name)) continue;
    say(
      `"${name}" was taken for a stage, and said no hello: if it is none, type a format before it, as in 'text: …'`,
    );
  }
  return error instanceof DeadlockError ? exitCodes.deadlocked : failures.exitCode;
}

/** Among the values on a terminal there is no room for a table; and nobody has asked for lines. */
function shownAs({ progress }: ProgressManner): ProgressMode {
  if (progress !== 'auto') return progress;
  return process.stderr.isTTY && !process.stdout.isTTY ? 'live' : 'off';
}
