/**
 * Whether bytes are plain msgpack, as docs/protocol.md, section 5 has it, before msgpackr reads them: it
 * would make something of much that nobody may send (its own extensions, numbers as keys), and so alter it.
 */

/** Arrays and maps may be nested this deep. */
export const maxDepth = 128;
/** A dead letter is one level deeper than its value, and may itself become one. */
const deepestRead = maxDepth + 16;

/** The longest time, in seconds, that a Date can be away from 1970. */
const farthestSecond = 8_640_000_000_000n;
const timestampType = 0xff;

/** The extension type of an end: one byte, its place among those that the value carries. */
export const endType = 1;

/**
 * @param ends how many ends the value carries
 * @returns what is wrong, in words; `undefined` when nothing is
 */
export function problemOf(bytes: Uint8Array, ends: number): string | undefined {
  const length = extentOf(bytes, ends);
  if (typeof length === 'string') return length;
  return length === bytes.length ? undefined : `it has ${bytes.length} bytes, not ${length}`;
}

/** What is said of a value of which there is only a part. */
export const endsTooEarly = 'it ends too early';

/**
 * How many bytes the first value has, which may be more than there are; or what is wrong with it, in words.
 *
 * @param ends how many ends it carries
 */
export function extentOf(bytes: Uint8Array, ends: number): number | string {
  const first = bytes[0];
  if (first === undefined) return endsTooEarly;
  const isSimple = childrenOf(bytes, 0, first) === undefined;
  return isSimple ? lengthOf(bytes, 0, first, ends) : extentOfAll(bytes, ends);
}

/** Used again for each value: how many elements are still to come of each list and map that is open. */
const open = new Float64Array(deepestRead + 1);
/** Which of them are maps: they count keys and values. */
const isMap = new Uint8Array(deepestRead + 1);

function extentOfAll(bytes: Uint8Array, ends: number): number | string {
  let at = 0;
  let depth = 0;
  open[0] = 1;
  isMap[0] = 0;
  while (depth >= 0) {
    const left = open[depth] as number;
    if (left === 0) {
      depth--;
      continue;
    }
    open[depth] = left - 1;
    const byte = bytes[at];
    if (byte === undefined) return endsTooEarly;
    if (isMap[depth] === 1 && left % 2 === 0 && !isString(byte)) return 'a key is not a string';
    const count = childrenOf(bytes, at, byte);
    if (count === undefined) {
      const length = lengthOf(bytes, at, byte, ends);
      if (typeof length === 'string') return length;
      at += length;
    } else {
      if (depth === deepestRead) return `it is nested deeper than ${maxDepth} levels`;
      const isOfMap = byte >= 0xde || (byte & 0xf0) === 0x80;
      depth++;
      open[depth] = isOfMap ? 2 * count : count;
      isMap[depth] = isOfMap ? 1 : 0;
      at += byte < 0xa0 ? 1 : byte === 0xdc || byte === 0xde ? 3 : 5;
    }
    if (at > bytes.length) return endsTooEarly;
  }
  return at;
}

function isString(byte: number): boolean {
  return (byte & 0xe0) === 0xa0 || (byte >= 0xd9 && byte <= 0xdb);
}

/** Of an array or a map: how many elements or pairs it has. */
function childrenOf(bytes: Uint8Array, at: number, byte: number): number | undefined {
  if (byte >= 0x80 && byte < 0xa0) return byte & 0x0f;
  if (byte < 0xdc || byte > 0xdf) return undefined;
  const isShort = byte === 0xdc || byte === 0xde;
  if (at + (isShort ? 3 : 5) > bytes.length) return 0;
  return unsignedAt(bytes, at + 1, isShort ? 2 : 4);
}

/** Of anything else: how many bytes it has in all; or what is wrong with it. */
function lengthOf(bytes: Uint8Array, at: number, byte: number, ends: number): number | string {
  if (byte < 0x80 || byte >= 0xe0) return 1;
  if (byte < 0xc0) return 1 + (byte & 0x1f);
  const fixed = fixedLengths[byte];
  if (fixed !== undefined) return fixed;
  const prefix = prefixLengths[byte];
  if (prefix !== undefined) return prefixed(bytes, at, prefix);
  return byte === 0xd4 ? endLength(bytes, at, ends) : timestampLength(bytes, at, byte);
}

/** nil, false, true, floats and integers. */
const fixedLengths: Readonly<Record<number, number>> = {
  192: 1,
  194: 1,
  195: 1,
  202: 5,
  203: 9,
  204: 2,
  205: 3,
  206: 5,
  207: 9,
  208: 2,
  209: 3,
  210: 5,
  211: 9,
};

/** Byte strings and strings: how long their length is. */
const prefixLengths: Readonly<Record<number, 1 | 2 | 4>> = {
  196: 1,
  197: 2,
  198: 4,
  217: 1,
  218: 2,
  219: 4,
};

function prefixed(bytes: Uint8Array, at: number, prefix: 1 | 2 | 4): number | string {
  if (at + 1 + prefix > bytes.length) return endsTooEarly;
  return 1 + prefix + unsignedAt(bytes, at + 1, prefix);
}

/** Big-endian. */
function unsignedAt(bytes: Uint8Array, at: number, length: 1 | 2 | 4): number {
  let number = 0;
  for (let next = at; next < at + length; next++) number = number * 256 + (bytes[next] as number);
  return number;
}

function endLength(bytes: Uint8Array, at: number, ends: number): number | string {
  const [, type, place] = bytes.subarray(at, at + 3);
  if (type === undefined || place === undefined) return endsTooEarly;
  if (type !== endType) return `there is no extension of type ${(type << 24) >> 24} with 1 byte`;
  return place < ends ? 3 : `it mentions end ${place} of the ${ends} that it carries`;
}

/** A moment, in 4, 8 or 12 bytes. */
function timestampLength(bytes: Uint8Array, at: number, byte: number): number | string {
  const isLong = byte === 0xc7;
  const length = byte === 0xd6 ? 6 : byte === 0xd7 ? 10 : isLong ? 15 : 0;
  const typeAt = at + (isLong ? 2 : 1);
  if (length === 0) return `there is no such thing as ${byte.toString(16)} in plain msgpack`;
  if (at + length > bytes.length) return endsTooEarly;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint8(typeAt) !== timestampType || (isLong && view.getUint8(at + 1) !== 12)) {
    return `there is no extension of type ${view.getInt8(typeAt)}`;
  }
  const seconds = isLong ? view.getBigInt64(at + 7) : 0n;
  const isFar = seconds > farthestSecond || seconds < -farthestSecond;
  return isFar ? 'a moment that no Date can hold' : length;
}
