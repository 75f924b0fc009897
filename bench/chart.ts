/** The figures of a run as a picture: for each group of cases a panel of bars, with the least and the most of each. */
import { type Case, groups } from './catalogue.ts';
import { installPackages } from './prepare.ts';
import type { BenchRecord } from './record.ts';
import { spreadOf } from './spread.ts';

export interface Bar {
  readonly name: string;
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly isOurs: boolean;
}

export interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly Bar[];
}

/** An SVG of the first placement, in which shorter is better. */
export async function chartOf(cases: readonly Case[], { runs }: BenchRecord): Promise<string> {
  await installPackages();
  const module = './packages/chart.js';
  const { draw } = (await import(module)) as {
    readonly draw: (panels: readonly Panel[]) => string;
  };
  return draw(panelsOf(cases, runs[0]?.cases ?? {}));
}

function panelsOf(cases: readonly Case[], outcomes: BenchRecord['runs'][number]['cases']): Panel[] {
  return groups.flatMap((group) => {
    const members = cases.filter((one) => one.group === group);
    const bars = members.flatMap(({ name, by }): Bar[] => {
      const outcome = outcomes[name];
      if (outcome?.is !== 'measured') return [];
      return [{ name, ...spreadOf(outcome.figures), isOurs: by === 'handover' }];
    });
    return bars.length === 0 ? [] : [{ title: group.title, unit: members[0]?.unit ?? '', bars }];
  });
}
