/**
 * Rules of this file
 * - Each measurement is a process tree of its own, started afresh, one at a time.
 * - The cases take turns (A B C A B C …), so that what disturbs the machine for a while disturbs them all.
 * - Pinned, the whole tree has one core: unpinned, figures double at random with the scheduler.
 */
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Case } from './catalogue.ts';
import { figureOf } from './figure.ts';

export type Placement = 'pinned' | 'unpinned';

/** What became of a case. */
export type Outcome =
  | { readonly is: 'measured'; readonly figures: readonly number[] }
  | { readonly is: 'skipped'; readonly why: string }
  | { readonly is: 'crashed'; readonly why: string };

/** By the name of the case. A case that was skipped or has crashed is not started again. */
export async function measure(
  cases: readonly Case[],
  rounds: number,
  placement: Placement,
  onStart: (round: number, name: string) => void,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  for (let round = 1; round <= rounds; round++) {
    for (const one of cases) {
      const soFar = outcomes.get(one.name) ?? { is: 'measured', figures: [] };
      if (soFar.is !== 'measured') continue;
      onStart(round, one.name);
      const outcome = await runOnce(one, placement);
      outcomes.set(
        one.name,
        outcome.is === 'measured'
          ? { is: 'measured', figures: [...soFar.figures, ...outcome.figures] }
          : outcome,
      );
    }
  }
  return outcomes;
}

/** Why nothing can be pinned here, if so. */
export async function whyUnpinned(): Promise<string | undefined> {
  if (process.platform !== 'linux') return `there is no taskset on ${process.platform}`;
  const { failed, message } = await execa('taskset', [...core, 'true'], { reject: false });
  return failed ? `taskset fails here (${message?.split('\n')[0]})` : undefined;
}

const core = ['-c', '0'];
/** A case that takes longer hangs. */
const timeout = 30_000;

async function runOnce(one: Case, placement: Placement): Promise<Outcome> {
  const program = fileURLToPath(new URL(one.program, import.meta.url));
  const isPython = program.endsWith('.py');
  const command = isPython
    ? ['python3', program, ...one.args]
    : [process.execPath, ...flagsOf(one), ...one.flags, program, ...one.args];
  const [file = '', ...args] = placement === 'pinned' ? ['taskset', ...core, ...command] : command;
  if (isPython && (await execa('python3', ['--version'], { reject: false })).failed) {
    return { is: 'skipped', why: 'there is no python3 here' };
  }
  const result = await execa(file, args, {
    stdin: 'ignore',
    timeout,
    killDescendants: true,
    reject: false,
  });
  if (result.failed) return { is: 'crashed', why: `${result.shortMessage}\n${result.stderr}` };
  try {
    return { is: 'measured', figures: [figureOf(result.stdout)] };
  } catch (error) {
    return { is: 'crashed', why: `${error}\n${result.stderr}` };
  }
}

/** Of this Node: with what makes `handover` the sources, unless the case is about the package. */
function flagsOf({ runs }: Case): readonly string[] {
  return runs === 'sources'
    ? process.execArgv
    : process.execArgv.filter((flag) => !flag.includes('handover-source'));
}
