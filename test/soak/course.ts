import type { Sample } from './sample.ts';
import { Slope } from './slope.ts';

const mebi = 2 ** 20;
/**
 * By how much each may grow, from when all are warm to the end. In an hour of full rate that is less than a byte for
 * each value.
 */
const allowed = { memory: 4 * mebi, resident: 32 * mebi, descriptors: 1 } as const;
/** So many standard errors are left to chance. */
const doubts = 3;
type Measure = keyof typeof allowed;
const measures = ['memory', 'resident', 'descriptors'] as const;

/** What one process has used in the course of time. */
export class Course {
  readonly who: string;
  readonly #slopes: Readonly<Record<Measure, Slope>> = {
    memory: new Slope(),
    resident: new Slope(),
    descriptors: new Slope(),
  };
  #first: { readonly time: number; readonly values: number } | undefined;
  #last = { time: 0, values: 0 };

  constructor(who: string) {
    this.who = who;
  }

  /** @param time in milliseconds */
  add(time: number, sample: Sample): void {
    this.#last = { time, values: sample.values };
    this.#first ??= this.#last;
    for (const measure of measures) this.#slopes[measure].add(time, sample[measure]);
  }

  /** What has grown, and that it stood still, if it did. */
  breaches(): readonly string[] {
    const grown = measures.flatMap((measure) => {
      const growth = this.#growth(measure);
      const certain = growth - doubts * this.#slopes[measure].doubtIn(this.#elapsed);
      return certain > allowed[measure]
        ? [`${this.who}: ${measure} ${written(measure, growth)}`]
        : [];
    });
    return this.#rate > 0 ? grown : [...grown, `${this.who}: no value was sent or taken`];
  }

  row(): readonly string[] {
    const cells = measures.flatMap((measure) => [
      inUnits(measure, this.#slopes[measure].mean).toFixed(1),
      written(measure, this.#growth(measure)),
    ]);
    return [this.who, ...cells, this.#rate.toFixed(0)];
  }

  #growth(measure: Measure): number {
    return this.#slopes[measure].growthIn(this.#elapsed);
  }

  get #elapsed(): number {
    return this.#last.time - (this.#first ?? this.#last).time;
  }

  /** In values per second. */
  get #rate(): number {
    const { values } = this.#first ?? this.#last;
    const elapsed = this.#elapsed;
    return elapsed > 0 ? (1_000 * (this.#last.values - values)) / elapsed : 0;
  }
}

/** What `row` shows. */
export const heads: readonly string[] = [
  'process',
  'heap, MiB',
  'growth',
  'resident, MiB',
  'growth',
  'descriptors',
  'growth',
  'values/s',
];

function inUnits(measure: Measure, value: number): number {
  return measure === 'descriptors' ? value : value / mebi;
}

function written(measure: Measure, growth: number): string {
  const amount = inUnits(measure, growth);
  return `${amount < 0 ? '' : '+'}${amount.toFixed(2)}`;
}
