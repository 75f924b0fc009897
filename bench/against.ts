/** This run beside one that was saved. A difference counts when it is larger than what both runs vary by. */
import type { Outcome } from './harness.ts';
import { spreadOf } from './spread.ts';
import { ofLap } from './work.ts';

export type Change = 'better' | 'worse' | 'within the spread';

export interface Comparison {
  readonly name: string;
  /** Of the medians, now to before. */
  readonly ratio: number;
  readonly change: Change;
  /** Of the least work for a lap, now to before, where both have counted the same. */
  readonly work: { readonly ratio: number; readonly change: Change } | undefined;
}

/** The cases that both have measured. */
export function compare(
  before: Readonly<Record<string, Outcome>>,
  now: ReadonlyMap<string, Outcome>,
): Comparison[] {
  return [...now].flatMap(([name, outcome]) => {
    const other = before[name];
    if (outcome.is !== 'measured' || other?.is !== 'measured') return [];
    const [figures, otherFigures] = [spreadOf(outcome.figures), spreadOf(other.figures)];
    const change: Change =
      figures.most < otherFigures.least
        ? 'better'
        : figures.least > otherFigures.most
          ? 'worse'
          : 'within the spread';
    const ratio = figures.median / otherFigures.median;
    return [{ name, ratio, change, work: compareWork(other, outcome) }];
  });
}

type Measured = Extract<Outcome, { is: 'measured' }>;

/** The least of both, trusted as far as each is sure of it. */
function compareWork({ work: before }: Measured, { work: now }: Measured): Comparison['work'] {
  if (now === undefined || before?.unit !== now.unit) return undefined;
  const [then, since] = [ofLap(before), ofLap(now)];
  if (then.doubt === undefined || since.doubt === undefined) return undefined;
  const difference = since.least - then.least;
  const isSure = Math.abs(difference) > Math.max(then.doubt, since.doubt);
  const change: Change = isSure ? (difference > 0 ? 'worse' : 'better') : 'within the spread';
  return { ratio: since.least / then.least, change };
}
