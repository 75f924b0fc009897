/** Headers in the longest forms that msgpack has: 3.2 lets every writer choose. */

type Plain = number | string | readonly Plain[] | { readonly [key: string]: Plain };

/** Integers of 64 bits, and lengths of 32. */
export function inLongestForms(value: Plain): Uint8Array {
  return new Uint8Array(Buffer.concat(partsOf(value)));
}

function partsOf(value: Plain): readonly Uint8Array[] {
  if (typeof value === 'number') return [integerAs('uint 64', value)];
  if (typeof value === 'string') {
    const bytes = new TextEncoder().encode(value);
    return [withLength(0xdb, bytes.length), bytes];
  }
  if (isList(value)) return [withLength(0xdd, value.length), ...value.flatMap(partsOf)];
  const entries = Object.entries(value);
  return [withLength(0xdf, entries.length), ...entries.flat().flatMap(partsOf)];
}

function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value);
}

function withLength(first: number, length: number): Uint8Array {
  const bytes = Buffer.alloc(5, first);
  bytes.writeUInt32BE(length, 1);
  return bytes;
}

const forms = {
  'uint 8': [0xcc, 1],
  'uint 16': [0xcd, 2],
  'uint 32': [0xce, 4],
  'uint 64': [0xcf, 8],
  'int 8': [0xd0, 1],
  'int 16': [0xd1, 2],
  'int 32': [0xd2, 4],
  'int 64': [0xd3, 8],
} as const;

export type IntegerForm = keyof typeof forms;
export const integerForms = Object.keys(forms) as readonly IntegerForm[];

/** @param number 0 or more, and not too large for the form */
export function integerAs(form: IntegerForm, number: number): Uint8Array {
  const [first, length] = forms[form];
  const bytes = Buffer.alloc(1 + length);
  bytes[0] = first;
  bytes.writeUIntBE(number, Math.max(1, length - 5), Math.min(length, 6));
  return bytes;
}
