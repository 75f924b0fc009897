import { Cargo } from '../../src/value/cargo.ts';
import { msgpackCodec } from '../../src/value/codec.ts';
import { Unencodable } from '../../src/value/encodable.ts';
import { endsTooEarly, extentOf } from '../../src/value/plain.ts';
import { type Format, UnfitError } from './format.ts';

/** One value of msgpack after the other, as on a link, but for the ends of channels. */
export const msgpack: Format = {
  encode: (value) => {
    try {
      return msgpackCodec.encode(value, nothingElse);
    } catch (cause) {
      if (!(cause instanceof Unencodable)) throw cause;
      throw new UnfitError(cause.message, { cause });
    }
  },
  decode: async function* (chunks, most) {
    let rest: Uint8Array = new Uint8Array(0);
    for await (const chunk of chunks) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      for (let length = lengthOf(rest, most); length !== undefined; length = lengthOf(rest, most)) {
        // A copy: what Node reads are views of memory that is used for others, too.
        yield msgpackCodec.decode(new Uint8Array(rest.subarray(0, length)), []);
        rest = rest.subarray(length);
      }
    }
    if (rest.length > 0) {
      throw new UnfitError(`its output ends inside a value, after ${rest.length} bytes of it`);
    }
  },
};

/** Of the value that `bytes` begin with, if it is there as a whole. */
function lengthOf(bytes: Uint8Array, most: number): number | undefined {
  if (bytes.length === 0) return undefined;
  const length = extentOf(bytes, 0);
  const isWhole = typeof length === 'number' && length <= bytes.length;
  if (typeof length === 'string' && length !== endsTooEarly) {
    throw new UnfitError(`it is not plain msgpack: ${length}`);
  }
  const known = typeof length === 'number' ? length : bytes.length;
  if (known > most) throw new UnfitError(`a value has more than ${most} bytes`);
  return isWhole ? length : undefined;
}

/** No end is of that party, so none can go along. */
const nothingElse = new Cargo({});
