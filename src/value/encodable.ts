/**
 * What a value may be made of, so that it arrives exactly as it was sent, in every language. What cannot
 * is refused with its path; nothing is silently altered. The list is docs/protocol.md, section 5.
 */

import { type Cargo, Carried } from './cargo.ts';
import { maxDepth } from './plain.ts';

/** Something in a value that msgpack cannot carry unchanged. */
export class Unencodable extends Error {
  readonly path: string;
  readonly what: string;
  constructor(path: string, what: string) {
    super(`${what} at ${path}`);
    this.path = path;
    this.what = what;
  }
}

/** Stands for a number that msgpackr would change; `codec.ts` writes it in the form that keeps it. */
export class ExactNumber {
  readonly number: number;
  constructor(number: number) {
    this.number = number;
  }
}

/** Stands for an end; `codec.ts` writes its place in the list of those that the value carries. */
export class EndMark {
  readonly place: number;
  constructor(place: number) {
    this.place = place;
  }
}

const smallestInt64 = -(2n ** 63n);
const largestUint64 = 2n ** 64n - 1n;
/** msgpackr reads integers up to here as numbers: each is one exactly. */
const largestNumber = 2n ** 53n;

type Path = { readonly parent: Path; readonly key: string | number } | undefined;

/**
 * The value itself; or, where a number in it needs another form, or an end takes its place in the cargo, a
 * copy of what leads there.
 * @throws Unencodable
 */
export function toEncodable(value: unknown, cargo: Cargo): unknown {
  try {
    return visit(value, undefined, 0, cargo);
  } catch (error) {
    const cycle = error instanceof TooDeep ? findCycle(value, undefined, []) : undefined;
    throw cycle === undefined ? error : refused(cycle, 'the value itself again (a cycle)');
  }
}

class TooDeep extends Unencodable {}

function visit(value: unknown, path: Path, depth: number, cargo: Cargo): unknown {
  switch (typeof value) {
    case 'string':
      if (value.isWellFormed()) return value;
      throw refused(path, 'a string with half a character (a lone surrogate)');
    case 'number':
      return needsExactForm(value) ? new ExactNumber(value) : value;
    case 'boolean':
      return value;
    case 'bigint':
      return checkedBigint(value, path);
    case 'object':
      if (value === null) return value;
      if (depth === maxDepth) {
        throw new TooDeep(`$${written(path)}`, `something nested deeper than ${maxDepth} levels`);
      }
      return visitObject(value, path, depth, cargo);
    case 'undefined':
      throw refused(path, 'undefined (leave the property out, or use null)');
    default:
      throw refused(path, `a ${typeof value}`);
  }
}

function visitObject(value: object, path: Path, depth: number, cargo: Cargo): unknown {
  if (Array.isArray(value)) return visitArray(value, path, depth, cargo);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null)
    return visitMap(value, path, depth, cargo);
  if (value instanceof Uint8Array) return value;
  if (value instanceof Date && prototype === Date.prototype) {
    if (Number.isNaN(value.getTime())) throw refused(path, 'an invalid Date');
    return value;
  }
  if (value instanceof Carried) {
    const place = cargo.place(value);
    if (typeof place === 'string') throw refused(path, place);
    return new EndMark(place);
  }
  throw refused(path, advice(value));
}

function visitArray(value: readonly unknown[], path: Path, depth: number, cargo: Cargo): unknown {
  let copy: unknown[] | undefined;
  for (let index = 0; index < value.length; index++) {
    const element = value[index];
    if (element === undefined && !(index in value)) {
      throw refused({ parent: path, key: index }, 'a hole in an array (use null)');
    }
    const encodable = isPlain(element)
      ? element
      : visit(element, { parent: path, key: index }, depth + 1, cargo);
    if (encodable !== element) {
      copy ??= [...value];
      copy[index] = encodable;
    }
  }
  const extra = extraProperty(value);
  if (extra !== undefined && 'sender' in value && 'receiver' in value) {
    throw refused(path, 'a channel (send its sender or its receiver)');
  }
  if (extra !== undefined) {
    throw refused(
      { parent: path, key: extra },
      'a property of an array (only its elements travel)',
    );
  }
  refuseSymbols(value, path);
  return copy ?? value;
}

