/** Values that arrive as they were sent, and values that cannot be sent. */

export const exact: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  1,
  -1,
  127,
  128,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 32,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
  2n ** 63n,
  2n ** 64n - 1n,
  -(2n ** 63n),
  1.5,
  Number.MIN_VALUE,
  Number.MAX_VALUE,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  '',
  'text',
  '\u0000',
  'Grüße, 世界 🎉',
  'x'.repeat(70_000),
  new Uint8Array(),
  Uint8Array.of(0, 127, 128, 255),
  new Date(0),
  new Date(-1),
  new Date('2024-02-29T12:34:56.789Z'),
  new Date(8.64e15),
  [],
  [[], [[]], [null, [1, 'a']]],
  {},
  { a: { b: [{ c: -0 }] }, '': 1, constructor: 2, 'a b': 3, 1: 4 },
  Array.from({ length: 70_000 }, (_, index) => index),
];

class Point {
  readonly x = 1;
}

const cycle: { self?: unknown } = {};
cycle.self = cycle;

/** Each with the path that the error names. */
export const unsendable: readonly { readonly value: unknown; readonly path: string }[] = [
  { value: undefined, path: '$' },
  { value: { a: [1, undefined] }, path: '$.a[1]' },
  { value: () => {}, path: '$' },
  { value: { 'not a name': Symbol('s') }, path: '$["not a name"]' },
  { value: [new Map()], path: '$[0]' },
  { value: { tags: new Set() }, path: '$.tags' },
  { value: { when: new Date(Number.NaN) }, path: '$.when' },
  { value: [[new Point()]], path: '$[0][0]' },
  { value: new Int32Array(1), path: '$' },
  { value: { error: new Error('e') }, path: '$.error' },
  { value: { small: 2n }, path: '$.small' },
  { value: { large: 2n ** 64n }, path: '$.large' },
  { value: ['half \ud800'], path: '$[0]' },
  { value: cycle, path: '$.self' },
];
