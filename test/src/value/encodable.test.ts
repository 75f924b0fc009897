import { describe, expect, test } from 'vitest';
import { Cargo } from '../../../src/value/cargo.ts';
import { toEncodable, Unencodable } from '../../../src/value/encodable.ts';

/** Of docs/protocol.md, clause 5.4. */
const maxDepth = 128;

function refusalOf(value: unknown): { readonly path: string; readonly what: string } {
  try {
    toEncodable(value, new Cargo({}));
  } catch (error) {
    if (error instanceof Unencodable) return { path: error.path, what: error.what };
    throw error;
  }
  throw new Error('the value was not refused');
}

class Point {
  readonly x = 1;
}

function nested(depth: number, leaf: unknown): unknown {
  let value = leaf;
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { in: value };
  return value;
}

const symbol = Symbol('secret');
const hole: unknown[] = [1, 2, 3];
delete hole[1];
const named = Object.assign([1, 2], { name: 'x' });

/** Each: what is refused, the value, the path, what the sentence has to say. */
const refused: readonly (readonly [string, unknown, string, RegExp])[] = [
  ['undefined', undefined, '$', /^undefined .*null/],
  ['undefined in an object', { a: undefined }, '$.a', /^undefined/],
  ['undefined in an array', { a: [1, undefined] }, '$.a[1]', /^undefined/],
  ['a hole in an array', { list: hole }, '$.list[1]', /^a hole/],
  ['a Map', { a: { b: new Map() } }, '$.a.b', /^a Map .*Object\.fromEntries/],
  ['a Set', [new Set([1])], '$[0]', /^a Set .*array/],
  ['a Float64Array', { a: new Float64Array(2) }, '$.a', /^a Float64Array .*Uint8Array/],
  ['an Int8Array', new Int8Array(2), '$', /^a Int8Array/],
  ['a Uint8ClampedArray', new Uint8ClampedArray(2), '$', /^a Uint8ClampedArray/],
  ['a DataView', new DataView(new ArrayBuffer(2)), '$', /^a DataView/],
  ['an ArrayBuffer', new ArrayBuffer(2), '$', /^an ArrayBuffer .*Uint8Array/],
  ['an instance of a class', { at: new Point() }, '$.at', /^an instance of Point .*plain object/],
  ['a Date of a derived class', new (class Day extends Date {})(), '$', /^an instance of Day/],
  ['a RegExp', /x/, '$', /^an instance of RegExp/],
  ['a Promise', [Promise.resolve()], '$[0]', /^an instance of Promise/],
  ['an Error', { e: new TypeError('x') }, '$.e', /^an TypeError .*message/],
  ['a boxed string', Object('x'), '$', /^an instance of String/],
  ['a function', { f: () => {} }, '$.f', /^a function/],
  ['a class', Point, '$', /^a function/],
  ['a symbol', [symbol], '$[0]', /^a symbol/],
  ['a property named by a symbol', { a: { [symbol]: 1 } }, '$.a["Symbol(secret)"]', /symbol/],
  ['an invalid Date', { when: [new Date(Number.NaN)] }, '$.when[0]', /^an invalid Date/],
  ['half a character', { s: 'a\ud800' }, '$.s', /lone surrogate/],
  ['the other half', ['\udc00b'], '$[0]', /lone surrogate/],
  ['the halves in the wrong order', '\udc00\ud800', '$', /lone surrogate/],
  ['half a character in a key', { a: { '\ud800': 1 } }, '$.a["\\ud800"]', /lone surrogate/],
  ['the key __proto__', { a: JSON.parse('{"__proto__":1}') }, '$.a.__proto__', /__proto__/],
  ['a small bigint', { n: 5n }, '$.n', /^the bigint 5n, .*Number/],
  ['the bigint 0', 0n, '$', /^the bigint 0n/],
  ['the largest safe bigint', [2n ** 53n - 1n], '$[0]', /arrive as a number/],
  ['the smallest safe bigint', [-(2n ** 53n) + 1n], '$[0]', /arrive as a number/],
  ['2^53 as a bigint', [2n ** 53n], '$[0]', /arrive as a number/],
  ['-2^53 as a bigint', [-(2n ** 53n)], '$[0]', /arrive as a number/],
  ['a bigint above 64 bits', { n: 2n ** 64n }, '$.n', /more than 64 bits .*string/],
  ['a bigint below 64 bits', -(2n ** 63n) - 1n, '$', /more than 64 bits/],
  ['a property of an array', { a: [named] }, '$.a[0].name', /property of an array/],
  ['the match of a RegExp', 'ab'.match(/b/), '$.index', /property of an array/],
  [
    'a property named by a symbol, of an array',
    [Object.assign([1], { [symbol]: 1 })],
    '$[0]["Symbol(secret)"]',
    /symbol/,
  ],
];

