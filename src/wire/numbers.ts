/**
 * Headers that are numbers alone: all that go over a link for each value. They are plain msgpack like every
 * header, but are read and written here directly, without a detour over arrays and objects.
 */

const scratch = new Uint8Array(512);
let at = 0;

/** Begins a list of so many elements (at most 15); every element follows by `put` or `putList`. */
export function beginList(length: number): void {
  at = 0;
  putList(length);
}

export function putList(length: number): void {
  scratch[at++] = 0x90 | length;
}

/** A whole number of 0 or more. */
export function put(number: number): void {
  if (number < 0x80) {
    scratch[at++] = number;
  } else if (number <= 0xffff) {
    scratch[at++] = 0xcd;
    putUint16(number);
  } else if (number <= 0xffff_ffff) {
    scratch[at++] = 0xce;
    putUint16(number >>> 16);
    putUint16(number);
  } else {
    scratch[at++] = 0xcf;
    const high = Math.floor(number / 0x1_0000_0000);
    putUint16(high >>> 16);
    putUint16(high);
    putUint16((number % 0x1_0000_0000) >>> 16);
    putUint16(number % 0x1_0000_0000);
  }
}

function putUint16(number: number): void {
  scratch[at++] = number >>> 8;
  scratch[at++] = number;
}

/** What was put, valid until the next list begins. */
export function finishList(): Uint8Array {
  return scratch.subarray(0, at);
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
