/** What was measured and what it means, in words. */
import type { Comparison } from './against.ts';
import { type Case, groups } from './catalogue.ts';
import type { Outcome } from './harness.ts';
import { spreadOf } from './spread.ts';
import { type Column, table } from './table.ts';
import type { Target, Verdict } from './targets.ts';
import { ofLap, type Work } from './work.ts';

/** The cases by their groups, each with a line for its title. */
export function figuresTable(
  cases: readonly Case[],
  outcomes: ReadonlyMap<string, Outcome>,
): string[] {
  const rows = groups.flatMap((group) => {
    const members = cases.filter((one) => one.group === group);
    if (members.length === 0) return [];
    const lines = members.map((one) => [
      `  ${one.name}`,
      ...figureCells(one, outcomes.get(one.name)),
      one.what,
    ]);
    return [[group.title], ...lines];
  });
  return table(figureColumns, rows);
}

export function verdictsTable(verdicts: readonly Verdict[]): string[] {
  return table(
    verdictColumns,
    verdictRows(verdicts).map((row, index) => {
      const { target, figureOfWork } = verdicts[index] as Verdict;
      const ofWork = target.beside.length === 0 ? '–' : written(figureOfWork, target);
      return row.toSpliced(-1, 0, ofWork);
    }),
  );
}

/** Verdict, figure, limit, least and most, and of what. */
export function verdictRows(verdicts: readonly Verdict[]): readonly (readonly string[])[] {
  return verdicts.map(({ target, verdict, figure, isClose }) => [
    isClose ? `${verdict}?` : verdict,
    written(figure?.median, target),
    limitOf(target),
    figure === undefined
      ? '–'
      : `${written(figure.least, target)} – ${written(figure.most, target)}`,
    target.what,
  ]);
}

export function comparisonsTable(comparisons: readonly Comparison[]): string[] {
  return table(
    comparisonColumns,
    comparisons.map(({ name, ratio, change, work }) => [
      name,
      `${ratio.toFixed(2)} ×`,
      change,
      work === undefined ? '–' : `${work.ratio.toFixed(3)} ×`,
      work?.change ?? '',
    ]),
  );
}

const figureColumns: readonly Column[] = [
  { title: 'case', align: 'left' },
  { title: 'median', align: 'right' },
  { title: 'least – most', align: 'right' },
  { title: 'unit', align: 'left' },
  { title: 'per second', align: 'right' },
  { title: 'least work', align: 'right' },
  { title: 'what one is', align: 'left' },
];

const verdictColumns: readonly Column[] = [
  { title: 'verdict', align: 'left' },
  { title: 'figure', align: 'right' },
  { title: 'limit', align: 'left' },
  { title: 'in the rounds', align: 'right' },
  { title: 'of the work', align: 'right' },
  { title: 'of what', align: 'left' },
];

const comparisonColumns: readonly Column[] = [
  { title: 'case', align: 'left' },
  { title: 'time now / then', align: 'right' },
  { title: '', align: 'left' },
  { title: 'work now / then', align: 'right' },
  { title: '', align: 'left' },
];

/** The median, the least and the most, their unit, how many in a second, and the least work. */
export function figureCells({ unit }: Case, outcome: Outcome | undefined): string[] {
  if (outcome?.is !== 'measured') return [outcome?.is ?? '–', '', '', '', ''];
  const { median, least, most } = spreadOf(outcome.figures);
  const inUnit = (figure: number) =>
    figure.toFixed(unit === 'bytes' || figure >= 1_000 ? 0 : figure < 1 ? 2 : 1);
  const rate = unit === 'µs' ? Math.round(1e6 / median).toLocaleString('en') : '';
  return [
    inUnit(median),
    `${inUnit(least)} – ${inUnit(most)}`,
    unit,
    rate,
    workInWords(outcome.work),
  ];
}

function workInWords(work: Work | undefined): string {
  if (work === undefined) return '';
  const { least, doubt = Number.NaN } = ofLap(work);
  const digits = work.unit === 'instructions' ? 0 : 2;
  return `${least.toFixed(digits)} (+ ${doubt.toFixed(digits)})`;
}

function written(figure: number | undefined, { beside }: Target): string {
  if (figure === undefined) return '–';
  return beside.length === 0 ? figure.toFixed(0) : `${figure.toFixed(2)} ×`;
}

function limitOf({ limit, beside, sign }: Target): string {
  const digits = Number.isInteger(limit) ? 0 : 2;
  return beside.length === 0 ? `${sign} ${limit.toFixed(digits)}` : `${sign} ${limit.toFixed(2)} ×`;
}
