import { describe, expect, test } from 'vitest';
import { mayMentionEnd } from '../../../src/value/mentions-end.ts';
import { Desk } from '../party/desk.ts';

const end = new Desk().sender();

describe('R9 whether a value that has to wait carries ends', () => {
  test.each([
    ['an end alone', end],
    ['deep inside', { a: [1, { b: [[end]] }] }],
    [
      'where looking throws, which its encoding will say',
      {
        get odd(): never {
          throw new Error('do not look');
        },
      },
    ],
  ])('R9 it may: %s', (_, value) => {
    expect(mayMentionEnd(value)).toBe(true);
  });

  test.each([
    ['nothing', null],
    ['a text', 'sender'],
    ['bytes', new Uint8Array(9)],
    ['objects', { a: [1, { b: [[null, undefined]] }] }],
  ])('R9 it does not: %s', (_, value) => {
    expect(mayMentionEnd(value)).toBe(false);
  });

  test('R10 a value of a thousand cycles is looked through once', () => {
    const root: object[] = [];
    for (let child = 0; child < 1_000; child++) root.push({ root, again: [root, root] });
    expect(mayMentionEnd(root)).toBe(false);
    root.push([end]);
    expect(mayMentionEnd(root)).toBe(true);
  });
});
