/** Values are checked against JSON Schemas by ajv, which is loaded when the first contract is: few stages have one. */
import type { Ajv2020, ErrorObject } from 'ajv/dist/2020.js';
import type { Check } from '../src/contracts/make.ts';
import type { Issue, JsonSchema } from '../src/contracts/schema.ts';

/** @throws Error when it is no JSON Schema of draft 2020-12 */
export function compileJsonSchema(schema: JsonSchema): Check {
  ajv ??= load();
  const validate = ajv.compile(schema);
  return (view) => (validate(view) ? undefined : issueOf(view, validate.errors ?? []));
}

let ajv: Ajv2020 | undefined;

function load(): Ajv2020 {
  const { createRequire } = process.getBuiltinModule('node:module');
  const module: typeof import('ajv/dist/2020.js') = createRequire(import.meta.url)(
    'ajv/dist/2020.js',
  );
  // What ajv does not know, and `format`, say nothing about a value: so it is in every language (protocol 15.4).
  return new module.Ajv2020({ strict: false, validateFormats: false, logger: false });
}

/** Of alternatives none of which is met, that is what is told last. */
function issueOf(view: unknown, errors: readonly ErrorObject[]): Issue {
  const error = errors.at(-1);
  if (error === undefined) return { message: 'must be another value' };
  const keys = error.instancePath.split('/').slice(1).map(unescaped);
  return { path: stepsThrough(view, keys), message: messageOf(error) };
}

function messageOf({ message = 'must be another value', params }: ErrorObject): string {
  const { allowedValues, allowedValue, additionalProperty } = params as Readonly<
    Record<string, unknown>
  >;
  if (Array.isArray(allowedValues)) return `must be one of ${allowedValues.map(inJson).join(', ')}`;
  if (allowedValue !== undefined) return `must be ${inJson(allowedValue)}`;
  if (additionalProperty !== undefined) return `must not have a property "${additionalProperty}"`;
  return message;
}

/** A pointer does not tell the places of an array from the keys of an object: the value does. */
function stepsThrough(view: unknown, keys: readonly string[]): readonly PropertyKey[] {
  let at = view;
  return keys.map((key) => {
    const step = Array.isArray(at) ? Number(key) : key;
    at = (at as Readonly<Record<PropertyKey, unknown>> | undefined)?.[step];
    return step;
  });
}

function unescaped(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}

function inJson(value: unknown): string {
  return JSON.stringify(value);
}
