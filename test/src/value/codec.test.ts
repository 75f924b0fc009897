import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Cargo } from '../../../src/value/cargo.ts';
import { identityCodec, msgpackCodec, opaqueCodec, Undecodable } from '../../../src/value/codec.ts';
import { decode, encode } from '../../support/codec.ts';
import { bytesOf, hexOf } from '../../vectors/vectors.ts';
import { formatsIn } from './formats.ts';

function there(value: unknown): unknown {
  return decode(encode(value));
}

/** The bytes in memory of their own, at an odd place of a larger piece, as a link may hand them over. */
function elsewhere(bytes: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(bytes.length + 9).fill(0xa5);
  chunk.set(bytes, 7);
  return chunk.subarray(7, 7 + bytes.length);
}

const largestDate = 8_640_000_000_000_000;

const text = fc.string({ unit: 'binary' });
const key = text.filter((some) => some !== '__proto__');
const integer = fc.maxSafeInteger();
const bigInteger = fc.oneof(
  fc.bigInt({ min: 2n ** 53n + 1n, max: 2n ** 64n - 1n }),
  fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 53n) - 1n }),
);
const date = fc
  .oneof(
    fc.integer({ min: -largestDate, max: largestDate }),
    fc.integer({ min: -(2 ** 42), max: 2 ** 42 }),
  )
  .map((milliseconds) => new Date(milliseconds));
const bytes = fc.uint8Array({ maxLength: 300 });

const scalar = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  integer,
  fc.double(),
  bigInteger,
  text,
  bytes,
  date,
);

const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 20 }),
    fc.dictionary(key, tie('value'), { maxKeys: 20, noNullPrototype: true }),
  ),
})).value;

