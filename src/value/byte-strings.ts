/**
 * Byte strings, past msgpackr: a large one it would put together in memory that it makes longer step by step, and copy
 * again when it is read; and for a small one it takes longer than there is to do.
 *
 *     C4 | length u8  | bytes …
 *     C5 | length u16 | bytes …
 *     C6 | length u32 | bytes …
 */
import type { Carried } from './cargo.ts';
import { longPrefix, type RoomKeeper, roomOf, widest } from './rooms.ts';

/** Whether it is written here. */
export function isByteString(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && value.length <= longest;
}

/**
 * A copy: who has sent it may change it when a buffer has it, or nobody will.
 * @param keeper may have memory for a large one
 */
export function encodeByteString(value: Uint8Array, keeper: RoomKeeper<Uint8Array>): Uint8Array {
  const { length } = value;
  const prefix = prefixFor(length);
  const bytes =
    length < leastLarge ? new Uint8Array(prefix + length) : roomOf(keeper, prefix + length);
  writePrefix(bytes, prefix, length);
  bytes.set(value, prefix);
  return bytes;
}

/**
 * A copy of its bytes.
 * @param bytes plain msgpack
 * @returns nothing where they are no byte string
 */
export function decodeByteString(bytes: Uint8Array): Uint8Array | undefined {
  const prefix = prefixOf(bytes[0]);
  if (prefix === undefined) return undefined;
  const value = new Uint8Array(bytes.length - prefix);
  value.set(bytes.subarray(prefix));
  return value;
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
  if (bytes[0] !== long || carried.length > 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length - longPrefix;
  if (length < leastLarge || view.getUint32(1) !== length) return undefined;
  const at = bytes.byteOffset + longPrefix;
  return at % widest === 0 ? new Uint8Array(bytes.buffer, at, length) : undefined;
}

function prefixFor(length: number): number {
  if (length < 0x100) return shortPrefix;
  return length < leastLarge ? middlePrefix : longPrefix;
}

function prefixOf(first: number | undefined): number | undefined {
  switch (first) {
    case short:
      return shortPrefix;
    case middle:
      return middlePrefix;
    case long:
      return longPrefix;
    default:
      return undefined;
  }
}

/** Big-endian. */
function writePrefix(bytes: Uint8Array, prefix: number, length: number): void {
  bytes[0] = prefix === shortPrefix ? short : prefix === middlePrefix ? middle : long;
  for (let at = prefix - 1, left = length; at > 0; at--, left >>>= 8) bytes[at] = left;
}

const short = 0xc4;
const middle = 0xc5;
const long = 0xc6;
const shortPrefix = 2;
const middlePrefix = 3;
/** What is shorter has another prefix, and is not worth a view. */
const leastLarge = 0x1_0000;
const longest = 0xffff_ffff;
