/**
 * Headers that are numbers alone: all that go over a link for each value. They are plain msgpack like every
 * header, but are read and written here directly, without a detour over arrays and objects.
 */
import type { Output } from './output.ts';

/** The most bytes that a number takes. */
export const longestNumber = 9;

/** A list of so many elements (at most 15), which follow by `put` or `putList`. */
export function putList(output: Output, length: number): void {
  output.bytes[output.length++] = 0x90 | length;
}

/** A whole number of 0 or more. */
export function put(output: Output, number: number): void {
  if (number < 0x80) {
    output.bytes[output.length++] = number;
  } else if (number <= 0xffff) {
    output.bytes[output.length++] = 0xcd;
    putUint16(output, number);
  } else if (number <= 0xffff_ffff) {
    output.bytes[output.length++] = 0xce;
    putUint16(output, number >>> 16);
    putUint16(output, number);
  } else {
    output.bytes[output.length++] = 0xcf;
    const high = Math.floor(number / 0x1_0000_0000);
    putUint16(output, high >>> 16);
    putUint16(output, high);
    putUint16(output, (number % 0x1_0000_0000) >>> 16);
    putUint16(output, number % 0x1_0000_0000);
  }
}

function putUint16(output: Output, number: number): void {
  output.bytes[output.length++] = number >>> 8;
  output.bytes[output.length++] = number;
}

/**
 * The numbers of the header read last. A list stands before its elements, as `listOf(length)`, which is
 * below 0 and so is never taken for a number.
 */
export const numbers: number[] = new Array(64).fill(0);
const mostNumbers = numbers.length;

export function listOf(length: number): number {
  return -1 - length;
}

/**
 * Reads a header into `numbers`.
 * @returns how many there are; 0 where there is anything but short lists and numbers below 2^32
 */
export function readNumbers(bytes: Uint8Array, start: number, end: number): number {
  let position = start;
  let count = 0;
  for (let left = 1; left > 0; left--) {
    if (position >= end || count === mostNumbers) return 0;
    const byte = bytes[position++] as number;
    let number = byte;
    if ((byte & 0xf0) === 0x90) {
      left += byte & 0x0f;
      number = listOf(byte & 0x0f);
    } else if (byte >= 0x80) {
      const length = byte === 0xcc ? 1 : byte === 0xcd ? 2 : byte === 0xce ? 4 : 0;
      if (length === 0 || position + length > end) return 0;
      number = 0;
      for (const last = position + length; position < last; position++) {
        number = number * 256 + (bytes[position] as number);
      }
    }
    numbers[count++] = number;
  }
  return position === end ? count : 0;
}
