import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProtocolError } from '../../../src/errors.ts';
import { maxHeaderLength, preludeLength } from '../../../src/wire/frame.ts';
import { FrameReader } from '../../../src/wire/frame-reader.ts';
import { bytesOfFrame } from '../../support/wire.ts';
import { ascii, joined, pattern } from './bytes.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

/** A frame as it came, copied: a view is valid only until the next chunk. */
interface Frame {
  readonly header: Uint8Array;
  readonly value: Uint8Array;
  readonly skipped: number;
}

function readAll(reader: FrameReader, chunks: Iterable<Uint8Array>): Frame[] {
  const frames: Frame[] = [];
  for (const chunk of chunks) {
    reader.read(chunk, ({ header, value, absent: skipped }) => {
      frames.push({ header: header.slice(), value: value.slice(), skipped });
    });
  }
  return frames;
}

function frame(headerLength: number, valueLength: number, salt = 0): Frame {
  return {
    header: pattern(headerLength, salt),
    value: pattern(valueLength, salt + 1),
    skipped: 0,
  };
}

function bytesOf({ header, value }: Frame): Uint8Array {
  return bytesOfFrame(header, value);
}

function prelude(headerLength: number, restLength: number): Uint8Array {
  const bytes = new Uint8Array([0xc1, 0x48, 0, 0, 0, 0, 0, 0]);
  new DataView(bytes.buffer).setUint16(2, headerLength);
  new DataView(bytes.buffer).setUint32(4, restLength);
  return bytes;
}

