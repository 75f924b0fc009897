import { describe, expect, test } from 'vitest';
import type { Frame } from '../../../src/wire/frame.ts';
import { FrameReader } from '../../../src/wire/frame-reader.ts';
import { mostTransfers } from '../../../src/wire/pieces.ts';
import { Session } from '../../../src/wire/session.ts';
import { growth, memoryInUse } from '../../support/memory.ts';
import { bytesOfFrame } from '../../support/wire.ts';
import { joined, pattern } from './bytes.ts';

const limit = 100;
const header = pattern(5);

function beginning(transfer: number, valueLength: number, head = header): Uint8Array {
  const bytes = new Uint8Array([0xc1, 0x4c, 0, 0, 0, 0, 0, 0, 0, 0, ...head]);
  const view = new DataView(bytes.buffer);
  view.setUint16(2, head.length);
  view.setUint32(4, head.length + valueLength);
  view.setUint16(8, transfer);
  return bytes;
}

function piece(transfer: number, bytes: Uint8Array, length = bytes.length): Uint8Array {
  const prelude = new Uint8Array([0xc1, 0x50, 0, 0, 0, 0, 0, 0]);
  new DataView(prelude.buffer).setUint16(2, transfer);
  new DataView(prelude.buffer).setUint32(4, length);
  return joined([prelude, bytes]);
}

function readAll(reader: FrameReader, ...chunks: readonly Uint8Array[]) {
  const frames: { passage: string; value: Uint8Array; absent: number }[] = [];
  const keep = ({ passage, value, absent }: Frame) => frames.push({ passage, value, absent });
  for (const chunk of chunks) {
    const copy = chunk.slice();
    reader.read(copy, keep);
    copy.fill(0xaa);
  }
  return frames;
}

describe('§2.6 a value in pieces', () => {
  const value = pattern(60, 3);
  const [first, second] = [value.subarray(0, 25), value.subarray(25)];
  const other = bytesOfFrame(header, pattern(4));
  const bytes = joined([beginning(7, 60), piece(7, first), other, piece(7, second), other]);
  const small = { passage: 'whole', value: pattern(4), absent: 0 };

  test('§2.6 is announced, and whole after its last piece; frames come in between', () => {
    expect(readAll(new FrameReader(limit), bytes)).toEqual([
      { passage: 'coming', value: new Uint8Array(), absent: 60 },
      small,
      { passage: 'come', value, absent: 0 },
      small,
    ]);
  });

  test('R10 lies so that bytes in it begin where numbers of any width may', () => {
    const prefixLength = 5;
    for (let length = 1; length <= 9; length++) {
      const said = joined([beginning(7, 60, pattern(length)), piece(7, value)]);
      const [, come] = readAll(new FrameReader(limit), said);
      expect(come?.value, `header of ${length}`).toEqual(value);
      expect(((come?.value.byteOffset ?? 0) + prefixLength) % 8).toBe(0);
    }
  });

  test('§2.6 wherever the bytes are cut', () => {
    const whole = readAll(new FrameReader(limit), bytes);
    for (let at = 0; at <= bytes.length; at++) {
      const cut = [bytes.subarray(0, at), bytes.subarray(at)];
      expect(readAll(new FrameReader(limit), ...cut), `cut at ${at}`).toEqual(whole);
    }
    const each = Array.from(bytes, (byte) => Uint8Array.of(byte));
    expect(readAll(new FrameReader(limit), ...each)).toEqual(whole);
  });

  test('§2.6 the number of one that is complete may be used again', () => {
    const again = joined([beginning(7, 60), piece(7, value), beginning(7, 60), piece(7, value)]);
    expect(readAll(new FrameReader(limit), again).map(({ passage }) => passage)).toEqual([
      'coming',
      'come',
      'coming',
      'come',
    ]);
  });

  test('§2.3 above the limit it is skipped, and the frames in between are not', () => {
    const large = joined([beginning(1, 150), piece(1, pattern(100)), other, piece(1, pattern(50))]);
    expect(readAll(new FrameReader(limit), large)).toEqual([
      small,
      { passage: 'skipped', value: new Uint8Array(), absent: 150 },
    ]);
  });

  test('§2.5 a link that ends amid pieces has cut off a message', () => {
    for (const until of [beginning(7, 60), joined([beginning(7, 60), piece(7, first), other])]) {
      const reader = new FrameReader(limit);
      readAll(reader, until);
      expect(reader.isBetweenFrames).toBe(false);
    }
    const reader = new FrameReader(limit);
    readAll(reader, bytes);
    expect(reader.isBetweenFrames).toBe(true);
  });
});

describe('§2.9 pieces that make no value', () => {
  const wrong: Record<string, { readonly bytes: Uint8Array; readonly says: RegExp }> = {
    'a piece of a transfer that has not begun': {
      bytes: piece(3, pattern(4)),
      says: /a piece came of transfer 3, which had not begun/,
    },
    'a piece after the last': {
      bytes: joined([beginning(3, 4), piece(3, pattern(4)), piece(3, pattern(1))]),
      says: /a piece came of transfer 3, which had not begun/,
    },
    'a piece that is longer than what is to come': {
      bytes: joined([beginning(3, 4), piece(3, pattern(5))]),
      says: /a piece of 5 bytes came of transfer 3, of which 4 were to come/,
    },
    'a piece of nothing': {
      bytes: joined([beginning(3, 4), piece(3, pattern(0))]),
      says: /a piece of 0 bytes came of transfer 3, of which 4 were to come/,
    },
    'a number that is in use': {
      bytes: joined([beginning(3, 4), beginning(3, 4)]),
      says: /transfer 3 began amid transfer 3/,
    },
    'a number that there is not': {
      bytes: beginning(mostTransfers, 4),
      says: /transfer 64 is none of the 64 that a link can have at once/,
    },
    'a beginning without a value': {
      bytes: beginning(3, 0),
      says: /transfer 3 began without a value/,
    },
    'a beginning without a header': {
      bytes: beginning(3, 4, new Uint8Array()),
      says: /a frame of 4 bytes cannot have a header of 0/,
    },
  };
  test.each(Object.entries(wrong))('§2.9 %s is an error, and the end', (_, { bytes, says }) => {
    const reader = new FrameReader(limit);
    expect(() => readAll(reader, bytes)).toThrow(says);
    expect(readAll(reader, bytesOfFrame(header))).toEqual([]);
  });

  test('§2.9 only an offer may come in pieces, and not before the greeting', () => {
    const taken = Uint8Array.of(0x92, 4, 1);
    const inbound: string[] = [];
    const session = Session.ofSupervisor(limit);
    session.read(beginning(0, 10, taken), (one) => {
      inbound.push(one.type === 'broken' ? one.error.message : one.type);
    });
    expect(inbound).toEqual([expect.stringContaining('expected "hello" first from the process')]);
  });

  test('§2.9 a beginning takes no memory before its first piece', () => {
    const gibi = 2 ** 30;
    const reader = new FrameReader(4 * gibi);
    const before = memoryInUse();
    for (let transfer = 0; transfer < mostTransfers; transfer++) {
      readAll(reader, beginning(transfer, gibi));
    }
    expect(growth(before, memoryInUse()).buffers).toBeLessThan(2 ** 20);
  });
});
