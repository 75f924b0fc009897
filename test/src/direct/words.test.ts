import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  AnswerReader,
  putRefused,
  putTaken,
  putValue,
  ValueReader,
} from '../../../src/direct/words.ts';
import { Output } from '../../../src/wire/output.ts';

/** All that is in an output, in chunks that end anywhere and are overwritten after they were read. */
function* chunksOf(output: Output, cuts: readonly number[]): Generator<Uint8Array> {
  const bytes = Buffer.concat(output.take());
  let at = 0;
  for (let turn = 0; at < bytes.length; turn++) {
    const length = cuts[turn % cuts.length] ?? 1;
    const chunk = Uint8Array.from(bytes.subarray(at, at + length));
    yield chunk;
    chunk.fill(0xaa);
    at += length;
  }
}

const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });

describe('§14.4 values', () => {
  test('§14.4 arrive as they were written, wherever reads end', () => {
    const values = fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 20 });
    fc.assert(
      fc.property(values, cuts, (sent, where) => {
        const output = new Output();
        for (const value of sent) putValue(output, value);
        const received: Uint8Array[] = [];
        const reader = new ValueReader(100, (value) => received.push(value));
        for (const chunk of chunksOf(output, where)) expect(reader.read(chunk)).toBe(true);
        expect(received.map((value) => [...value])).toEqual(sent.map((value) => [...value]));
      }),
    );
  });

  test('§14.4 a large one is not copied into the output, and arrives whole', () => {
    const output = new Output();
    const value = new Uint8Array(1 << 20).fill(7);
    putValue(output, value);
    let received: Uint8Array | undefined;
    const reader = new ValueReader(value.length, (one) => {
      received = one;
    });
    for (const chunk of chunksOf(output, [65_536])) reader.read(chunk);
    expect(Buffer.compare(received as Uint8Array, value)).toBe(0);
    // R10 bytes in it, behind their prefix, begin where numbers of any width may.
    expect(((received as Uint8Array).byteOffset + 5) % 8).toBe(0);
  });

  test.each([[1], [64]])('§2.3 one above the limit is none, in chunks of %i bytes', (length) => {
    const output = new Output();
    putValue(output, new Uint8Array(101));
    const received: Uint8Array[] = [];
    const reader = new ValueReader(100, (value) => received.push(value));
    expect([...chunksOf(output, [length])].some((chunk) => !reader.read(chunk))).toBe(true);
    expect(received).toEqual([]);
  });
});

describe('§14.4 answers', () => {
  test('§14.4 arrive in order, wherever reads end', () => {
    const answers = fc.array(fc.option(fc.string({ maxLength: 60 }), { nil: undefined }));
    fc.assert(
      fc.property(answers, cuts, (said, where) => {
        const output = new Output();
        for (const why of said) {
          if (why === undefined) putTaken(output);
          else putRefused(output, why);
        }
        const heard: (string | undefined)[] = [];
        const reader = new AnswerReader({
          onTaken: () => heard.push(undefined),
          onRefused: (why) => heard.push(why),
        });
        for (const chunk of chunksOf(output, where)) expect(reader.read(chunk)).toBe(true);
        expect(heard).toEqual(said);
      }),
    );
  });

  test('R10 anything else is none', () => {
    const reader = new AnswerReader({ onTaken: () => {}, onRefused: () => {} });
    expect(reader.read(Uint8Array.of(0, 0, 2))).toBe(false);
  });
});
