/** §5 What a receiver may be given: plain msgpack, and nothing that msgpackr alone would understand. */
import { Packr } from 'msgpackr';
import { describe, expect, test } from 'vitest';
import { Undecodable } from '../../../src/value/codec.ts';
import { problemOf } from '../../../src/value/plain.ts';
import { decode } from '../../support/codec.ts';

const refused: Record<string, readonly number[]> = {
  'nothing at all': [],
  'the byte that msgpack does not use': [0xc1],
  'a key that is a number': [0x81, 0x01, 0x02],
  'a key that is nil': [0x81, 0xc0, 0x02],
  'an extension of another type': [0xd4, 0x05, 0x00],
  "msgpackr's undefined": [0xd4, 0x00, 0x00],
  "msgpackr's bigint": [0xd5, 0x42, 0x01, 0x02],
  "msgpackr's typed array": [0xd5, 0x74, 0x01, 0x02],
  "msgpackr's record": [0xd4, 0x72, 0x40],
  'a timestamp of the wrong length': [0xd5, 0xff, 0x01, 0x02],
  'a timestamp beyond every Date': [0xc7, 12, 0xff, 0, 0, 0, 0, 0x7f, 0, 0, 0, 0, 0, 0, 0],
  'a second value': [0x01, 0x02],
  'a string that is cut off': [0xa3, 0x61],
  'a length that is cut off': [0xdb, 0x00],
  'an array that is cut off': [0x92, 0x01],
  'an array of 4 GiB': [0xdd, 0xff, 0xff, 0xff, 0xff],
  'an array nested too deep': [...new Array(145).fill(0x91), 0x01],
};

describe('R10 a value that is no plain msgpack is refused', () => {
  test.each(Object.entries(refused))('§5 %s', (_, bytes) => {
    expect(() => decode(new Uint8Array(bytes))).toThrow(Undecodable);
  });

  test('§5 200,000 nested arrays', () => {
    const bytes = new Uint8Array(200_001).fill(0x91);
    expect(() => decode(bytes)).toThrow(/nested deeper than 128/);
  });
});

test('§5 everything that is plain passes, in every form that msgpack has', () => {
  const packr = new Packr({ useRecords: false, variableMapSize: true });
  const long = 'x'.repeat(70_000);
  const values = [
    [
      null,
      true,
      false,
      0,
      127,
      128,
      255,
      256,
      65_535,
      65_536,
      2 ** 32,
      -1,
      -33,
      -129,
      -40_000,
      -(2 ** 31),
    ],
    [1.5, Number.NaN, 2n ** 63n, -(2n ** 60n)],
    ['', 'x'.repeat(31), 'x'.repeat(32), 'x'.repeat(256), long, 'ü€😀'],
    [new Uint8Array(0), new Uint8Array(300), new Uint8Array(70_000)],
    [new Date(0), new Date(1.5e12 + 1), new Date(-1), new Date(8.64e15), new Date(-8.64e15)],
    [new Array(15).fill(1), new Array(16).fill(1), new Array(70_000).fill(1)],
    Object.fromEntries(
      new Array(20).fill(0).map((_, index) => [`key ${index}`, { nested: [index] }]),
    ),
    {},
    [],
  ];
  for (const value of values) expect(problemOf(packr.pack(value), 0)).toBeUndefined();
});
