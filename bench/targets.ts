/** What there is to reach, and whether it was reached. */
import type { Outcome } from './harness.ts';
import { type Spread, spreadOf } from './spread.ts';

/** One figure has to stay within a limit: as it is, or as a multiple of another case's of the same run. */
export interface Target {
  readonly what: string;
  readonly of: string;
  readonly beside: string | undefined;
  readonly limit: number;
  readonly isLimitIncluded: boolean;
}

export interface Verdict {
  readonly target: Target;
  readonly verdict: 'PASS' | 'MISS' | 'not measured';
  /** From the medians: this one is judged. */
  readonly figure: number | undefined;
  /** From the least of each: where it is far from the other, the machine had other work, too. */
  readonly figureOfLeast: number | undefined;
}

const targets: readonly Target[] = [
  {
    what: 'supervisor ↔ child, beside the bare ping-pong',
    of: 'handover-supervisor-child',
    beside: 'bare-ping-pong',
    limit: 1.25,
    isLimitIncluded: true,
  },
  {
    what: 'child ↔ child through the supervisor, beside the bare relay',
    of: 'handover-child-child',
    beside: 'bare-relay',
    limit: 1.25,
    isLimitIncluded: true,
  },
  {
    what: 'supervisor ↔ child, beside child_process.fork with JSON',
    of: 'handover-supervisor-child',
    beside: 'fork-json',
    limit: 1,
    isLimitIncluded: false,
  },
  ...[8, 64, 512].map(growthOver),
  {
    what: 'bytes per idle channel in the supervisor',
    of: 'idle-channels',
    beside: undefined,
    limit: 1024,
    isLimitIncluded: false,
  },
  {
    what: 'recovery, beside a bare start of Node',
    of: 'recovery',
    beside: 'node-start',
    limit: 1.5,
    isLimitIncluded: true,
  },
  {
    what: 'recovery, beside the least by hand',
    of: 'recovery',
    beside: 'bare-recovery',
    limit: 1.5,
    isLimitIncluded: true,
  },
  {
    what: 'the least by hand itself, beside a bare start of Node',
    of: 'bare-recovery',
    beside: 'node-start',
    limit: 1.5,
    isLimitIncluded: true,
  },
  {
    what: 'recovery, beside a start of Node that imports the runtime',
    of: 'recovery',
    beside: 'node-start-runtime',
    limit: 1.5,
    isLimitIncluded: true,
  },
  {
    what: 'ms of recovery with a spare',
    of: 'recovery-spare',
    beside: undefined,
    limit: 10,
    isLimitIncluded: false,
  },
];

/** A choice among many guards costs more than among one, but less than so many times as much. */
function growthOver(guards: number): Target {
  return {
    what: `a choice from ${guards} channels, beside one from 1`,
    of: `select-${guards}`,
    beside: 'select-1',
    limit: guards,
    isLimitIncluded: false,
  };
}

/** On the targets that the cases of this run are about. */
export function judge(outcomes: ReadonlyMap<string, Outcome>): Verdict[] {
  return targets
    .filter((target) => outcomes.has(target.of))
    .map((target): Verdict => {
      const figure = figureFor(target, outcomes, ({ median }) => median);
      const figureOfLeast = figureFor(target, outcomes, ({ least }) => least);
      if (figure === undefined) return { target, verdict: 'not measured', figure, figureOfLeast };
      const isReached = target.isLimitIncluded ? figure <= target.limit : figure < target.limit;
      return { target, verdict: isReached ? 'PASS' : 'MISS', figure, figureOfLeast };
    });
}

function figureFor(
  { of, beside }: Target,
  outcomes: ReadonlyMap<string, Outcome>,
  choose: (spread: Spread) => number,
): number | undefined {
  const [figure, other] = [of, beside].map((name) => {
    const outcome = name === undefined ? undefined : outcomes.get(name);
    return outcome?.is === 'measured' ? choose(spreadOf(outcome.figures)) : undefined;
  });
  if (beside === undefined || figure === undefined) return figure;
  return other === undefined ? undefined : figure / other;
}
