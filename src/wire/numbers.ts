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

/** The numbers of the header read last, nested lists flattened: for each, its length comes before it. */
export const numbers: number[] = [];

/**
 * Reads a header into `numbers`.
 * @returns whether there was nothing in it but lists (of at most 15 elements) and numbers below 2^32
 */
export function readNumbers(header: Uint8Array): boolean {
  numbers.length = 0;
  let position = 0;
  let left = 1;
  while (left > 0) {
    const byte = header[position++];
    if (byte === undefined) return false;
    left--;
    if (byte < 0x80) {
      numbers.push(byte);
    } else if ((byte & 0xf0) === 0x90) {
      numbers.push(byte & 0x0f);
      left += byte & 0x0f;
    } else {
      const length = byte === 0xcc ? 1 : byte === 0xcd ? 2 : byte === 0xce ? 4 : 0;
      if (length === 0 || position + length > header.length) return false;
      let number = 0;
      for (let end = position + length; position < end; position++) {
        number = number * 256 + (header[position] as number);
      }
      numbers.push(number);
    }
  }
  return position === header.length;
}
