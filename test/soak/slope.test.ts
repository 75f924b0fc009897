import { expect, test } from 'vitest';
import { Course } from './course.ts';
import type { Sample } from './sample.ts';
import { Slope } from './slope.ts';

const mebi = 2 ** 20;

test('a line through what was measured is not misled by what goes up and down', () => {
  const slope = new Slope();
  for (let time = 0; time < 1_000; time++) slope.add(time, 5 + time / 100 + (time % 2));
  expect(slope.growthIn(1_000)).toBeCloseTo(10, 1);
});

test.each([
  ['nothing', {}, []],
  ['memory', { memory: 5 * mebi }, ['x: memory +5.00']],
  ['resident memory', { resident: 40 * mebi }, ['x: resident +40.00']],
  ['descriptors', { descriptors: 2 }, ['x: descriptors +2.00']],
  ['no value', { values: 0 }, ['x: no value was sent or taken']],
])('R5 where %s has grown, that is said', (_, grown, breaches) => {
  const course = new Course('x');
  for (let time = 0; time <= 10; time++) course.add(1_000 * time, at(time / 10, grown));
  expect(course.breaches()).toEqual(breaches);
});

function at(part: number, grown: Partial<Omit<Sample, 'who'>>): Sample {
  const all = { memory: 0, resident: 0, descriptors: 0, values: 100, ...grown };
  return {
    who: 'x',
    memory: 10 * mebi + part * all.memory,
    resident: 80 * mebi + part * all.resident,
    descriptors: 25 + part * all.descriptors,
    values: part * all.values,
  };
}
