import { expect, test } from 'vitest';
import { lineOf, type Word, wordIn } from '../../../../supervisor/cli/stage/words.ts';

const all: readonly Word[] = [
  { type: 'join', version: 1 },
  { type: 'end' },
  { type: 'broken', why: 'it has\ntwo lines' },
  { type: 'hello', nonce: '00112233445566778899aabbccddeeff' },
  { type: 'wait' },
  { type: 'plain' },
  { type: 'taken' },
  { type: 'closed' },
  { type: 'lost', why: '' },
];

test.each(all)('$type is one line, and is read as it was said', (word) => {
  const line = lineOf(word);
  expect(line.indexOf('\n')).toBe(line.length - 1);
  expect(wordIn(line.trimEnd())).toEqual(word);
});

test.each([
  '',
  'taken',
  '"taken"',
  'null',
  '{}',
  '{"type":"toString"}',
  '{"type":"join"}',
  '{"type":"lost","why":1}',
  '{"type":"hello","nonce":"../../etc"}',
])('%j is no word', (line) => {
  expect(wordIn(line)).toBeUndefined();
});
