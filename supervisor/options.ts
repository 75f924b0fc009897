/** What a supervisor and its stages can be told. */
import { checkKnown, type NamesOf } from '../src/ends/known-options.ts';
import type { Receiver } from '../src/ends/receiver.ts';
import type { Sender } from '../src/ends/sender.ts';
import { TopologyError } from '../src/errors.ts';
import { maxHeaderLength } from '../src/wire/frame.ts';
import { checkAdaptedEnds } from './command/adapted-command.ts';
import type { ModuleCommand, StageCommand } from './command/command.ts';
import type { OnDeadlock } from './deadlock/deadlocks.ts';
import type { LimitOptions } from './limits/limits.ts';
import type { Log } from './log/log.ts';
import type { ReportOptions } from './reports/reports.ts';
import type { GroupOptions, RestartOptions, RestartWhen } from './restart/terms.ts';
import type { SandboxOptions } from './sandbox/sandbox.ts';
import type { SurroundingOptions } from './sandbox/surroundings.ts';
import type { Stage, StageReport } from './stages/stage.ts';

export interface SupervisorOptions {
  /** For messages. Default `supervisor`. */
  readonly name?: string;
  /**
   * Where the lines go that stages print, and what the supervisor has to say. Default: stderr, each with the
   * name of its stage (`logToStderr`). There are `prettyLog`, `jsonLog` and `plainLog`, too.
   */
  readonly log?: Log;
  /** Whether the log is also told what is ordinary: processes that start, are ready, end. Default false. */
  readonly verbose?: boolean;
  /** The most bytes that one encoded value may have. Default 64 MiB. */
  readonly maxValueBytes?: number;
  /**
   * What to do when processes wait for each other, and nobody else can help them. `report`, the default: the
   * log says who waits for whom. `fail`: besides, they are ended, and `finished()` rejects with a
   * DeadlockError.
   */
  readonly onDeadlock?: OnDeadlock;
  /**
   * A folder where each crash of a process is written down, with the values that it had in hand, for
   * `handover replay`. Default: nowhere.
   */
  readonly reports?: string | URL | ReportOptions;
  /**
   * Whether two processes may exchange the values of a channel directly, past this one, when nobody else has an end
   * of it. Default: they do when 32 values were taken. `false`: everything goes through the supervisor.
   */
  readonly direct?: boolean | DirectOptions;
}

export interface DirectOptions {
  /** After so many values that one process has taken its channels are looked at. At least 1; default 32. */
  readonly after?: number;
}

/** What a stage is given, and what runs in its process. */
export type StageOptions = StageTerms & StageCommand;

export interface StageTerms extends LimitOptions, SurroundingOptions, SandboxOptions {
  /** The ends that it gets, by the names under which its code asks for them. Each moves to the stage. */
  readonly ends?: Readonly<Record<string, Sender<never> | Receiver<unknown>>>;
  /** How many processes run it, each with the same ends. Default 1. */
  readonly replicas?: number;
  /**
   * When a process that ended is started again; then the stage keeps the ends that it was given, and whoever
   * deals with it only waits a little longer. Default `never`. In a group, how often is for the group to say.
   */
  readonly restart?: RestartWhen | RestartOptions;
  /** How many processes wait, started, to take the place of one that dies. Default 0. */
  readonly spare?: number;
  /**
   * Within how many milliseconds a process must have said hello: imported handover/child. Default 30,000;
   * `Infinity`: as long as it likes.
   */
  readonly startDeadline?: number;
}

/** Stages that are restarted by one rule. */
export interface StageGroup {
  readonly name: string;
  /** The same as `supervisor.stage()`, in this group. */
  stage(name: string, options: StageOptions): Stage;
  /** A group in this group. */
  group(name: string, options?: GroupOptions): StageGroup;
}

export interface SupervisorReport {
  readonly stages: readonly StageReport[];
}

/** @throws TopologyError when a supervisor cannot be made so */
export function checkSupervisor(options: SupervisorOptions): void {
  checkKnown('the supervisor', options, supervisorNames);
  const { maxValueBytes = 0, onDeadlock = 'report', log, direct = true } = options;
  if (log !== undefined && typeof log !== 'function') {
    throw new TopologyError(
      `log must be a function, such as prettyLog(process.stderr), or () => {} for none; not ${String(log)}`,
    );
  }
  if (!(maxValueBytes >= 0 && maxValueBytes <= mostValueBytes)) {
    throw new TopologyError(
      `maxValueBytes must be between 0 and ${mostValueBytes} (what a frame can say), not ${maxValueBytes}`,
    );
  }
  if (onDeadlock !== 'report' && onDeadlock !== 'fail') {
    throw new TopologyError(`onDeadlock must be 'report' or 'fail', not ${String(onDeadlock)}`);
  }
  if (typeof direct === 'boolean') return;
  checkKnown<DirectOptions>('the supervisor', direct, directNames, 'direct');
  const { after = 1 } = direct;
  if (!Number.isSafeInteger(after) || after < 1) {
    throw new TopologyError(
      `direct.after must be a whole number of values, 1 or more, not ${after}`,
    );
  }
}

/** @throws TopologyError when a stage has an option that nobody knows */
export function checkStage(stage: string, options: StageOptions): void {
  checkKnown<AllStageOptions>(`stage "${stage}"`, options, stageNames);
  if (options.format !== undefined) checkAdaptedEnds(stage, options.ends ?? {});
}

/** How many processes a stage has. */
export interface StageSize {
  readonly replicas: number;
  readonly spares: number;
}

/** @throws TopologyError when it is no number of processes */
export function sizeOf(stage: string, { replicas = 1, spare = 0 }: StageTerms): StageSize {
  if (!Number.isSafeInteger(replicas) || replicas < 1) {
    throw new TopologyError(`stage "${stage}": replicas must be 1 or more, not ${replicas}`);
  }
  if (!Number.isSafeInteger(spare) || spare < 0) {
    throw new TopologyError(`stage "${stage}": spare must be 0 or more, not ${spare}`);
  }
  return { replicas, spares: spare };
}

/** @throws TopologyError when it is no time */
export function startDeadlineOf(stage: string, { startDeadline = 30_000 }: StageTerms): number {
  const isTime = typeof startDeadline === 'number' && startDeadline > 0;
  if (isTime) return Math.min(startDeadline, longestWait);
  throw new TopologyError(
    `stage "${stage}": startDeadline must be milliseconds, more than 0, not ${startDeadline}`,
  );
}

/** In milliseconds: what a timer can wait. A longer one would ring at once. */
const longestWait = 2 ** 31 - 1;

/** A frame's length is a 32-bit number, and includes the header. */
const mostValueBytes = 2 ** 32 - 1 - maxHeaderLength;

const supervisorNames: NamesOf<SupervisorOptions> = {
  name: true,
  log: true,
  verbose: true,
  maxValueBytes: true,
  onDeadlock: true,
  reports: true,
  direct: true,
};

const directNames: NamesOf<DirectOptions> = { after: true };

/** Those of a module and those of a command: which go together is checked where they are used. */
export type AllStageOptions = StageTerms &
  StageCommand &
  Pick<ModuleCommand, 'args' | 'loader' | 'flags'>;

export const stageNames: NamesOf<AllStageOptions> = {
  module: true,
  command: true,
  format: true,
  answers: true,
  ends: true,
  replicas: true,
  restart: true,
  deadline: true,
  limits: true,
  spare: true,
  args: true,
  env: true,
  flags: true,
  loader: true,
  startDeadline: true,
  sandbox: true,
  environment: true,
  folder: true,
  uid: true,
  gid: true,
};
