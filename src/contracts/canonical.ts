/**
 * A JSON Schema in the one form by which two of them are compared, and that goes over links: what says nothing about
 * values is left out, and what has no order is sorted. Two are the same contract if their texts are the same.
 */
import type { JsonSchema } from './schema.ts';

/** As text: JSON. */
export function canonicalText(schema: JsonSchema): string {
  return JSON.stringify(canonical(schema));
}

/** Keywords for people. */
const silent = new Set([
  '$schema',
  '$comment',
  // Of drafts before the sixth; some libraries still write it.
  'id',
  'title',
  'description',
  'examples',
  'default',
  'deprecated',
  'readOnly',
  'writeOnly',
]);

const keywords = {
  /** Their value is a map of names to schemas: a name is never left out, whatever it is. */
  maps: new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']),
  schemas: new Set([
    'items',
    'additionalProperties',
    'unevaluatedItems',
    'unevaluatedProperties',
    'propertyNames',
    'contains',
    'contentSchema',
    'not',
    'if',
    'then',
    'else',
  ]),
  lists: new Set(['prefixItems', 'allOf', 'anyOf', 'oneOf']),
  /** Their order says nothing. */
  sets: new Set(['required', 'enum', 'type']),
};

export function canonical(schema: unknown): unknown {
  if (!isMap(schema)) return schema;
  const entries = Object.entries(schema)
    .filter(([keyword, value]) => !silent.has(keyword) && value !== undefined)
    .map(([keyword, value]) => [keyword, canonicalOf(keyword, value)] as const);
  return Object.fromEntries(entries.toSorted(byKey));
}

function canonicalOf(keyword: string, value: unknown): unknown {
  if (keywords.maps.has(keyword) && isMap(value)) return each(value, canonical);
  if (keywords.schemas.has(keyword)) return canonical(value);
  if (keywords.lists.has(keyword) && Array.isArray(value)) return value.map(canonical);
  if (keywords.sets.has(keyword)) return sortedSet(value);
  if (keyword === 'dependentRequired' && isMap(value)) return each(value, sortedSet);
  return sorted(value);
}

/** A JSON value, with its keys in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  return isMap(value) ? each(value, sorted) : value;
}

function sortedSet(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const texts = value.map((one) => JSON.stringify(sorted(one)));
  return [...new Set(texts)].sort().map((text): unknown => JSON.parse(text));
}

function each(map: JsonSchema, change: (value: unknown) => unknown): JsonSchema {
  const entries = Object.entries(map).map(([key, value]) => [key, change(value)] as const);
  return Object.fromEntries(entries.toSorted(byKey));
}

function byKey([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : Number(one > other);
}

export function isMap(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
