import { type Format, kindOf, UnfitError } from './format.ts';

/** Bytes as they come: where one value ends and the next begins is lost on the way, as in any pipe. */
export const chunks: Format = {
  encode: bytesOf,
  decode: async function* (chunks, most) {
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length; at += most) yield copied(chunk, at, at + most);
    }
  },
};

/** Bytes, and before each the number of them: 4 bytes, unsigned, big-endian. */
export const prefixed: Format = {
  encode: (value) => {
    const bytes = bytesOf(value);
    const whole = new Uint8Array(prefixLength + bytes.length);
    new DataView(whole.buffer).setUint32(0, bytes.length);
    whole.set(bytes, prefixLength);
    return whole;
  },
  decode: async function* (chunks, most) {
    let rest: Uint8Array = new Uint8Array(0);
    for await (const chunk of chunks) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      for (let length = lengthAt(rest, most); length !== undefined; length = lengthAt(rest, most)) {
        yield copied(rest, prefixLength, prefixLength + length);
        rest = rest.subarray(prefixLength + length);
      }
    }
    if (rest.length > 0)
      throw new UnfitError(`its output ends inside a value, after ${rest.length} bytes of it`);
  },
};

const prefixLength = 4;

/** Of the value that `bytes` begin with, if it is there as a whole. */
function lengthAt(bytes: Uint8Array, most: number): number | undefined {
  if (bytes.length < prefixLength) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  if (length > most)
    throw new UnfitError(`a value says that it has ${length} bytes, more than ${most}`);
  return bytes.length >= prefixLength + length ? length : undefined;
}

/** What Node reads are Buffers, and views of memory that is used for others, too. */
function copied(bytes: Uint8Array, from: number, to: number): Uint8Array {
  return new Uint8Array(bytes.subarray(from, to));
}

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new UnfitError(`it reads bytes, not ${kindOf(value)}`);
}
