import { expect, test } from 'vitest';
import { cycleAmong } from '../../../src/deadlock/stuck.ts';
import type { Wait } from '../../../src/deadlock/waits.ts';

const waiting = (party: number, ...partners: readonly number[]): Wait => ({
  party,
  op: 1,
  is: 'waiting',
  guards: [],
  for: new Set(partners),
});
const circle = (...waits: readonly Wait[]) =>
  cycleAmong(new Set(waits.map(({ party }) => party)), waits).map(({ party }) => party);

test('R12 the circle leads through all who wait for each other, although each could also help itself', () => {
  expect(circle(waiting(1, 1, 2), waiting(2, 2, 3), waiting(3, 3, 1))).toEqual([1, 2, 3]);
});

test('R12 one that only itself could help is a circle of one', () => {
  expect(circle(waiting(1, 1))).toEqual([1]);
});

test('R12 the circle leaves out those who only wait for it', () => {
  expect(circle(waiting(1, 2), waiting(2, 3), waiting(3, 2))).toEqual([2, 3]);
});
