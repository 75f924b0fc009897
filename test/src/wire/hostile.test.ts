import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { describe, expect, test } from 'vitest';
import { maxHeaderLength } from '../../../src/wire/frame.ts';
import type { FromProcess, FromSupervisor } from '../../../src/wire/message.ts';
import type { Inbound } from '../../../src/wire/session.ts';
import { bytesOfFrame } from '../../support/wire.ts';
import { bytesOf, frameVectors } from '../../vectors/vectors.ts';
import { joined } from './bytes.ts';
import { type From, greeted } from './links.ts';

const packr = new Packr({ useRecords: false, variableMapSize: true });
const sides: readonly From[] = ['process', 'supervisor'];

/** What comes of a header that follows a good greeting. */
function hear(
  from: From,
  header: Uint8Array,
  value: Uint8Array = new Uint8Array(),
): Inbound<FromProcess | FromSupervisor> | undefined {
  return greeted(from)(bytesOfFrame(header, value))[0];
}

const headers: Record<string, Uint8Array> = {
  'as many nested arrays as fit': new Uint8Array(maxHeaderLength).fill(0x91),
  'nested arrays that end well': new Uint8Array(maxHeaderLength)
    .fill(0x91)
    .fill(0x90, maxHeaderLength - 1),
  'nested maps': joined(Array(20_000).fill(new Uint8Array([0x81, 0xa1, 0x61]))),
  'an array that claims 4 billion elements': bytesOf('ddffffffff01'),
  'a map that claims 4 billion entries': bytesOf('dfffffffff01'),
  'a string that claims 4 GiB': bytesOf('9204dbffffffff61'),
  'an empty array': bytesOf('90'),
  'an integer': bytesOf('04'),
  'a map': bytesOf('81a16101'),
  nil: bytesOf('c0'),
  'the unused byte': bytesOf('c1'),
  'an array cut off': bytesOf('9304'),
  'bytes after the array': bytesOf('92040200'),
  'a number that no message has': bytesOf('920002'),
  'a large number that no message has': bytesOf('92cd100002'),
  'a number above 2^53': bytesOf('92cfffffffffffffffff02'),
  'a string instead of a number': bytesOf('92a56f6666657202'),
  'a fraction instead of a number': bytesOf('92cb401200000000000002'),
  'an empty list instead of a number': bytesOf('929002'),
};

