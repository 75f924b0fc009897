import { expect, test } from 'vitest';
import type { Outcome } from '../../bench/harness.ts';
import { judge } from '../../bench/targets.ts';
import { measured } from './measured.ts';

const skipped: Outcome = { is: 'skipped', why: 'there is no such thing here' };

function verdictsOf(outcomes: Readonly<Record<string, Outcome>>, placement = 'pinned' as const) {
  return judge(new Map(Object.entries(outcomes)), placement).map(({ verdict, figure }) => [
    verdict,
    figure?.median,
  ]);
}

test('each round is compared with itself, the median counts, and the limit itself is reached', () => {
  // The machine had half of its speed in the second round, and a tenth in the third.
  const bare = measured([10, 20, 100]);
  const verdicts = (...figures: number[]) =>
    verdictsOf({ 'handover-relayed': measured(figures), 'bare-relay': bare });
  expect(verdicts(11.5, 20, 200)).toEqual([['PASS', 1.15]]);
  expect(verdicts(11.6, 20, 200)).toEqual([['MISS', 1.16]]);
});

test('a verdict is close when rounds disagree on it', () => {
  const isClose = (...figures: number[]) =>
    judge(
      new Map([
        ['handover-relayed', measured(figures)],
        ['bare-relay', measured([10, 10, 10])],
      ]),
      'pinned',
    )[0]?.isClose;
  expect(isClose(10, 11, 12)).toBe(true);
  expect(isClose(9, 10, 11)).toBe(false);
  expect(isClose(12, 13, 14)).toBe(false);
});

test('a rate is at least so many times another one', () => {
  const verdicts = (figure: number) =>
    verdictsOf({ 'links-1000': measured([figure]), 'links-2': measured([7]) });
  expect(verdicts(10)).toEqual([['PASS', 0.7]]);
  expect(verdicts(14)).toEqual([['MISS', 0.5]]);
});

test('beside several the fastest counts, and while one is missing there is no verdict', () => {
  const ours = measured([3]);
  const cases = { 'handover-in-process': ours, 'js-csp': measured([4]) };
  expect(verdictsOf({ ...cases, 'nodeguy-channel': measured([1]) })).toEqual([['MISS', 3]]);
  expect(verdictsOf({ ...cases, 'nodeguy-channel': skipped })).toEqual([
    ['not measured', undefined],
  ]);
});

test('what is about several cores is judged where nothing is pinned', () => {
  const outcomes = new Map([
    ['one-way-send-all', measured([1])],
    ['one-way-worker-threads', measured([1.5])],
  ]);
  const verdictIn = (placement: 'pinned' | 'unpinned') =>
    judge(outcomes, placement).find(({ target }) => target.placement !== undefined)?.verdict;
  expect(verdictIn('pinned')).toBe('not measured');
  expect(verdictIn('unpinned')).toBe('PASS');
});
