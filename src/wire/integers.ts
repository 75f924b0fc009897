/**
 * Headers that consist of small numbers alone: all that go over a link for each value. They are plain
 * msgpack, written and read here without a detour; everything else in a header is msgpackr's business.
 */

/** Numbers, and lists of them. */
export type Integers = readonly (number | Integers)[];

/** Longer or larger than this is left to msgpackr. */
const mostElements = 15;
const largestUint32 = 0xffff_ffff;

const scratch = new Uint8Array(1024);
let at = 0;

/** The bytes, valid until the next call; `undefined` where only msgpackr can write it. */
export function encodeIntegers(integers: Integers): Uint8Array | undefined {
  at = 0;
  return write(integers) ? scratch.subarray(0, at) : undefined;
}

function write(integers: Integers): boolean {
  if (integers.length > mostElements || at > scratch.length - 128) return false;
  scratch[at++] = 0x90 | integers.length;
  for (const element of integers) {
    if (typeof element !== 'number') {
      if (!write(element)) return false;
    } else if (element < 0x80) {
      scratch[at++] = element;
    } else if (element <= 0xffff) {
      scratch[at++] = 0xcd;
      scratch[at++] = element >>> 8;
      scratch[at++] = element;
    } else if (element <= largestUint32) {
      scratch[at++] = 0xce;
      scratch[at++] = element >>> 24;
      scratch[at++] = element >>> 16;
      scratch[at++] = element >>> 8;
      scratch[at++] = element;
    } else {
      return false;
    }
  }
  return true;
}

/** `undefined` where there is anything but short lists of numbers below 2^32, or bytes are left. */
export function decodeIntegers(bytes: Uint8Array): unknown[] | undefined {
  at = 0;
  const integers = read(bytes);
  return at === bytes.length ? integers : undefined;
}

function read(bytes: Uint8Array): unknown[] | undefined {
  const first = bytes[at++] as number;
  if ((first & 0xf0) !== 0x90) return undefined;
  const length = first & 0x0f;
  const integers: unknown[] = [];
  for (let index = 0; index < length; index++) {
    const element = readElement(bytes);
    if (element === undefined) return undefined;
    integers.push(element);
  }
  return integers;
}

function readElement(bytes: Uint8Array): unknown {
  const byte = bytes[at];
  if (byte === undefined) return undefined;
  if (byte < 0x80) {
    at++;
    return byte;
  }
  switch (byte) {
    case 0xcc:
      return readNumber(bytes, 1);
    case 0xcd:
      return readNumber(bytes, 2);
    case 0xce:
      return readNumber(bytes, 4);
    default:
      return read(bytes);
  }
}

function readNumber(bytes: Uint8Array, length: number): number | undefined {
  at++;
  if (at + length > bytes.length) return undefined;
  let number = 0;
  for (let index = 0; index < length; index++) number = number * 256 + (bytes[at++] as number);
  return number;
}
