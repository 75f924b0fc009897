import { expect, test } from 'vitest';
import type { Outcome } from '../../bench/harness.ts';
import { judge } from '../../bench/targets.ts';
import { measured } from './measured.ts';

const skipped: Outcome = { is: 'skipped', why: 'there is no such thing here' };

function verdictsOf(outcomes: Readonly<Record<string, Outcome>>, placement = 'pinned' as const) {
  return judge(new Map(Object.entries(outcomes)), placement).map(({ verdict, figure }) => [
    verdict,
    figure,
  ]);
}

test('the median counts, and the limit itself is reached', () => {
  const bare = measured([9, 10, 100]);
  const verdicts = (...figures: number[]) =>
    verdictsOf({ 'handover-child-child': measured(figures), 'bare-relay': bare });
  expect(verdicts(1, 11.5, 12)).toEqual([['PASS', 1.15]]);
  expect(verdicts(1, 11.6, 12)).toEqual([['MISS', 1.16]]);
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
    ['one-way-handover', measured([1])],
    ['one-way-worker-threads', measured([1.5])],
  ]);
  const verdictIn = (placement: 'pinned' | 'unpinned') =>
    judge(outcomes, placement).find(({ target }) => target.placement !== undefined)?.verdict;
  expect(verdictIn('pinned')).toBe('not measured');
  expect(verdictIn('unpinned')).toBe('PASS');
});
