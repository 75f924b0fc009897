/** Ends in the bytes of a value: extension 1, and what a hostile sender can put there. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Cargo } from '../../../src/value/cargo.ts';
import { msgpackCodec, opaqueCodec, Undecodable } from '../../../src/value/codec.ts';
import { problemOf } from '../../../src/value/plain.ts';
import { bytesOf, hexOf } from '../../vectors/vectors.ts';
import { Desk } from '../party/desk.ts';

const desk = new Desk();
const [a, b] = [desk.sender(), desk.receiver()];

function encoded(value: unknown): { readonly bytes: Uint8Array; readonly cargo: Cargo } {
  const cargo = new Cargo(desk.party);
  return { bytes: msgpackCodec.encode(value, cargo), cargo };
}

describe('§5.7 an end in a value', () => {
  test('§5.7 is extension 1 with one byte, its place in the list', () => {
    const { bytes, cargo } = encoded([a, b, { again: a }]);
    expect(hexOf(bytes)).toBe('93d40100d4010181a5616761696ed40100');
    expect(cargo.numbers).toEqual([a.number, b.number]);
  });

  test('§5.7 arrives as the end in that place of the list, each time the same', () => {
    const { bytes } = encoded({ a, deep: [[b, { a }]] });
    const value = msgpackCodec.decode(bytes, [a, b]) as { a: unknown; deep: unknown };
    expect(value.a).toBe(a);
    expect(value.deep).toEqual([[b, { a }]]);
  });

  test('§5.7 leaves the sent value as it was', () => {
    const sent = Object.freeze({ reply: a, list: Object.freeze([1, b]) });
    encoded(sent);
    expect(sent.reply).toBe(a);
    expect(sent.list[1]).toBe(b);
  });

  test('§5.7 stands beside a key that msgpackr would rename', () => {
    const key = hexOf(new TextEncoder().encode('__proto__'));
    const value = msgpackCodec.decode(bytesOf(`81a9${key}d40100`), [a]) as object;
    expect(Object.getOwnPropertyDescriptor(value, '__proto__')?.value).toBe(a);
  });

  test('§5.7 is passed on with the bytes, by who does not look into them', () => {
    const { bytes } = encoded([b, a]);
    const parcel = opaqueCodec.decode(bytes, [b, a]);
    const cargo = new Cargo(desk.party);
    expect(opaqueCodec.encode(parcel, cargo)).toBe(bytes);
    expect(cargo.numbers).toEqual([b.number, a.number]);
  });
});

describe('R10 bytes that mention ends', () => {
  const refused: Record<string, readonly [hex: string, ends: 0 | 1 | 2]> = {
    'an end where the value carries none': ['d40100', 0],
    'an end beyond the list': ['d40101', 1],
    'the last place there is': ['d401ff', 2],
    'an end of the list is not mentioned': ['91d40101', 2],
    'none is mentioned': ['c0', 1],
    'an end in two bytes': ['d5010000', 1],
    'an end without a byte': ['c70001', 1],
    'an end in the long form': ['c7010100', 1],
    'an end that is cut off': ['d401', 1],
    'an end as a key': ['81d4010000', 1],
    'another extension of one byte': ['d40200', 1],
    'the extension of msgpackr for records': ['d47200', 1],
  };
  test.each(Object.entries(refused))('R10 %s: refused', (_, [hex, ends]) => {
    const carried = [a, b].slice(0, ends);
    expect(() => msgpackCodec.decode(bytesOf(hex), carried)).toThrow(Undecodable);
    expect(() => msgpackCodec.decode(bytesOf('d40100'), [])).toThrow(Undecodable);
  });

  test('R10 whatever they are: a value that mentions each end, or refused', () => {
    const byte = fc.oneof(fc.constantFrom(0xd4, 1, 0, 0x91, 0x92, 0x81, 0xa0), fc.nat(255));
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 12 }), (some) => {
        const bytes = Uint8Array.from(some);
        try {
          msgpackCodec.decode(bytes, [a]);
        } catch (error) {
          expect(error).toBeInstanceOf(Undecodable);
          return;
        }
        expect(problemOf(bytes, 1)).toBeUndefined();
        expect(hexOf(bytes)).toContain('d40100');
      }),
      { numRuns: 20_000 },
    );
  });
});
