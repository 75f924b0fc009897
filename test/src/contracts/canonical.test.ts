import { describe, expect, test } from 'vitest';
import { canonicalText } from '../../../src/contracts/canonical.ts';
import { differencesOf } from '../../../src/contracts/differences.ts';
import { mismatchOf } from '../../../src/contracts/mismatch.ts';
import type { JsonSchema } from '../../../src/contracts/schema.ts';
import { viewsOf } from '../../../src/contracts/view.ts';

describe('15.3 the canonical form', () => {
  test.each<[what: string, JsonSchema, JsonSchema]>([
    [
      'the order of keys',
      { type: 'object', minProperties: 1 },
      { minProperties: 1, type: 'object' },
    ],
    ['what is for people', { title: 'a', description: 'b', $schema: 'c', default: 1, id: 'd' }, {}],
    [
      'what is for people, deep inside',
      { items: { anyOf: [{ examples: [1] }] } },
      { items: { anyOf: [{}] } },
    ],
    ['the order of required', { required: ['b', 'a'] }, { required: ['a', 'b'] }],
    ['the order of an enum', { enum: [{ b: 1, a: 2 }, 1] }, { enum: [1, { a: 2, b: 1 }] }],
    ['the order of types', { type: ['string', 'null'] }, { type: ['null', 'string'] }],
    ['what is undefined', { minimum: undefined }, {}],
  ])('15.3 does not tell %s', (_, one, other) => {
    expect(canonicalText(one)).toBe(canonicalText(other));
  });

  test.each<[what: string, JsonSchema, JsonSchema]>([
    ['a property that is called title', { properties: { title: {} } }, { properties: {} }],
    ['a definition that is called default', { $defs: { default: {} } }, { $defs: {} }],
    ['the order of prefixItems', { prefixItems: [{}, true] }, { prefixItems: [true, {}] }],
    ['what a constant holds', { const: { title: 1 } }, { const: {} }],
    ['a format', { format: 'email' }, {}],
  ])('15.3 tells %s', (_, one, other) => {
    expect(canonicalText(one)).not.toBe(canonicalText(other));
  });
});

describe('15.7 what differs', () => {
  const between = (one: JsonSchema, other: JsonSchema) =>
    differencesOf(JSON.parse(canonicalText(one)), JSON.parse(canonicalText(other)), ['A', 'B']);

  test.each<[JsonSchema, JsonSchema, path: string, what: string]>([
    [{ type: 'string' }, { type: 'number' }, '$', '(type) is "string" in A, and "number" in B'],
    [{ minimum: 1 }, {}, '$', '(minimum) is 1 in A, and missing in B'],
    [{ properties: { a: {} } }, {}, '$.a', 'is only in A'],
    [{ required: ['a'] }, { required: [] }, '$.a', 'must be there only in A'],
    [
      { items: { minimum: 1 } },
      { items: { minimum: 2 } },
      '$[]',
      '(minimum) is 1 in A, and 2 in B',
    ],
    [
      { additionalProperties: false },
      { additionalProperties: { type: 'string' } },
      '$.*',
      '(the schema) is false in A, and {"type":"string"} in B',
    ],
    [
      { anyOf: [{ type: 'string' }, { type: 'null' }] },
      { anyOf: [{ type: 'string' }, { type: 'number' }] },
      '$ (anyOf 2)',
      '(type) is "null" in A, and "number" in B',
    ],
    [
      { $defs: { x: { const: 1 } } },
      { $defs: { x: { const: 2 } } },
      '$ ($defs x)',
      '(const) is 1 in A, and 2 in B',
    ],
  ])('15.7 %j and %j: %s', (one, other, path, what) => {
    expect(between(one, other)).toEqual([{ path, what }]);
  });

  test('15.7 the message tells five of many, the error all', () => {
    const with_ = (count: number) => ({
      properties: Object.fromEntries(Array.from({ length: count }, (_, n) => [`p${n}`, {}])),
    });
    const [one, other] = [canonicalText(with_(9)), canonicalText(with_(1))];
    const mismatch = mismatchOf('parser', 'lines', one, other);
    expect(mismatch?.differences).toHaveLength(8);
    expect(mismatch?.message).toContain('$.p5 is only in the stage; and 3 more');
    expect(mismatchOf('parser', 'lines', one, one)).toBeUndefined();
  });
});

describe('15.4 what a validator sees', () => {
  test('15.4 the value itself, where JSON has words for all of it', () => {
    const value = { a: [1, 'b', null, true, 2.5] };
    expect(viewsOf(value)).toEqual([value]);
    expect(viewsOf(value)[0]).toBe(value);
  });

  test('15.4 one of each type in the place of what it has none for, all at once', () => {
    const views = viewsOf({ a: new Uint8Array(1), b: [Number.NaN], c: 1 });
    expect(views).toEqual([null, false, 0, '', [], {}].map((one) => ({ a: one, b: [one], c: 1 })));
  });

  test('15.4 a number for a bigint', () => {
    expect(viewsOf([2n ** 60n])).toEqual([[2 ** 60]]);
  });

  test('15.4 a value that is inside of itself is none', () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(() => viewsOf(cycle)).toThrow(/nested/);
  });
});
