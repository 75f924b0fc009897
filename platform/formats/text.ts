import { lines } from './delimited.ts';
import type { Format } from './format.ts';
import { jsonLines } from './json-lines.ts';

/**
 * What people expect between programs: a text is a line as it is, any other value is a line of JSON; and what comes
 * back are lines.
 */
export const text: Format = {
  encode: (value) => (typeof value === 'string' ? lines : jsonLines).encode(value),
  decode: lines.decode,
};
