/** In what two contracts differ, in terms of the values that they describe. */
import type { ContractDifference } from '../errors.ts';
import { isMap } from './canonical.ts';
import type { JsonSchema } from './schema.ts';

/**
 * @param one a canonical schema
 * @param other the same
 * @param names of the two, for the words
 */
export function differencesOf(
  one: unknown,
  other: unknown,
  names: readonly [one: string, other: string],
): readonly ContractDifference[] {
  return [...new Differences(names).between('$', one, other)];
}

class Differences {
  readonly #one: string;
  readonly #other: string;

  constructor([one, other]: readonly [string, string]) {
    this.#one = one;
    this.#other = other;
  }

  *between(path: string, one: unknown, other: unknown): Generator<ContractDifference, void> {
    if (same(one, other)) return;
    if (!isMap(one) || !isMap(other)) {
      yield this.#differ(path, 'the schema', one, other);
      return;
    }
    for (const keyword of keysOf(one, other)) {
      const [here, there] = [one[keyword], other[keyword]];
      if (!same(here, there)) yield* this.#ofKeyword(path, keyword, here, there);
    }
  }

  *#ofKeyword(
    path: string,
    keyword: string,
    one: unknown,
    other: unknown,
  ): Generator<ContractDifference, void> {
    const step = steps.get(keyword);
    if (step === undefined) yield this.#differ(path, keyword, one, other);
    else if (keyword === 'required') yield* this.#ofRequired(path, listOf(one), listOf(other));
    else if (step === 'one' && one !== undefined && other !== undefined) {
      yield* this.between(`${path}${placeOf(keyword)}`, one, other);
    } else if (step === 'each' && (isMap(one) || isMap(other))) {
      yield* this.#ofEach(path, keyword, mapOf(one), mapOf(other));
    } else if (step === 'list' && listOf(one).length === listOf(other).length) {
      for (const [index, entry] of listOf(one).entries()) {
        const place = keyword === 'prefixItems' ? `[${index}]` : ` (${keyword} ${index + 1})`;
        yield* this.between(`${path}${place}`, entry, listOf(other)[index]);
      }
    } else yield this.#differ(path, keyword, one, other);
  }

  *#ofEach(
    path: string,
    keyword: string,
    one: JsonSchema,
    other: JsonSchema,
  ): Generator<ContractDifference, void> {
    for (const name of keysOf(one, other)) {
      const place = keyword === 'properties' ? `${path}.${name}` : `${path} (${keyword} ${name})`;
      if (!(name in one)) yield { path: place, what: `is only in ${this.#other}` };
      else if (!(name in other)) yield { path: place, what: `is only in ${this.#one}` };
      else yield* this.between(place, one[name], other[name]);
    }
  }

  *#ofRequired(
    path: string,
    one: readonly unknown[],
    other: readonly unknown[],
  ): Generator<ContractDifference, void> {
    for (const name of one) {
      if (!other.includes(name)) {
        yield { path: `${path}.${name}`, what: `must be there only in ${this.#one}` };
      }
    }
    for (const name of other) {
      if (!one.includes(name)) {
        yield { path: `${path}.${name}`, what: `must be there only in ${this.#other}` };
      }
    }
  }

  #differ(path: string, keyword: string, one: unknown, other: unknown): ContractDifference {
    const what = `(${keyword}) is ${shown(one)} in ${this.#one}, and ${shown(other)} in ${this.#other}`;
    return { path, what };
  }
}

/** How a keyword leads on to other schemas. */
const steps: ReadonlyMap<string, 'one' | 'each' | 'list' | 'names'> = new Map([
  ['properties', 'each'],
  ['patternProperties', 'each'],
  ['$defs', 'each'],
  ['definitions', 'each'],
  ['dependentSchemas', 'each'],
  ['items', 'one'],
  ['additionalProperties', 'one'],
  ['not', 'one'],
  ['if', 'one'],
  ['then', 'one'],
  ['else', 'one'],
  ['contains', 'one'],
  ['propertyNames', 'one'],
  ['prefixItems', 'list'],
  ['allOf', 'list'],
  ['anyOf', 'list'],
  ['oneOf', 'list'],
  ['required', 'names'],
]);

function placeOf(keyword: string): string {
  if (keyword === 'items') return '[]';
  return keyword === 'additionalProperties' ? '.*' : ` (${keyword})`;
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function keysOf(one: JsonSchema, other: JsonSchema): readonly string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function mapOf(value: unknown): JsonSchema {
  return isMap(value) ? value : {};
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

const longest = 80;
