import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formats } from '../../platform/formats/index.ts';
import type { FormatName } from '../../platform/program-words.ts';
import { rejection } from '../support/failures.ts';

const most = 1_000;

/** Bytes in chunks of these lengths, again and again. */
async function* chopped(bytes: Uint8Array, lengths: readonly number[]): AsyncIterable<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const length = lengths[turn % lengths.length] ?? 1;
    yield bytes.slice(at, at + length);
    at += length;
  }
}

async function decoded(
  format: FormatName,
  bytes: Uint8Array | string,
  lengths: readonly number[] = [7],
): Promise<unknown[]> {
  const all = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
  return Array.fromAsync(formats[format].decode(chopped(all, lengths), most));
}

function encoded(format: FormatName, values: readonly unknown[]): Uint8Array {
  return Buffer.concat(values.map((value) => formats[format].encode(value)));
}

const lengths = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 });
const text = fc.string({ unit: 'binary' });

function isEncodable(value: unknown): boolean {
  try {
    return formats.msgpack.encode(value).length > 0;
  } catch {
    return false;
  }
}

describe('a format brings back what it was given, wherever the pipe cuts it', () => {
  const cases = {
    lines: text.filter((one) => !one.includes('\n')),
    nul: text.filter((one) => !one.includes('\0')),
    // Without -0, which JSON does not have.
    jsonl: fc.jsonValue().map((one): unknown => JSON.parse(JSON.stringify(one))),
    prefixed: fc.uint8Array({ maxLength: 100 }),
    text: text.filter((one) => !one.includes('\n')),
    csv: fc.array(
      // A mark of the byte order at the beginning is none of the text.
      text.filter((one) => one.isWellFormed() && !one.startsWith('\uFEFF')),
      { minLength: 1, maxLength: 4 },
    ),
    msgpack: fc
      .anything({ withBigInt: false, withDate: true, values: [fc.jsonValue(), fc.uint8Array()] })
      .filter(isEncodable),
  };
  test.each(Object.entries(cases))('%s', async (name, value: fc.Arbitrary<unknown>) => {
    const format = name as FormatName;
    await fc.assert(
      fc.asyncProperty(fc.array(value), lengths, async (values, cuts) => {
        fc.pre(values.every((one) => formats[format].encode(one).length < most));
        expect(await decoded(format, encoded(format, values), cuts)).toEqual(values);
      }),
    );
  });

  test('chunks: the bytes, not where one value ended', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array()), lengths, async (values, cuts) => {
        const back = await decoded('chunks', encoded('chunks', values), cuts);
        expect(Buffer.concat(back as Uint8Array[])).toEqual(Buffer.concat(values));
      }),
    );
  });
});

describe('a format reads what programs write', () => {
  test('lines: the last one need not be ended; an empty one is one; a carriage return stays', async () => {
    expect(await decoded('lines', 'a\n\nb\r\nc')).toEqual(['a', '', 'b\r', 'c']);
    expect(await decoded('lines', 'a\n')).toEqual(['a']);
    expect(await decoded('lines', '')).toEqual([]);
  });

  test('csv: fields in quotes, line breaks in them, rows of any length, whatever ends a line', async () => {
    const rows = 'name,says\r\nAda,"a ""b"",\nc"\nBob\n';
    expect(await decoded('csv', rows)).toEqual([['name', 'says'], ['Ada', 'a "b",\nc'], ['Bob']]);
  });

  test('text: what is no text goes out as JSON, and comes back as a line', async () => {
    const bytes = encoded('text', ['a', { b: [1] }, 5]);
    expect(await decoded('text', bytes)).toEqual(['a', '{"b":[1]}', '5']);
  });

  test('jsonl: empty lines say nothing', async () => {
    expect(await decoded('jsonl', '{"a":1}\n\n  \n[null]')).toEqual([{ a: 1 }, [null]]);
  });

  test.each([
    ['lines', Uint8Array.of(0x61, 0x0a, 0xff, 0x0a), /^line 2 is no UTF-8/],
    ['jsonl', '{}\nnonsense\n', /^line 2 is no JSON: nonsense$/],
    ['lines', 'x'.repeat(most + 1), /^line 1 has more than 1000 bytes$/],
    ['nul', `a\0${'x'.repeat(most + 1)}\0`, /^record 2 has more than 1000 bytes$/],
    ['prefixed', Uint8Array.of(0, 0, 0, 9, 1), /ends inside a value/],
    ['csv', 'a,"b', /^it is no CSV: Quote Not Closed/],
    ['csv', Uint8Array.of(0x61, 0xff, 0x0a), /^it is no UTF-8/],
    ['csv', 'x'.repeat(2 * most), /^it is no CSV: Max Record Size/],
    ['msgpack', Uint8Array.of(0x01, 0x92, 0x01), /ends inside a value, after 2 bytes of it$/],
    [
      'msgpack',
      Uint8Array.of(0x01, 0xc1),
      /^it is not plain msgpack: there is no such thing as c1/,
    ],
    ['msgpack', Uint8Array.of(0xc6, 0, 1, 0, 0), /^a value has more than 1000 bytes$/],
    ['prefixed', Uint8Array.of(0, 1, 0, 0, 1), /65536 bytes, more than 1000$/],
  ] as const)('%s: what is none is said, and where', async (format, bytes, says) => {
    const error = await rejection(decoded(format, bytes));
    expect(error).toMatchObject({ name: 'UnfitError', message: expect.stringMatching(says) });
  });
});

describe('a format carries nothing that would arrive as something else', () => {
  test.each([
    ['lines', 'a\nb', /^a line has no "\\n" inside/],
    ['lines', 5, /^a line is a text, not a number$/],
    ['nul', 'a\0', /^a record has no "\\u0000" inside/],
    ['jsonl', { a: [Number.NaN] }, /^JSON has no NaN \(\$\.a\[0\]\)$/],
    ['jsonl', -0, /^JSON has no -0 \(\$\)$/],
    ['jsonl', { when: new Date() }, /^JSON has no way to write a moment \(\$\.when\)$/],
    ['jsonl', [Uint8Array.of(1)], /bytes \(\$\[0\]\)$/],
    ['csv', 'a,b', /^a row is a list of texts, not a string$/],
    ['csv', ['a', 5], /^a row is a list of texts, and column 2 is a number$/],
    ['msgpack', new Set([1]), /Set .*at \$/],
    ['text', Uint8Array.of(1), /bytes/],
    ['chunks', 'text', /^it reads bytes, not a string$/],
    ['prefixed', null, /^it reads bytes, not null$/],
  ] as const)('%s: %j', async (format, value, says) => {
    const error = await rejection((async () => formats[format].encode(value))());
    expect(error).toMatchObject({ name: 'UnfitError', message: expect.stringMatching(says) });
  });
});
