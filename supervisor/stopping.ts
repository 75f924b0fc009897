/** How a program is brought to its end: what was asked, and what is told when it takes too long. */
import { checkKnown, type NamesOf } from '../src/ends/known-options.ts';
import { type BlockedOperation, NotDrainedError, type RunningStage } from '../src/errors.ts';
import { sentence } from './deadlock/words.ts';
import type { Stage } from './stages/stage.ts';

export interface DrainOptions {
  /** In milliseconds: for how long it is waited. Default: until all is over. */
  readonly deadline?: number;
}

const drainNames: NamesOf<DrainOptions> = { deadline: 0 };

/** @throws TopologyError when there is an option that is none: it would wait for ever */
export function checkedDrain(options: DrainOptions): DrainOptions {
  checkKnown('drain', options, drainNames);
  return options;
}

/** How patiently `stop` ends what still runs: by one number for all, or one for each step. */
export type StopOptions = StopWithin | StopInSteps;

export interface StopWithin {
  /**
   * In how many milliseconds all is to be over. Seven tenths of them are for draining; a quarter is for a stage
   * after SIGTERM; what is left, for SIGKILL to have its effect.
   */
  readonly deadline: number;
  readonly drain?: never;
  readonly terminate?: never;
}

export interface StopInSteps {
  readonly deadline?: never;
  /**
   * How long, in milliseconds, what is inside may drain: sources end, and each stage after them when its input
   * has. Default 5,000.
   */
  readonly drain?: number;
  /** How long, in milliseconds, a stage has after SIGTERM before it gets SIGKILL. Default 2,000. */
  readonly terminate?: number;
}

/** In milliseconds. */
export interface Patience {
  readonly drain: number;
  readonly terminate: number;
}

/** What is no time counts as none: whoever stops is not kept from it. */
export function patienceOf({ deadline, drain = 5_000, terminate = 2_000 }: StopOptions): Patience {
  if (deadline === undefined) return { drain: asTime(drain), terminate: asTime(terminate) };
  return { drain: asTime(deadline) * 0.7, terminate: asTime(deadline) * 0.25 };
}

export function notDrained(
  deadline: number,
  stages: readonly Stage[],
  blocked: readonly BlockedOperation[],
): NotDrainedError {
  const running = stages.map(({ name, processIds }): RunningStage => {
    const waits = blocked.filter(
      ({ processId }) => processId !== undefined && processIds.includes(processId),
    );
    return { stage: name, processIds, waits };
  });
  const lines = running.flatMap(inWords).map((line) => `  ${line}`);
  return new NotDrainedError(
    [
      `after ${deadline} ms, ${running.length === 1 ? 'a stage still runs' : `${running.length} stages still run`}; none was ended by this, stop() would do so:`,
      ...lines,
    ].join('\n'),
    deadline,
    running,
  );
}

function inWords({ stage, processIds, waits }: RunningStage): readonly string[] {
  if (processIds.length === 0) return [`stage "${stage}" has no process now: it is started again`];
  const others = processIds.filter((id) => waits.every(({ processId }) => processId !== id));
  return [
    ...waits.map(sentence),
    ...others.map(
      (id) =>
        `stage "${stage}" (process ${id}) waits on no channel: it is busy, or waits for something else`,
    ),
  ];
}

function asTime(milliseconds: number): number {
  return Number.isNaN(milliseconds) ? 0 : Math.max(milliseconds, 0);
}
