/** In which forms a program may say what the values of a channel are like. */

/** A JSON Schema of draft 2020-12, as an object. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** What is wrong with a value, as a validator says it. */
export interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

export type Validated = { readonly issues?: undefined } | { readonly issues: readonly Issue[] };

/**
 * The common interface of validators (https://standardschema.dev), version 1: zod, valibot, arktype and many others have
 * it. `jsonSchema` is that part of it which not all have.
 */
export interface StandardSchema<Input = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => Validated | PromiseLike<Validated>;
    readonly types?: { readonly input: Input; readonly output: unknown } | undefined;
    readonly jsonSchema?:
      | { readonly input: (options: { readonly target: 'draft-2020-12' }) => JsonSchema }
      | undefined;
  };
}

export type ContractSchema<Input = unknown> = StandardSchema<Input> | JsonSchema;

/** What a sender on a channel with that contract sends. */
export type InputOf<S> = S extends {
  readonly '~standard': { readonly types?: { readonly input: infer Input } | undefined };
}
  ? Input
  : unknown;

/** Validators may be functions that have the interface as a property. */
export function isStandard(schema: unknown): schema is StandardSchema {
  if ((typeof schema !== 'object' && typeof schema !== 'function') || schema === null) return false;
  return '~standard' in schema;
}
