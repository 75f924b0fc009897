/** This run beside one that was saved. A difference counts when it is larger than what both runs vary by. */
import type { Outcome } from './harness.ts';
import { spreadOf } from './spread.ts';

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

/**
 * Other work on the machine can only add to what is counted, so the least of several rounds is compared. How well
 * that is known shows in how far the next one is from it.
 */
function compareWork(before: Measured, now: Measured): Comparison['work'] {
  const unit = now.work[0]?.unit;
  if (unit === undefined || before.work[0]?.unit !== unit) return undefined;
  const [least, next] = twoLeast(now);
  const [otherLeast, otherNext] = twoLeast(before);
  // Of one round alone nobody knows how much it varies.
  if (next === undefined || otherNext === undefined) return undefined;
  const ratio = least / otherLeast;
  const doubt = Math.max(next / least, otherNext / otherLeast);
  const change: Change =
    ratio > doubt ? 'worse' : 1 / ratio > doubt ? 'better' : 'within the spread';
  return { ratio, change };
}

function twoLeast({ work }: Measured): readonly [number, number | undefined] {
  const [least = Number.NaN, next] = work.map(({ amount }) => amount).sort((a, b) => a - b);
  return [least, next];
}
