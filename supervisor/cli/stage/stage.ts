import { constants } from 'node:os';
import { jsonLines } from '../../../platform/formats/json-lines.ts';
import { text } from '../../../platform/formats/text.ts';
import type { FormatName } from '../../../platform/program-words.ts';
import { DeadlockError, StageFailedError, TopologyError } from '../../../src/errors.ts';
import type { Log, LogLine } from '../../log/log.ts';
import { Supervisor } from '../../supervisor.ts';
import { exitCodes } from '../exit-codes.ts';
import { Interruption } from '../interruption.ts';
import { type LogFormat, logAs, sayAs } from '../log.ts';
import { Problem } from '../problem.ts';
import { Stdin } from './stdin.ts';
import { Stdout } from './stdout.ts';
import { whatToRun } from './what-to-run.ts';
import { type Farewell, toldToEnd } from './words.ts';

/** How a stage is run. */
export interface StageManner {
  /** Of a program that knows nothing of channels. */
  readonly format?: FormatName;
  /** Whether all lines of plain neighbours are JSON, texts too. */
  readonly json: boolean;
  /** In seconds: how long what is under way may drain after a signal. */
  readonly drain: number;
  readonly log: LogFormat;
  /** Whether the log tells also what is ordinary. */
  readonly verbose: boolean;
}

/**
 * Runs one stage, between what a shell has put on stdin and stdout.
 *
 * @returns the exit code: that of the stage; 141 when it failed because nobody reads any more; or that of the signal which
 *   ended it
 * @throws Problem when the stage cannot be run
 */
export async function runStage(words: readonly string[], manner: StageManner): Promise<number> {
  const { name, command } = whatToRun(words, manner.format);
  const plain = manner.json ? jsonLines : text;
  const say = (what: string) => process.stderr.write(`handover stage: ${what}\n`);
  const log = new HeldLog(logAs(manner.log));
  const supervisor = new Supervisor({
    name: 'handover',
    log: log.write,
    verbose: manner.verbose,
    onDeadlock: 'fail',
  });
  const once = { maxAttempts: 1 };
  const inputs = supervisor.channel<never>('input', once);
  const outputs = supervisor.channel<unknown>('output', once);
  const stdin = await Stdin.announced(say);
  const stage = made(() =>
    supervisor.stage(name, {
      ...command,
      ends: { input: inputs.receiver, output: outputs.sender },
    }),
  );
  const outside = supervisor.outside('the pipe', inputs.sender, outputs.receiver);
  const stdout = new Stdout(outside, plain, { say, onUnwanted: () => log.hold() });
  using interruption = new Interruption(
    {
      stop: (options) => {
        stdout.interrupt();
        if (stdin.isFirst) stage.shutdown();
        outside.input.close();
        return supervisor.stop(options);
      },
    },
    manner.drain * 1000,
    sayAs(manner.log),
  );
  stdin.read(outside, plain);
  const ended = supervisor.finished().then(
    () => undefined,
    (error: unknown) => error,
  );
  const error = await Promise.race([ended, interruption.isOver.then(() => undefined)]);
  await stdin.leave(farewellFor(error, interruption));
  await Promise.race([stdout.over, interruption.isOver]);
  if (interruption.hasBegun) return interruption.isOver;
  if (error !== undefined && log.isHeld) return exitCodes.SIGPIPE;
  log.release();
  return exitCodeFor(error);
}

/** @throws Problem when there can be no such stage */
function made<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof TopologyError)) throw error;
    throw new Problem(exitCodes.mistaken, error.message);
  }
}

/** What the stage before is told. */
function farewellFor(error: unknown, { hasBegun }: Interruption): Farewell {
  if (hasBegun) return { type: 'lost', why: toldToEnd };
  if (error === undefined) return { type: 'closed' };
  return { type: 'lost', why: error instanceof Error ? error.message : String(error) };
}

/** As a shell has it. What the stage died of, the log has said. */
function exitCodeFor(error: unknown): number {
  if (error === undefined) return 0;
  if (error instanceof DeadlockError) return exitCodes.deadlocked;
  if (!(error instanceof StageFailedError)) throw error;
  const { exitCode, signal } = error;
  const number = constants.signals[signal as NodeJS.Signals];
  return number === undefined ? exitCode || exitCodes.failed : 128 + number;
}

/**
 * When nobody reads any more, a stage most often fails on its next send, as other programs die of SIGPIPE: then nothing is
 * said of it. So what is said meanwhile is held back until it is known how the stage ends; or until that is so much that
 * it evidently goes on.
 */
class HeldLog {
  readonly #log: Log;
  #state: 'open' | 'held' = 'open';
  readonly #lines: LogLine[] = [];

  constructor(log: Log) {
    this.#log = log;
  }

  get isHeld(): boolean {
    return this.#state === 'held';
  }

  readonly write: Log = (line) => {
    if (this.#state === 'open') {
      this.#log(line);
      return;
    }
    this.#lines.push(line);
    if (this.#lines.length > mostHeld) this.release();
  };

  hold(): void {
    this.#state = 'held';
  }

  release(): void {
    this.#state = 'open';
    for (const line of this.#lines.splice(0)) this.#log(line);
  }
}

/** In lines. */
const mostHeld = 100;
