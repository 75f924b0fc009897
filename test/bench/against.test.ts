import { expect, test } from 'vitest';
import { compare } from '../../bench/against.ts';
import { measured } from './measured.ts';

const before = { case: measured([10, 11, 12]) };

test.each([
  [[12, 13, 14], 'within the spread', 13 / 11],
  [[12.1, 13, 14], 'worse', 13 / 11],
  [[8, 9, 9.9], 'better', 9 / 11],
  [[8, 9, 10], 'within the spread', 9 / 11],
])('%s beside 10 to 12 is %s', (figures, change, ratio) => {
  const [one] = compare(before, new Map([['case', measured(figures)]]));
  expect(one).toMatchObject({ change, ratio, work: undefined });
});

test('two percent more work is seen where the least of the rounds agree on less than that', () => {
  const then = { case: measured([10], [100, 100.5, 130]) };
  const workNow = (...work: number[]) =>
    compare(then, new Map([['case', measured([10], work)]]))[0]?.work?.change;
  expect(workNow(140, 102, 102.3)).toBe('worse');
  expect(workNow(97.5, 98, 150)).toBe('better');
  expect(workNow(100.2, 100.4)).toBe('within the spread');
  // The least stands alone here: it may be luck.
  expect(workNow(98, 101)).toBe('within the spread');
});

test('one round says nothing of how much work varies', () => {
  const then = { case: measured([10], [100]) };
  expect(compare(then, new Map([['case', measured([10], [50])]]))[0]?.work).toBeUndefined();
});

test('what only one of both has measured is left out', () => {
  const now = new Map([
    ['another', measured([1])],
    ['case', { is: 'skipped', why: 'there is no cc here' } as const],
  ]);
  expect(compare(before, now)).toEqual([]);
});
