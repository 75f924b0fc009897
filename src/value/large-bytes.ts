/**
 * Large byte strings, past msgpackr: it would put one together in memory that it makes longer step by step, and copy
 * it again when it is read.
 *
 *     C6 | length u32 | bytes …
 */
import type { Carried } from './cargo.ts';

/** Whether it is written here. */
export function isLarge(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && value.length >= leastLarge && value.length <= mostLarge;
}

/** A copy: who has sent it may change it when a buffer has it, or nobody will. */
export function encodeLarge(value: Uint8Array): Uint8Array {
  const { length } = value;
  const bytes = roomFor(prefixLength + length);
  bytes[0] = byteString32;
  bytes[1] = length >>> 24;
  bytes[2] = length >>> 16;
  bytes[3] = length >>> 8;
  bytes[4] = length;
  bytes.set(value, prefixLength);
  return bytes;
}

/**
 * @param bytes that nobody else will look at
 * @returns nothing where they are no large byte string, or where a view of it would be of no use to those who look at
 *   it as numbers of several bytes each
 */
export function viewOfLarge(
  bytes: Uint8Array,
  carried: readonly Carried[],
): Uint8Array | undefined {
  if (bytes[0] !== byteString32 || carried.length > 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length - prefixLength;
  if (length < leastLarge || view.getUint32(1) !== length) return undefined;
  const at = bytes.byteOffset + prefixLength;
  return at % widest === 0 ? new Uint8Array(bytes.buffer, at, length) : undefined;
}

/**
 * Memory for a value, so that a byte string in it begins where numbers of up to 8 bytes may.
 * @param before how many bytes there are besides, in front of it
 */
export function roomFor(length: number, before = 0): Uint8Array {
  const unused = widest - ((before + prefixLength) % widest);
  return new Uint8Array(unused + before + length).subarray(unused);
}

const byteString32 = 0xc6;
const prefixLength = 5;
/** What is shorter has another prefix. */
const leastLarge = 0x1_0000;
const mostLarge = 0xffff_ffff;
const widest = 8;