describe('R10 a value arrives exactly as it was sent', () => {
  const kinds = { integer, bigInteger, text, bytes, date, number: fc.double(), nested: value };
  for (const [name, arbitrary] of Object.entries(kinds)) {
    test(`R10 every ${name}`, () => {
      fc.assert(
        fc.property(arbitrary, (sent) => {
          expect(isDeepStrictEqual(there(sent), sent)).toBe(true);
        }),
        { numRuns: name === 'nested' ? 3_000 : 2_000 },
      );
    });
  }

  test('R10 wherever its bytes stand in the chunk that they came in', () => {
    fc.assert(
      fc.property(value, (sent) => {
        expect(isDeepStrictEqual(decode(elsewhere(encode(sent))), sent)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  const edges: Record<string, unknown> = {
    zero: 0,
    'negative zero': -0,
    'negative zero inside': [{ a: [-0] }],
    '2^31 - 1': 2 ** 31 - 1,
    '2^31': 2 ** 31,
    '-2^31': -(2 ** 31),
    '-2^31 - 1': -(2 ** 31) - 1,
    '2^32 - 1': 2 ** 32 - 1,
    '2^32': 2 ** 32,
    '2^53 - 1': 2 ** 53 - 1,
    '2^53': 2 ** 53,
    '-(2^53 - 1)': -(2 ** 53) + 1,
    '2^64': 2 ** 64,
    'a large integer inside': { at: [1, 2 ** 40, { to: -(2 ** 40) }] },
    'not a number': Number.NaN,
    infinity: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    'the smallest number': Number.MIN_VALUE,
    'the largest bigint': 2n ** 64n - 1n,
    'the smallest bigint': -(2n ** 63n),
    '2^53 + 1': 2n ** 53n + 1n,
    '-(2^53 + 1)': -(2n ** 53n) - 1n,
    'the first moment of 1970': new Date(0),
    'the millisecond before 1970': new Date(-1),
    'the last moment that a Date has': new Date(largestDate),
    'the first moment that a Date has': new Date(-largestDate),
    'a Date inside': { when: [new Date(1_782_909_296_789)] },
    'a smiling face': '😀',
    'a long text': 'ä€😀'.repeat(50_000),
    'a text like a key of msgpackr': '__proto__',
    'no bytes': new Uint8Array(),
    'a mebibyte': new Uint8Array(2 ** 20).map((_, index) => index * 7),
    'a long array': Array.from({ length: 70_000 }, (_, index) => index),
    'a large map': Object.fromEntries(Array.from({ length: 70_000 }, (_, at) => [`k${at}`, at])),
    'keys that look like numbers': { 10: 'a', 9: 'b', '-1': 'c', '1.5': 'd' },
    'keys that objects inherit': { constructor: 1, toString: 2, hasOwnProperty: 3 },
    'an empty key': { '': { '': 1 } },
  };
  test.each(Object.entries(edges))('R10 %s', (_, sent) => {
    expect(isDeepStrictEqual(there(sent), sent)).toBe(true);
  });

  test('R10 an object without a prototype arrives as a plain one', () => {
    const sent = Object.assign(Object.create(null), { a: 1 });
    expect(there(sent)).toStrictEqual({ a: 1 });
  });

  test('R10 a Buffer arrives as plain bytes, and so does a view on a part of one', () => {
    expect(there(Buffer.from('abc'))).toStrictEqual(new Uint8Array([97, 98, 99]));
    expect(there(new Uint8Array([1, 2, 3, 4]).subarray(1, 3))).toStrictEqual(
      new Uint8Array([2, 3]),
    );
  });

  test('R10 the same object twice is no cycle', () => {
    const shared = { a: 1 };
    expect(there([shared, shared])).toStrictEqual([{ a: 1 }, { a: 1 }]);
  });

  test('R10 the sent value itself is left as it was', () => {
    const sent = Object.freeze([Object.freeze({ a: 2 ** 40, b: Object.freeze([-0]) })]);
    expect(there(sent)).toStrictEqual([{ a: 2 ** 40, b: [-0] }]);
    expect(sent).toStrictEqual([{ a: 2 ** 40, b: [-0] }]);
  });

  test('R10 a value is not changed by what is encoded after it', () => {
    const first = encode({ a: 'first', b: 2 ** 40 });
    const copy = first.slice();
    for (let round = 0; round < 2_000; round++) encode({ round, more: 'x'.repeat(round % 500) });
    expect(first).toStrictEqual(copy);
  });
});

describe('R10 every language can read what is written', () => {
  test('§5.1 only plain msgpack, and of the extensions only the timestamp', () => {
    fc.assert(
      fc.property(value, (sent) => {
        const extensions = formatsIn(encode(sent)).filter(({ format }) => format === 'ext');
        for (const { extension } of extensions) expect(extension).toBe(-1);
      }),
      { numRuns: 1_000 },
    );
  });

  test('§5.2 every safe integer is an integer, never a float', () => {
    fc.assert(
      fc.property(integer, (sent) => {
        expect(formatsIn(encode(sent))).toStrictEqual([{ format: 'int' }]);
      }),
      { numRuns: 2_000 },
    );
  });

  test('§5.2 every integer is written in the shortest form', () => {
    const shortest: Record<number, readonly number[]> = {
      1: [0, 127, -1, -32],
      2: [128, 255, -33, -128],
      3: [256, 65_535, -129, -32_768],
      5: [65_536, 2 ** 32 - 1, -32_769, -(2 ** 31)],
      9: [2 ** 32, Number.MAX_SAFE_INTEGER, -(2 ** 31) - 1, Number.MIN_SAFE_INTEGER],
    };
    for (const [length, integers] of Object.entries(shortest)) {
      for (const sent of integers) expect(encode(sent), String(sent)).toHaveLength(Number(length));
    }
  });

  test('§5.2 a fraction, -0, and what is above 2^53 is a float', () => {
    for (const sent of [0.5, -0, 2 ** 53, 1e300, Number.NaN]) {
      expect(formatsIn(encode(sent))).toStrictEqual([{ format: 'float' }]);
    }
  });

  test('§5.1 keys are strings', () => {
    expect(formatsIn(encode({ 1: null }))).toStrictEqual([
      { format: 'map' },
      { format: 'str' },
      { format: 'nil' },
    ]);
  });
});

describe('R10 bytes that are no value', () => {
  const hostile: Record<string, string> = {
    nothing: '',
    'a value cut off': '92 01',
    'a string cut off': 'a5 6162',
    'a byte string that claims 4 GiB': 'c6 ffffffff 00',
    'an array that claims 4 billion elements': 'dd ffffffff 00',
    'a map that claims 4 billion entries': 'df ffffffff a161 00',
    'bytes after the value': '01 02',
  };
  test.each(Object.entries(hostile))('R10 %s is refused', (_, hex) => {
    expect(() => decode(bytesOf(hex.replaceAll(' ', '')))).toThrow(Undecodable);
  });

  test('R10 100,000 nested arrays are refused', () => {
    expect(() => decode(new Uint8Array(100_000).fill(0x91))).toThrow(Undecodable);
    expect(there({ still: 'alive' })).toStrictEqual({ still: 'alive' });
  });

  test('R10 an array that claims more than there is takes no memory for it', () => {
    // 33,554,431 elements: the most for which an engine may reserve memory at once.
    const claim = bytesOf(`dd01ffffff${'00'.repeat(8)}`);
    const nested = new Uint8Array([...claim.subarray(0, 5), ...claim]);
    const before = process.memoryUsage().rss;
    for (let round = 0; round < 4; round++) expect(() => decode(nested)).toThrow(Undecodable);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20);
  });

  test('R10 whatever the bytes are, they are a value or are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (some) => {
        try {
          decode(some);
        } catch (error) {
          expect(error).toBeInstanceOf(Undecodable);
        }
      }),
      { numRuns: 20_000 },
    );
  });

  test('R10 a key __proto__ of another language becomes an ordinary property', () => {
    const got = decode(bytesOf(`81a9${hexOf(Buffer.from('__proto__'))}81a16101`)) as object;
    expect(Object.getPrototypeOf(got)).toBe(Object.prototype);
    expect(Object.keys(got)).toStrictEqual(['__proto__']);
    expect(Object.getOwnPropertyDescriptor(got, '__proto__')?.value).toStrictEqual({ a: 1 });
  });

  test('R10 decoded bytes do not keep the chunk that they came in', () => {
    const chunk = elsewhere(encode({ bytes: new Uint8Array([1, 2, 3]) }));
    const { bytes: got } = decode(chunk) as { bytes: Uint8Array };
    expect(got.buffer).not.toBe(chunk.buffer);
    chunk.fill(0);
    expect(got).toStrictEqual(new Uint8Array([1, 2, 3]));
  });
});

describe('R5 what a value counts against the window', () => {
  test('R5 its encoded bytes between processes, nothing inside one', () => {
    expect(msgpackCodec.sizeOf(encode('abc'))).toBe(4);
    expect(opaqueCodec.sizeOf(new Uint8Array(7))).toBe(7);
    expect(identityCodec.sizeOf('abc')).toBe(0);
  });

  test('R10 inside one process a value is the very same', () => {
    const sent = new Map([[{}, () => {}]]);
    expect(identityCodec.decode(identityCodec.encode(sent, new Cargo({})), [])).toBe(sent);
  });

  test('R10 bytes that are passed on are the very same', () => {
    const bytes = new Uint8Array([0xc1]);
    const encoded = opaqueCodec.encode({ bytes, carried: [] }, new Cargo({}));
    expect(encoded).toBe(bytes);
    expect(opaqueCodec.decode(encoded, [])).toEqual({ bytes, carried: [] });
  });
});
