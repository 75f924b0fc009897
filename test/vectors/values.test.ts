import { describe, expect, test } from 'vitest';
import { Cargo } from '../../src/value/cargo.ts';
import { msgpackCodec } from '../../src/value/codec.ts';
import { Desk } from '../src/party/desk.ts';
import { bytesOf, fromNotation, hexOf, valueVectors } from './vectors.ts';

const desk = new Desk();
const most = Array.from({ length: 64 }, () => desk.sender());

describe('§5.2 values as bytes', () => {
  test.each(valueVectors)('§5.2 $name is read', ({ value, bytes, ends = 0, alsoValid = [] }) => {
    const carried = most.slice(0, ends);
    for (const hex of [bytes, ...alsoValid]) {
      const read = msgpackCodec.decode(bytesOf(hex), carried);
      expect(read, hex).toStrictEqual(fromNotation(value, carried));
    }
  });

  const written = valueVectors.filter(({ onlyRead }) => onlyRead === undefined);
  test.each(written)('§5.2 $name is written', ({ value, bytes, ends = 0, alsoValid = [] }) => {
    const cargo = new Cargo(desk.party);
    const hex = hexOf(msgpackCodec.encode(fromNotation(value, most), cargo));
    expect([bytes, ...alsoValid]).toContain(hex);
    expect(cargo.numbers).toEqual(most.slice(0, ends).map(({ number }) => number));
  });
});
