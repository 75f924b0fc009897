import { textOf } from './delimited.ts';
import { type Format, kindOf, UnfitError } from './format.ts';
import { records } from './records.ts';

/** Any value that JSON has, one on each line: `jq -c`, logs. Empty lines say nothing. */
export const jsonLines: Format = {
  encode: (value) => {
    checkJson(value, '$');
    return new TextEncoder().encode(`${JSON.stringify(value)}\n`);
  },
  decode: async function* (chunks, most) {
    let count = 0;
    for await (const record of records(chunks, 0x0a, most, 'line')) {
      const what = `line ${++count}`;
      const text = textOf(record, what);
      if (text.trim() !== '') yield parsed(text, what);
    }
  },
};

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const beginning = text.length > 80 ? `${text.slice(0, 80)}…` : text;
    throw new UnfitError(`${what} is no JSON: ${beginning}`, { cause });
  }
}

/** JSON.stringify would leave out or change what it does not have. */
function checkJson(value: unknown, path: string): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number') {
    if (Number.isFinite(value) && !Object.is(value, -0)) return;
    throw new UnfitError(`JSON has no ${Object.is(value, -0) ? '-0' : value} (${path})`);
  }
  if (Array.isArray(value)) {
    for (const [index, element] of value.entries()) checkJson(element, `${path}[${index}]`);
    return;
  }
  const prototype = typeof value === 'object' ? Object.getPrototypeOf(value) : undefined;
  if (prototype !== Object.prototype && prototype !== null) {
    const what = value instanceof Date ? 'a moment' : kindOf(value);
    throw new UnfitError(`JSON has no way to write ${what} (${path})`);
  }
  for (const [key, entry] of Object.entries(value as object)) checkJson(entry, `${path}.${key}`);
}
