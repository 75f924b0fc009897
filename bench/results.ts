/** What was measured and what it means, in words. */
import type { Case } from './catalogue.ts';
import type { Outcome } from './harness.ts';
import { spreadOf } from './spread.ts';
import { type Column, table } from './table.ts';
import type { Target, Verdict } from './targets.ts';

export function figuresTable(
  cases: readonly Case[],
  outcomes: ReadonlyMap<string, Outcome>,
): string[] {
  return table(
    figureColumns,
    cases.map((one) => [one.name, ...cellsOf(one, outcomes.get(one.name)), one.what]),
  );
}

export function verdictsTable(verdicts: readonly Verdict[]): string[] {
  return table(
    verdictColumns,
    verdicts.map(({ target, verdict, figure, figureOfLeast }) => [
      verdict,
      written(figure, target),
      limitOf(target),
      written(figureOfLeast, target),
      target.what,
    ]),
  );
}

const figureColumns: readonly Column[] = [
  { title: 'case', align: 'left' },
  { title: 'median', align: 'right' },
  { title: 'least – most', align: 'right' },
  { title: 'unit', align: 'left' },
  { title: 'what one is', align: 'left' },
];

const verdictColumns: readonly Column[] = [
  { title: 'verdict', align: 'left' },
  { title: 'figure', align: 'right' },
  { title: 'limit', align: 'left' },
  { title: 'of the least', align: 'right' },
  { title: 'of what', align: 'left' },
];

function cellsOf({ unit }: Case, outcome: Outcome | undefined): string[] {
  if (outcome?.is !== 'measured') return [outcome?.is ?? '–', '', ''];
  const { median, least, most } = spreadOf(outcome.figures);
  const digits = unit === 'bytes' ? 0 : 1;
  return [median.toFixed(digits), `${least.toFixed(digits)} – ${most.toFixed(digits)}`, unit];
}

function written(figure: number | undefined, { beside }: Target): string {
  if (figure === undefined) return '–';
  return beside === undefined ? figure.toFixed(0) : `${figure.toFixed(2)} ×`;
}

function limitOf({ limit, beside, isLimitIncluded }: Target): string {
  const sign = isLimitIncluded ? '≤' : '<';
  return beside === undefined ? `${sign} ${limit}` : `${sign} ${limit.toFixed(2)} ×`;
}
