import { Packr } from 'msgpackr/pack';
import { describe, expect, test } from 'vitest';
import { Cargo } from '../../../src/value/cargo.ts';
import { lastMsgpackCodec, msgpackCodec, Undecodable } from '../../../src/value/codec.ts';
import { roomFor } from '../../../src/value/rooms.ts';
import { encode } from '../../support/codec.ts';
import { pattern } from '../wire/bytes.ts';

const leastLarge = 0x1_0000;
const lengths = [leastLarge - 1, leastLarge, leastLarge + 1, 300_000];

/** As a link hands them over: in memory that was made for them, behind a header. */
function arrived(bytes: Uint8Array, headerLength: number): Uint8Array {
  const room = roomFor(bytes.length, headerLength);
  room.set(bytes, headerLength);
  return room.subarray(headerLength);
}

describe('§5.1 large byte strings', () => {
  const packr = new Packr({ useRecords: false });

  test.each(lengths)('§5.1 %i bytes are written as msgpack has them', (length) => {
    const value = pattern(length);
    const packed = packr.pack(value);
    for (const same of [value, Buffer.from(value)]) {
      expect(Buffer.compare(encode(same), packed)).toBe(0);
    }
  });

  test.each(lengths)('R10 %i bytes arrive as they were sent', (length) => {
    const value = pattern(length);
    for (const { decode } of [msgpackCodec, lastMsgpackCodec]) {
      expect(decode(arrived(encode(value), 7), [])).toStrictEqual(value);
    }
  });

  test('R10 what a sender changes later does not change what was sent', () => {
    const value = pattern(leastLarge);
    const bytes = msgpackCodec.encode(value, new Cargo({}));
    value.fill(0);
    expect(msgpackCodec.decode(bytes, [])).toStrictEqual(pattern(leastLarge));
  });

  test('R10 what a receiver changes does not reach the next, where the bytes are kept for it', () => {
    const bytes = arrived(encode(pattern(leastLarge)), 7);
    (msgpackCodec.decode(bytes, []) as Uint8Array).fill(0);
    expect(msgpackCodec.decode(bytes, [])).toStrictEqual(pattern(leastLarge));
  });

  test.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])(
    'R10 who is the last to read them gets them where they are, behind a header of %i bytes, for numbers of any width',
    (headerLength) => {
      const bytes = arrived(encode(pattern(leastLarge)), headerLength);
      const value = lastMsgpackCodec.decode(bytes, []) as Uint8Array;
      expect(value.buffer).toBe(bytes.buffer);
      expect(new Float64Array(value.buffer, value.byteOffset, 2)).toHaveLength(2);
    },
  );

  test('R10 small ones, and those that lie where wide numbers cannot, are copied', () => {
    const misplaced = encode(pattern(leastLarge)).slice();
    const small = arrived(encode(pattern(leastLarge - 1)), 7);
    for (const bytes of [misplaced, small]) {
      const value = lastMsgpackCodec.decode(bytes, []) as Uint8Array;
      expect(value.buffer).not.toBe(bytes.buffer);
      expect(value.byteOffset).toBe(0);
    }
  });

  test('§5.1 one that is cut off, goes on, or carries an end without a mention is none', () => {
    const whole = encode(pattern(leastLarge));
    const longer = new Uint8Array([...whole, 0]);
    for (const bytes of [whole.subarray(0, -1), whole.subarray(0, 3), longer]) {
      expect(() => lastMsgpackCodec.decode(arrived(bytes, 7), [])).toThrow(Undecodable);
    }
  });
});
