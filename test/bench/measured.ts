import type { Outcome } from '../../bench/harness.ts';
import type { Work } from '../../bench/work.ts';

/** @param work of one lap in each round, if it was counted */
export function measured(figures: readonly number[], work: readonly number[] = []): Outcome {
  return { is: 'measured', figures, work: work.length === 0 ? undefined : workOf(work) };
}

/** A hundred laps and none. */
function workOf(amounts: readonly number[]): Work {
  return {
    unit: 'µs of processor time',
    few: { laps: 0, amounts: amounts.map(() => 0) },
    many: { laps: 100, amounts: amounts.map((amount) => 100 * amount) },
  };
}
