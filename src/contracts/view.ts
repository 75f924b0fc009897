/**
 * A value as a validator of JSON Schema sees it. For bytes, moments, ends, NaN and the infinities JSON has no word: they
 * may stand where the schema allows anything. To find that out, each type of JSON is put in their place, one after the
 * other, and the value must meet the schema with each.
 */
import { Carried } from '../value/cargo.ts';
import { maxDepth } from '../value/plain.ts';
import { Unmet } from './contract.ts';

/** One of each type. */
const anything: readonly unknown[] = [null, false, 0, '', [], {}];

/**
 * What must meet the schema for the value to do so: most often only the value itself.
 *
 * @throws Unmet when it is nested too deep to be any value
 */
export function viewsOf(value: unknown): readonly unknown[] {
  switch (strangest(value, [])) {
    case 'json':
      return [value];
    case 'bigint':
      return [viewOf(value, undefined)];
    case 'wordless':
      return anything.map((one) => viewOf(value, one));
  }
}

/** What there is in a value: all is JSON; there are bigints, too; there is something that JSON has no word for. */
type Strangeness = 'json' | 'bigint' | 'wordless';

function strangest(value: unknown, path: PropertyKey[]): Strangeness {
  if (typeof value === 'bigint') return 'bigint';
  if (isWordless(value)) return 'wordless';
  if (typeof value !== 'object' || value === null) return 'json';
  if (path.length >= maxDepth) {
    throw new Unmet(path, `must not be nested more than ${maxDepth} deep`);
  }
  let found: Strangeness = 'json';
  for (const [key, entry] of entriesOf(value)) {
    path.push(key);
    const inside = strangest(entry, path);
    path.pop();
    if (inside === 'wordless' || found === 'json') found = inside;
  }
  return found;
}

function viewOf(value: unknown, wordless: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (isWordless(value)) return wordless;
  if (Array.isArray(value)) return value.map((entry) => viewOf(entry, wordless));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, viewOf(entry, wordless)]),
  );
}

function isWordless(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  return value instanceof Uint8Array || value instanceof Date || value instanceof Carried;
}

function entriesOf(value: object): Iterable<readonly [PropertyKey, unknown]> {
  return Array.isArray(value) ? value.entries() : Object.entries(value);
}
