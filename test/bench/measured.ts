import type { Outcome } from '../../bench/harness.ts';

/** @param work of each round, if it was counted */
export function measured(figures: readonly number[], work: readonly number[] = []): Outcome {
  return {
    is: 'measured',
    figures,
    work: work.map((amount) => ({ unit: 'µs of processor time', amount })),
  };
}