function visitMap(value: object, path: Path, depth: number, cargo: Cargo): unknown {
  let copy: Record<string, unknown> | undefined;
  const map = value as Record<string, unknown>;
  for (const key of Object.keys(map)) {
    if (!key.isWellFormed()) {
      throw refused({ parent: path, key }, 'a key with half a character (a lone surrogate)');
    }
    if (key === '__proto__') {
      throw refused({ parent: path, key }, 'the key "__proto__", which many receivers mistake');
    }
    const entry = map[key];
    if (isPlain(entry)) continue;
    const encodable = visit(entry, { parent: path, key }, depth + 1, cargo);
    if (encodable === entry) continue;
    copy ??= { ...map };
    copy[key] = encodable;
  }
  refuseSymbols(value, path);
  return copy ?? value;
}

function refuseSymbols(value: object, path: Path): void {
  const symbol = Object.getOwnPropertySymbols(value)[0];
  if (symbol !== undefined) {
    throw refused({ parent: path, key: String(symbol) }, 'a property named by a symbol');
  }
}

/** The quick way for what needs no look: most of what most values are made of. */
function isPlain(value: unknown): boolean {
  return (
    typeof value === 'boolean' ||
    value === null ||
    (typeof value === 'number' && (value | 0) === value && value !== 0)
  );
}

/** msgpackr writes -0 as 0, and integers of more than 32 bits as floats. */
function needsExactForm(value: number): boolean {
  if (value === 0) return Object.is(value, -0);
  return (value > 0xffff_ffff || value < -0x8000_0000) && Number.isSafeInteger(value);
}

function checkedBigint(value: bigint, path: Path): bigint {
  if (value < smallestInt64 || value > largestUint64) {
    throw refused(path, 'a bigint of more than 64 bits (send it as a string)');
  }
  if (value >= -largestNumber && value <= largestNumber) {
    throw refused(path, `the bigint ${value}n, which would arrive as a number (send Number(…))`);
  }
  return value;
}

/** The name of a property that an array has besides its elements, such as a match's `index`. */
function extraProperty(array: readonly unknown[]): string | undefined {
  const keys = Object.keys(array);
  return keys.length === array.length ? undefined : keys[array.length];
}

/** The path at which an ancestor turns up again. */
function findCycle(value: unknown, path: Path, ancestors: readonly object[]): Path {
  if (typeof value !== 'object' || value === null || ancestors.length > 2 * maxDepth)
    return undefined;
  if (ancestors.includes(value)) return path;
  for (const [key, entry] of Object.entries(value)) {
    const step = { parent: path, key: Array.isArray(value) ? Number(key) : key };
    const found = findCycle(entry, step, [...ancestors, value]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function advice(value: object): string {
  const name = value.constructor?.name ?? 'object without a class';
  if (value instanceof Map)
    return 'a Map (send Object.fromEntries(map), or its entries as an array)';
  if (value instanceof Set) return 'a Set (send its members as an array)';
  if (value instanceof Error) return `an ${name} (send { message: error.message })`;
  if (value instanceof ArrayBuffer) return 'an ArrayBuffer (send new Uint8Array(buffer))';
  if (ArrayBuffer.isView(value)) {
    return `a ${name} (send its bytes as a Uint8Array, or its numbers as an array)`;
  }
  return `an instance of ${name} (send a plain object)`;
}

function refused(path: Path, what: string): Unencodable {
  return new Unencodable(`$${written(path)}`, what);
}

function written(path: Path): string {
  if (path === undefined) return '';
  const { parent, key } = path;
  if (typeof key === 'number') return `${written(parent)}[${key}]`;
  return /^[A-Za-z_$][\w$]*$/.test(key)
    ? `${written(parent)}.${key}`
    : `${written(parent)}[${JSON.stringify(key)}]`;
}
