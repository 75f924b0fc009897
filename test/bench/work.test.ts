import { expect, test } from 'vitest';
import { ofLap } from '../../bench/work.ts';

const unit = 'instructions';

test('what disturbs a run adds to it: start and end cancel out, and the least of each counts', () => {
  // A start is 1,000, and a lap 2; the first round was disturbed before its laps, the second in them.
  const few = { laps: 100, amounts: [1_700, 1_200, 1_210] };
  const many = { laps: 1_100, amounts: [3_200, 3_900, 3_230] };
  expect(ofLap({ unit, few, many })).toEqual({ least: 2, doubt: 0.04 });
});

test('of one round alone nobody knows how much is to be believed', () => {
  const few = { laps: 100, amounts: [1_200] };
  const many = { laps: 1_100, amounts: [3_200] };
  expect(ofLap({ unit, few, many })).toEqual({ least: 2, doubt: undefined });
});
