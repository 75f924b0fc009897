import { expect, test } from 'vitest';
import { writeFrame } from '../../../src/wire/frame.ts';
import { FrameReader } from '../../../src/wire/frame-reader.ts';
import { Output } from '../../../src/wire/output.ts';
import { everythingIn } from '../../support/wire.ts';
import { joined, pattern } from './bytes.ts';

const KiB = 1024;

test('§2.1 small frames are one part, also when it has to grow in between', () => {
  const output = new Output();
  for (let salt = 0; salt < 10; salt++) {
    writeFrame(output, pattern(4, salt), [pattern(40, salt)]);
    expect(output.isOnePart).toBe(true);
  }
  expect(output).toMatchObject({ frames: 10, size: 10 * 52, isEmpty: false });
  expect(framesIn(everythingIn(output))).toBe(10);
  expect(output).toMatchObject({ frames: 0, size: 0, isEmpty: true });
});

test('§2.1 a large value alone is not copied', () => {
  const large = pattern(20 * KiB);
  const output = new Output();
  output.append(large);
  expect(output.isOnePart).toBe(false);
  expect(output.take()[0]).toBe(large);
});

test('§2.1 what was taken is not changed by what is written after it', () => {
  const output = new Output();
  for (const size of [0, 50, 900, 2 * KiB, 20 * KiB, 70 * KiB, 3]) {
    writeFrame(output, pattern(3), [pattern(size), pattern(size, 1)]);
    const taken = output.take();
    const before = joined(taken);
    for (let salt = 0; salt < 200; salt++) writeFrame(output, pattern(30, salt), [pattern(300)]);
    output.clear();
    expect(joined(taken)).toEqual(before);
  }
});

test('§2.1 frames of all sizes leave in order and whole, at once or in parts', () => {
  const output = new Output();
  const sizes = Array.from({ length: 400 }, (_, at) => (at % 7 === 0 ? at * 300 : at * 11));
  const bytes: number[] = [];
  for (const [at, size] of sizes.entries()) {
    writeFrame(output, pattern(1 + (at % 40), at), [pattern(size, at)]);
    if (at % 31 !== 30) continue;
    expect(output.frames).toBe(31);
    const { size: total } = output;
    const taken = everythingIn(output);
    expect(taken).toHaveLength(total);
    bytes.push(...framesOf(taken));
  }
  bytes.push(...framesOf(everythingIn(output)));
  expect(bytes).toEqual(sizes);
});

function framesIn(bytes: Uint8Array): number {
  return framesOf(bytes).length;
}

/** The lengths of their values; each is checked. */
function framesOf(bytes: Uint8Array): number[] {
  const lengths: number[] = [];
  new FrameReader(Number.POSITIVE_INFINITY).read(bytes, ({ header, value }) => {
    expect(Buffer.compare(value, pattern(value.length, header[0]))).toBe(0);
    lengths.push(value.length);
  });
  return lengths;
}
