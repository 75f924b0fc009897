/** Runs checks, and says what came of each. */
import type { Check, Section } from './check.ts';
import { NotApplicable, Unmet } from './outcome.ts';
import type { Transport } from './transport.ts';
import { type Manner, Trial } from './trial.ts';

/** What came of one check over one transport. */
export interface Result {
  readonly section: string;
  readonly clause: string;
  readonly title: string;
  readonly transport: Transport;
  readonly verdict: Verdict;
}

export type Verdict =
  | { readonly kind: 'ok' }
  | { readonly kind: 'skipped'; readonly why: string }
  | {
      readonly kind: 'failed';
      readonly expected: string;
      readonly came: string;
      /** The clause that was broken, which may be another than that of the check. */
      readonly clause: string;
    };

/** What is to be checked, and how. */
export interface Plan {
  readonly command: readonly string[];
  readonly sections: readonly Section[];
  readonly transports: readonly Transport[];
  /** Clauses, or sections; all, where there are none. */
  readonly only: readonly string[];
  readonly patience: number;
}

/** Of a value of a process: as in a supervisor that was told nothing else, but for the memory here. */
const maxValueBytes = 4 * 1024 * 1024;

export async function* resultsOf(plan: Plan): AsyncGenerator<Result> {
  const { sections, transports, only } = plan;
  for (const { title: section, checks } of sections) {
    for (const check of checks) {
      if (only.length > 0 && !only.some((clause) => isWithin(check.clause, clause))) continue;
      for (const transport of transports) {
        const { clause, title } = check;
        const verdict = await verdictOn(check, plan, transport);
        yield { section, clause, title, transport, verdict };
      }
    }
  }
}

/** `2` has `2.1` and all others of its section; `2.1` only itself. */
export function isWithin(clause: string, wanted: string): boolean {
  return clause === wanted || clause.startsWith(`${wanted}.`);
}

async function verdictOn(
  { run, clause }: Check,
  { command, patience }: Plan,
  transport: Transport,
): Promise<Verdict> {
  const usual: Manner = { transport, patience, pulse: 'none', maxValueBytes };
  try {
    await using trials = new AsyncDisposableStack();
    await run((changes) => trials.use(new Trial(command, { ...usual, ...changes })));
    return { kind: 'ok' };
  } catch (error) {
    return verdictOf(error, clause);
  }
}

/** Where a check and the end of its process both fail, the second says what was broken. */
function verdictOf(error: unknown, clause: string): Verdict {
  if (error instanceof SuppressedError) return verdictOf(error.error, clause);
  if (error instanceof NotApplicable) return { kind: 'skipped', why: error.message };
  if (!(error instanceof Unmet)) throw error;
  const { expected, came } = error;
  return { kind: 'failed', expected, came, clause: error.clause ?? clause };
}
