import { expect, test } from 'vitest';
import { fromHex } from '../../../../supervisor/cli/conformance/bytes.ts';
import { everywhere, rare } from '../../../../supervisor/cli/conformance/checks/values.ts';
import { meaningOf } from '../../../../supervisor/cli/conformance/values.ts';
import { bytesOf, hexOf, valueVectors } from '../../../vectors/vectors.ts';

const withoutEnds = valueVectors.filter(({ ends }) => ends === undefined);

test('the kit has every value of the golden vectors echoed', () => {
  const echoed = new Set(
    [...everywhere, ...rare].flatMap(([, list]) =>
      list.map((value) => hexOf(typeof value === 'string' ? fromHex(value) : value)),
    ),
  );
  expect(withoutEnds.filter(({ bytes }) => !echoed.has(bytes)).map(({ name }) => name)).toEqual([]);
});

test.each(withoutEnds)('$name means the same in all its forms, and nothing else does', (vector) => {
  const meaning = meaningOf(bytesOf(vector.bytes));
  for (const form of vector.alsoValid ?? []) expect(meaningOf(bytesOf(form))).toBe(meaning);
  const others = withoutEnds.filter(({ name }) => name !== vector.name);
  const same = others.filter(({ bytes }) => meaningOf(bytesOf(bytes)) === meaning);
  // JavaScript has one type for 1 and 1.0, and the kit lets a runtime have one.
  expect(
    same.filter(({ onlyRead }) => onlyRead === undefined && vector.onlyRead === undefined),
  ).toEqual([]);
});