function errorOf(action: () => void): ProtocolError {
  try {
    action();
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('§2.1 frames are found wherever the bytes are cut', () => {
  const frames = [frame(3, 5), frame(1, 0, 1), frame(17, 40, 2)];
  const bytes = joined(frames.map(bytesOf));

  test('§2.1 in one piece', () => {
    expect(readAll(new FrameReader(100), [bytes])).toStrictEqual(frames);
  });

  test('§2.1 cut at every position', () => {
    for (let at = 0; at <= bytes.length; at++) {
      const chunks = [bytes.subarray(0, at), bytes.subarray(at)];
      expect(readAll(new FrameReader(100), chunks), `cut at ${at}`).toStrictEqual(frames);
    }
  });

  test('§2.1 cut at every two positions', () => {
    for (let first = 0; first <= bytes.length; first++) {
      for (let second = first; second <= bytes.length; second++) {
        const chunks = [
          bytes.subarray(0, first),
          bytes.subarray(first, second),
          bytes.subarray(second),
        ];
        const got = readAll(new FrameReader(100), chunks);
        if (got.length !== 3) expect.fail(`cut at ${first} and ${second}: ${got.length} frames`);
        expect(got[2]).toStrictEqual(frames[2]);
      }
    }
  });

  test('§2.1 byte by byte', () => {
    const chunks = Array.from(bytes, (byte) => new Uint8Array([byte]));
    expect(readAll(new FrameReader(100), chunks)).toStrictEqual(frames);
  });

  test('§2.1 any frames, cut anyhow, some of them too large', () => {
    const limit = 64;
    const size = fc.nat({ max: 2 * limit });
    const random = fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), size), { maxLength: 12 });
    fc.assert(
      fc.property(random, fc.array(fc.nat({ max: 2_000 })), (sizes, cuts) => {
        const sent = sizes.map(([header, value], index) => frame(header, value, index));
        const all = joined(sent.map(bytesOf));
        const places = [0, ...cuts.filter((cut) => cut < all.length), all.length];
        places.sort((a, b) => a - b);
        const chunks = places.slice(1).map((end, index) => all.subarray(places[index], end));
        const expected = sent.map((one) =>
          one.value.length > limit
            ? { header: one.header, value: new Uint8Array(), skipped: one.value.length }
            : one,
        );
        const reader = new FrameReader(limit);
        expect(readAll(reader, chunks)).toStrictEqual(expected);
        expect(reader.isBetweenFrames).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('§2.1 values of every size', () => {
  const sizes = [
    0,
    1,
    16 * KiB - 1,
    16 * KiB,
    16 * KiB + 1,
    64 * KiB - 1,
    64 * KiB,
    64 * KiB + 1,
    MiB,
    50 * MiB,
  ];
  test.each(sizes)('§2.1 a value of %i bytes arrives as it was sent', (size) => {
    const header = pattern(12);
    const value = pattern(size, 3);
    const bytes = bytesOfFrame(header, value);
    expect(bytes).toHaveLength(preludeLength + 12 + size);
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += 64 * KiB) {
      chunks.push(bytes.subarray(at, at + 64 * KiB));
    }
    const reader = new FrameReader(50 * MiB);
    let frames = 0;
    for (const chunk of chunks) {
      reader.read(chunk, (got) => {
        frames++;
        expect(Buffer.compare(got.header, header)).toBe(0);
        expect(Buffer.compare(got.value, value)).toBe(0);
        expect(got.passage).toBe('whole');
      });
    }
    expect(frames).toBe(1);
  });

  test('§2.1 the longest header', () => {
    const longest = frame(maxHeaderLength, 10);
    expect(readAll(new FrameReader(100), [bytesOf(longest)])).toStrictEqual([longest]);
  });

  test('§2.1 a longer header is not written', () => {
    expect(() => bytesOfFrame(new Uint8Array(maxHeaderLength + 1))).toThrow(RangeError);
  });

  test('§2.1 several values follow each other', () => {
    for (const size of [3, 20 * KiB]) {
      const values = [pattern(size, 1), new Uint8Array(), pattern(size, 2)];
      const bytes = bytesOfFrame(pattern(4), ...values);
      const [got] = readAll(new FrameReader(100 * KiB), [bytes]);
      expect(got).toStrictEqual({ header: pattern(4), value: joined(values), skipped: 0 });
    }
  });
});

describe('§2.3 values above the limit', () => {
  test('§2.3 at the limit it is read, one byte above it is skipped', () => {
    const [whole, large] = [frame(5, 100), frame(5, 101)];
    const got = readAll(new FrameReader(100), [bytesOf(whole), bytesOf(large), bytesOf(whole)]);
    expect(got).toStrictEqual([
      whole,
      { header: large.header, value: new Uint8Array(), skipped: 101 },
      whole,
    ]);
  });

  test('§2.3 a chunk may be overwritten when it was read, also amid what is skipped', () => {
    const large = frame(5, 200, 7);
    const bytes = bytesOf(large);
    const got: Frame[] = [];
    const reader = new FrameReader(100);
    for (let at = 0; at < bytes.length; at += 50) {
      const chunk = bytes.slice(at, at + 50);
      got.push(...readAll(reader, [chunk]));
      chunk.fill(0xaa);
    }
    expect(got).toStrictEqual([{ header: large.header, value: new Uint8Array(), skipped: 200 }]);
  });

  test('§2.1 a chunk may be overwritten when it was read, also amid a frame', () => {
    const whole = frame(5, 90, 7);
    const bytes = bytesOf(whole);
    for (let cut = 1; cut < bytes.length; cut++) {
      const reader = new FrameReader(100);
      const first = bytes.slice(0, cut);
      readAll(reader, [first]);
      first.fill(0xaa);
      expect(readAll(reader, [bytes.slice(cut)])).toStrictEqual([whole]);
    }
  });

  test('§2.3 4 GiB are skipped without memory for them, and the link lives on', () => {
    const reader = new FrameReader(MiB);
    const header = pattern(6);
    const after = frame(2, 2);
    const chunk = new Uint8Array(MiB);
    const total = 0xffff_ffff - header.length;
    const frames: Frame[] = [];
    const read = (bytes: Uint8Array) => frames.push(...readAll(reader, [bytes]));
    const before = process.memoryUsage().rss;
    read(joined([prelude(header.length, 0xffff_ffff), header]));
    for (let left = total; left > 0; left -= chunk.length) {
      read(left < chunk.length ? chunk.subarray(0, left) : chunk);
      if (left > chunk.length) expect(frames.length).toBe(0);
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(32 * MiB);
    read(bytesOf(after));
    expect(frames).toStrictEqual([{ header, value: new Uint8Array(), skipped: total }, after]);
  });

  test('§2.3 without a limit nothing is skipped', () => {
    const large = frame(5, 3 * MiB);
    const got = readAll(new FrameReader(Number.POSITIVE_INFINITY), [bytesOf(large)]);
    expect(got[0]?.skipped).toBe(0);
    expect(got[0]?.value.length).toBe(3 * MiB);
  });
});

describe('§2.2 bytes that are no frame', () => {
  const stray: Record<string, { readonly bytes: Uint8Array; readonly shown: string }> = {
    'a print': { bytes: ascii('hello world\n'), shown: '"hello world\\n"' },
    'one letter': { bytes: ascii('x'), shown: '"x"' },
    JSON: { bytes: ascii('{"a":1}'), shown: '"{\\"a\\":1}"' },
    'a right first byte only': { bytes: new Uint8Array([0xc1, 0x00]), shown: 'c1 00' },
    zeros: { bytes: new Uint8Array(4), shown: '00 00 00 00' },
    msgpack: { bytes: new Uint8Array([0x93, 1, 2, 3]), shown: '93 01 02 03' },
  };

  test.each(Object.entries(stray))('§2.2 %s is an error that shows it', (_, { bytes, shown }) => {
    const { message } = errorOf(() => new FrameReader(100).read(bytes, () => {}));
    expect(message).toBe(`expected a frame (it starts with C1 48), but the link said: ${shown}`);
  });

  test('§2.2 a print behind a frame is shown, and the frame is not lost', () => {
    const good = frame(3, 3);
    const got: Uint8Array[] = [];
    const chunk = joined([bytesOf(good), ascii('Traceback (most recent call last):\n')]);
    const { message } = errorOf(() =>
      new FrameReader(100).read(chunk, ({ value }) => got.push(value.slice())),
    );
    expect(message).toContain('"Traceback (most recent call last):\\n"');
    expect(got).toStrictEqual([good.value]);
  });

  test('§2.2 a print cut in two is seen at its first byte', () => {
    expect(() => new FrameReader(100).read(ascii('T'), () => {})).toThrow(ProtocolError);
  });

  test('§2.2 a long print is shown in part, with its length', () => {
    const { message, bytes } = errorOf(() =>
      new FrameReader(100).read(ascii('a'.repeat(5_000)), () => {}),
    );
    expect(bytes).toHaveLength(256);
    expect(message).toContain(`"${'a'.repeat(64)}" … (256 bytes)`);
  });

  test.each([
    [0, 0],
    [0, 10],
    [5, 4],
    [0xffff, 0],
  ])('§2.2 a header of %i bytes in a frame of %i is an error', (headerLength, restLength) => {
    const error = errorOf(() =>
      new FrameReader(100).read(prelude(headerLength, restLength), () => {}),
    );
    expect(error.message).toContain(
      `a frame of ${restLength} bytes cannot have a header of ${headerLength}`,
    );
  });

  test('§2.2 after an error nothing is read any more', () => {
    const reader = new FrameReader(100);
    expect(() => reader.read(ascii('x'), () => {})).toThrow(ProtocolError);
    expect(readAll(reader, [bytesOf(frame(1, 1))])).toStrictEqual([]);
  });

  test('§2.2 whatever the bytes are, they are frames or an error', () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    const withMagic = bytes.map((some) => joined([new Uint8Array([0xc1, 0x48]), some]));
    fc.assert(
      fc.property(fc.oneof(bytes, withMagic), (some) => {
        try {
          new FrameReader(100).read(some, () => {});
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('§2.5 a frame that is never completed', () => {
  test('§2.5 gives nothing, and is told at the end', () => {
    const bytes = bytesOf(frame(5, 50));
    for (let length = 1; length < bytes.length; length++) {
      const reader = new FrameReader(100);
      expect(reader.isBetweenFrames).toBe(true);
      expect(readAll(reader, [bytes.subarray(0, length)])).toStrictEqual([]);
      expect(reader.isBetweenFrames, `after ${length} bytes`).toBe(false);
    }
  });

  test('§2.5 is told too when what is missing would be skipped', () => {
    const reader = new FrameReader(10);
    expect(readAll(reader, [bytesOf(frame(5, 50)).subarray(0, 40)])).toStrictEqual([]);
    expect(reader.isBetweenFrames).toBe(false);
  });
});