describe.each(sides)('R10 a header of a %s that is no message', (from) => {
  test.each(Object.entries(headers))(`R10 %s breaks the link of the ${from}`, (_, header) => {
    expect(hear(from, header)?.type).toBe('broken');
  });

  test(`R10 a message of the other side breaks the link of the ${from}`, () => {
    for (const vector of frameVectors) {
      if (vector.from === from) continue;
      const inbound = hear(from, bytesOf(vector.header), bytesOf(vector.value));
      expect(inbound?.type, vector.name).toBe('broken');
    }
  });

  test(`R10 whatever the header is, it is a message or breaks the link of the ${from}`, () => {
    const byte = fc.oneof(
      fc.nat({ max: 255 }),
      fc.constantFrom(0x90, 0x91, 0x92, 0x93, 0x94, 1, 2, 3, 4, 66, 70, 0xc0, 0xcf, 0xdd),
    );
    const some = fc.array(byte, { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(some, fc.uint8Array({ maxLength: 8 }), (header, value) => {
        const inbound = hear(from, new Uint8Array(header), value);
        expect(['message', 'broken']).toContain(inbound?.type);
      }),
      { numRuns: 10_000 },
    );
  });
});

/** Where each message has what: anything else there is an error. */
const wrong: readonly unknown[] = [null, -1, 1.5, 'x', [], [1], {}, true, 2n ** 60n, undefined];

/** The elements of a header that are integers, by the name of the vector. */
const integers: Record<string, readonly number[]> = {
  'offer: a receive on end 2': [1, 2],
  'withdraw: final': [1, 2],
  taken: [1],
  returned: [1],
  refused: [1],
  close: [1],
  inspect: [1, 2],
  deliver: [1, 2, 3],
  completed: [1, 2],
  late: [1],
  withdrawn: [1, 2, 3],
  'failed: ended': [1, 2, 3],
  'failed: too large': [1, 2, 3, 5],
  inspected: [1],
  'open: a channel for replies': [1, 2],
  'deliver: a value that carries two ends': [1, 2, 3],
};

const strings: Record<string, readonly number[]> = {
  refused: [2],
  'failed: ended': [4],
  'failed: refused': [4, 5],
  'open: a channel for replies': [3],
};

const lists: Record<string, readonly number[]> = { 'offer: a receive on end 2': [3] };
const maps: Record<string, readonly number[]> = {
  inspected: [2],
  'failed: broken': [5],
  'open: a channel for replies': [4],
};

const fields = [
  ...fieldsIn(integers, () => true),
  ...fieldsIn(strings, (other) => typeof other !== 'string'),
  ...fieldsIn(lists, (other) => !Array.isArray(other)),
  ...fieldsIn(maps, (other) => !isMap(other)),
];

describe('§3.3 an element of the wrong type', () => {
  test.each(fields)('§3.3 in "$name" at $index breaks the link', ({ name, index, isWrong }) => {
    const vector = frameVectors.find((other) => other.name === name);
    if (vector === undefined) throw new Error(`there is no vector "${name}"`);
    for (const other of wrong.filter(isWrong)) {
      const elements = packr.unpack(bytesOf(vector.header)) as unknown[];
      if (other === undefined) elements.length = index;
      else elements[index] = other;
      const inbound = hear(vector.from, packr.pack(elements), bytesOf(vector.value));
      expect(inbound?.type, `with ${String(other)} (${typeof other})`).toBe('broken');
    }
  });

  const guards: Record<string, unknown> = {
    'a number instead of a guard': [1],
    'a guard without an end': [[]],
    'a negative end': [[-1]],
    'a length that is no number': [[1, 'x']],
    'a negative length': [[1, -3]],
    'values longer than the frame': [[1, 100]],
    'values shorter than the frame': [[1, 1]],
    'a length of 4 GiB': [[1, 0xffff_ffff]],
    'lengths that add up to more than a number can': [
      [1, Number.MAX_SAFE_INTEGER],
      [1, Number.MAX_SAFE_INTEGER],
    ],
    'a receive where the frame has a value': [[1]],
  };
  test.each(Object.entries(guards))('§3.8 an offer with %s breaks the link', (_, list) => {
    const header = packr.pack([2, 1, 0, list]);
    expect(hear('process', header, new Uint8Array(3))?.type).toBe('broken');
  });

  test('§3.3 the error says what was expected, and shows the header', () => {
    const inbound = hear('process', packr.pack([6, 'one', 'why']));
    expect(inbound).toMatchObject({ type: 'broken' });
    if (inbound?.type !== 'broken') return;
    expect(inbound.error.message).toMatch(/^expected an integer of 0 or more as op, got string: /);
    expect(inbound.error.bytes).toStrictEqual(new Uint8Array(packr.pack([6, 'one', 'why'])));
  });
});

describe('§3.3 what a later version may say', () => {
  test('§3.3 elements beyond the known ones are ignored', () => {
    for (const vector of frameVectors) {
      const elements = packr.unpack(bytesOf(vector.header)) as unknown[];
      // A delivery may list ends, and a reason has one detail; every message may grow beyond that.
      const known = vector.message.type === 'deliver' && elements.length === 4 ? [[]] : [];
      const header = packr.pack([...elements, ...known, 'more', { and: ['more'] }]);
      const greeting = ['hello', 'welcome', 'refusal'].some((word) => vector.name.startsWith(word));
      if (greeting) continue;
      expect(hear(vector.from, header, bytesOf(vector.value))).toMatchObject({
        type: 'message',
        message: { type: vector.message.type },
      });
    }
  });

  test('§3.3 numbers beyond the known ones are ignored too', () => {
    expect(hear('process', packr.pack([4, 7, 8, 9]))).toEqual({
      type: 'message',
      message: { type: 'taken', op: 7 },
    });
    expect(hear('supervisor', packr.pack([68, 7, 8]))).toEqual({
      type: 'message',
      message: { type: 'late', op: 7 },
    });
  });
});

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldsIn(
  where: Record<string, readonly number[]>,
  isWrong: (other: unknown) => boolean,
): readonly { name: string; index: number; isWrong: (other: unknown) => boolean }[] {
  return Object.entries(where).flatMap(([name, indices]) =>
    indices.map((index) => ({ name, index, isWrong })),
  );
}

describe('R10 ends in a header that are none', () => {
  const terms = { capacity: 0, overflow: 'block', maxAttempts: 3 };
  const open = (changes: Record<string, unknown>) => [
    9,
    2 ** 31,
    2 ** 31 + 1,
    'replies',
    { ...terms, ...changes },
  ];
  const headersOfProcess: readonly (readonly unknown[])[] = [
    [2, 1, 0, [[1, 0, 3]]],
    [2, 1, 0, [[1, 0, ['x']]]],
    [2, 1, 0, [[1, 0, [-1]]]],
    [2, 1, 0, [[1, 0, [[1]]]]],
    open({ overflow: 'grow' }),
    open({ capacity: -1 }),
    open({ maxAttempts: 1.5 }),
    open({ capacity: undefined }),
  ];
  test.each(headersOfProcess)('R10 of a process: %j', (...header) => {
    expect(hear('process', packr.pack(header))?.type).toBe('broken');
  });

  const ends: readonly unknown[] = [1, [1], [[]], [[1, 2, 'c']], [[1, 0]], [[1, 'send', 'c']]];
  test.each(ends)('R10 of a supervisor: %j', (list) => {
    expect(hear('supervisor', packr.pack([66, 1, 0, 1, list]))?.type).toBe('broken');
  });
});
