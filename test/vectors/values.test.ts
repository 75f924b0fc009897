import { describe, expect, test } from 'vitest';
import { decode, encode } from '../support/codec.ts';
import { bytesOf, fromNotation, hexOf, valueVectors } from './vectors.ts';

describe('§5.2 values as bytes', () => {
  test.each(valueVectors)('§5.2 $name is read', ({ value, bytes, alsoValid = [] }) => {
    for (const hex of [bytes, ...alsoValid]) {
      expect(decode(bytesOf(hex)), hex).toStrictEqual(fromNotation(value));
    }
  });

  const written = valueVectors.filter(({ onlyRead }) => onlyRead === undefined);
  test.each(written)('§5.2 $name is written', ({ value, bytes, alsoValid = [] }) => {
    const hex = hexOf(encode(fromNotation(value)));
    expect([bytes, ...alsoValid]).toContain(hex);
  });
});
