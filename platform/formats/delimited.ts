import { type Format, kindOf, UnfitError } from './format.ts';
import { records } from './records.ts';

/** Texts, each with `\n` behind it: what most programs read and write. A `\r` before it belongs to the text. */
export const lines: Format = delimited('\n', 'line');

/** Texts, each with a zero byte behind it: `find -print0`, `xargs -0`, `sort -z`. */
export const nul: Format = delimited('\0', 'record');

function delimited(delimiter: string, what: string): Format {
  return {
    encode: (value) => {
      if (typeof value !== 'string') {
        throw new UnfitError(`a ${what} is a text, not ${kindOf(value)}`);
      }
      if (value.includes(delimiter)) {
        throw new UnfitError(
          `a ${what} has no ${JSON.stringify(delimiter)} inside: the program would take it for several`,
        );
      }
      return encoder.encode(value + delimiter);
    },
    decode: async function* (chunks, most) {
      let count = 0;
      for await (const record of records(chunks, delimiter.charCodeAt(0), most, what)) {
        yield textOf(record, `${what} ${++count}`);
      }
    },
  };
}

/** @throws UnfitError when it is no UTF-8: nothing is replaced */
export function textOf(bytes: Uint8Array, what: string): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new UnfitError(`${what} is no UTF-8: with the format "chunks" bytes stay bytes`, {
      cause,
    });
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