describe('§5.3 what cannot arrive unchanged is refused, with its path', () => {
  test.each(refused)('§5.3 %s', (_, value, path, sentence) => {
    const refusal = refusalOf(value);
    expect(refusal.path).toBe(path);
    expect(refusal.what).toMatch(sentence);
  });

  test('R10 the path is written as JavaScript would write it', () => {
    const value = { 'two words': [{ $ok_1: { '1st': { 'a"b': [undefined] } } }] };
    expect(refusalOf(value).path).toBe('$["two words"][0].$ok_1["1st"]["a\\"b"][0]');
  });

  test('R10 the first of several is named', () => {
    expect(refusalOf({ a: [1, new Set()], b: undefined }).path).toBe('$.a[1]');
  });

  test('R10 the sentence of the error has both', () => {
    expect(() => toEncodable({ a: [undefined] }, new Cargo({}))).toThrow(
      /undefined .* at \$\.a\[0\]$/,
    );
  });
});

describe('§5.4 cycles and depth', () => {
  test('R10 an object in itself', () => {
    const value: Record<string, unknown> = { a: 1 };
    value.self = value;
    expect(refusalOf(value)).toStrictEqual({
      path: '$.self',
      what: 'the value itself again (a cycle)',
    });
  });

  test('R10 a longer way around', () => {
    const value = { list: [{ parent: null as unknown }] };
    (value.list[0] as { parent: unknown }).parent = value.list;
    expect(refusalOf(value).path).toBe('$.list[0].parent');
  });

  test('R10 an array in itself', () => {
    const value: unknown[] = [1];
    value.push([value]);
    expect(refusalOf(value).path).toBe('$[1][0]');
  });

  test(`§5.4 ${maxDepth} levels are accepted, one more is refused`, () => {
    const deepest = nested(maxDepth, 1);
    expect(toEncodable(deepest, new Cargo({}))).toBe(deepest);
    const { path, what } = refusalOf(nested(maxDepth + 1, 1));
    expect(what).toBe(`something nested deeper than ${maxDepth} levels`);
    expect(path.match(/\[0\]|\.in/g)).toHaveLength(maxDepth);
  });

  test('§5.4 a value of 100,000 levels is refused too', () => {
    expect(refusalOf(nested(100_000, 1)).what).toMatch(/nested deeper/);
  });
});

describe('R10 what needs no other form is not copied', () => {
  const plain = { a: [1, 'x', null, true, 1.5, { b: new Uint8Array(2), c: new Date(0) }], d: {} };

  test('R10 a plain value is itself', () => {
    expect(toEncodable(plain, new Cargo({}))).toBe(plain);
  });

  test('R10 only the way to a number in another form is copied', () => {
    const value = { plain, list: [plain, { at: 2 ** 40 }] };
    const encodable = toEncodable(value, new Cargo({})) as typeof value;
    expect(encodable).not.toBe(value);
    expect(encodable.plain).toBe(plain);
    expect(encodable.list[0]).toBe(plain);
    expect(value.list[1]).toStrictEqual({ at: 2 ** 40 });
  });
});
