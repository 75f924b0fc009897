/**
 * Rules of this file
 * - Each measurement is a process tree of its own, started afresh, one at a time.
 * - The cases take turns (A B C A B C …), so that what disturbs the machine for a while disturbs them all.
 * - Pinned, the whole tree has one core: unpinned, figures double at random with the scheduler.
 */
import { availableParallelism } from 'node:os';
import { execa } from 'execa';
import type { Case } from './catalogue.ts';
import { figureOf } from './figure.ts';
import type { Prepared } from './prepare.ts';
import { type Meter, measureWork, type Work } from './work.ts';

export type Placement = 'pinned' | 'unpinned';

/** What became of a case. */
export type Outcome =
  | {
      readonly is: 'measured';
      readonly figures: readonly number[];
      /** Where it was counted. */
      readonly work: Work | undefined;
    }
  | { readonly is: 'skipped'; readonly why: string }
  | { readonly is: 'crashed'; readonly why: string };

export interface Plan {
  readonly cases: readonly Case[];
  readonly prepared: ReadonlyMap<string, Prepared>;
  readonly rounds: number;
  readonly placement: Placement;
  /** Nothing, if nobody wants to know what a lap costs the processors. */
  readonly meter: Meter | undefined;
}

/** By the name of the case. A case that was skipped or has crashed is not started again. */
export async function measure(
  { cases, prepared, rounds, placement, meter }: Plan,
  onStart: (round: number, name: string) => void,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  for (let round = 1; round <= rounds; round++) {
    for (const one of cases) {
      const ready = prepared.get(one.name);
      if (ready?.is !== 'ready') {
        outcomes.set(one.name, ready ?? { is: 'skipped', why: 'it was not prepared' });
        continue;
      }
      const soFar = outcomes.get(one.name) ?? { is: 'measured', figures: [], work: undefined };
      if (soFar.is !== 'measured') continue;
      onStart(round, one.name);
      outcomes.set(one.name, await measuredOnceMore(one, ready.command, soFar));
    }
  }
  return outcomes;

  async function measuredOnceMore(
    one: Case,
    command: readonly string[],
    soFar: Extract<Outcome, { is: 'measured' }>,
  ): Promise<Outcome> {
    const placed = placement === 'pinned' ? ['taskset', ...core, ...command] : command;
    const result = await execute(placed);
    const figure = figureIn(result);
    if (typeof figure !== 'number') return figure;
    const figures = [...soFar.figures, figure];
    if (meter === undefined || !one.hasLaps) return { is: 'measured', figures, work: undefined };
    const work = await measureWork(meter, placed, figure, soFar.work);
    return { is: 'measured', figures, work };
  }
}

/** Why nothing can be pinned here, if so. */
export async function whyUnpinned(): Promise<string | undefined> {
  if (process.platform !== 'linux') return `there is no taskset on ${process.platform}`;
  const { failed, message } = await execa('taskset', [...core, 'true'], { reject: false });
  return failed ? `taskset fails here (${message?.split('\n')[0]})` : undefined;
}

/** The last one: the first has the most to do for the system. */
export const core: readonly string[] = ['-c', String(availableParallelism() - 1)];
/** A case that takes longer hangs. */
const timeout = 60_000;

function execute([file = '', ...args]: readonly string[]) {
  return execa(file, args, { stdin: 'ignore', timeout, killDescendants: true, reject: false });
}

function figureIn(result: Awaited<ReturnType<typeof execute>>): number | Outcome {
  if (result.failed) return { is: 'crashed', why: `${result.shortMessage}\n${result.stderr}` };
  try {
    return figureOf(result.stdout);
  } catch (error) {
    return { is: 'crashed', why: `${error}\n${result.stderr}` };
  }
}
