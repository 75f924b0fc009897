/** Contracts of what a program says: a schema of a validation library, or a JSON Schema. */
import { TopologyError } from '../errors.ts';
import { canonicalText, isMap } from './canonical.ts';
import { type Contract, Unmet } from './contract.ts';
import { mostContractBytes } from './limits.ts';
import { type Issue, isStandard, type JsonSchema, type StandardSchema } from './schema.ts';
import { viewsOf } from './view.ts';

/**
 * What checks values against a JSON Schema.
 * @throws Error when it is none
 */
export type Compile = (schema: JsonSchema) => Check;
export type Check = (view: unknown) => Issue | undefined;

/**
 * The contract of a channel between processes.
 *
 * @param who for the message: `channel "orders"`
 * @throws TopologyError when the schema makes none
 */
export function contractOf(who: string, schema: unknown, compile: Compile): Contract {
  const exported = exportedFrom(who, schema);
  const text = canonicalText(exported);
  checkText(who, exported, text);
  const check = isStandard(schema)
    ? (value: unknown) => validate(who, schema, value)
    : checkAgainst(compiled(who, exported, compile));
  return { text, schema: exported, check };
}

/**
 * The contract of a channel inside this process: no other will ever see it.
 *
 * @throws TopologyError when the schema makes none
 */
export function localContractOf(who: string, schema: unknown, compile: Compile): Contract {
  if (!isStandard(schema)) return { ...contractOf(who, schema, compile), text: undefined };
  return { text: undefined, check: (value) => validate(who, schema, value) };
}

/** A contract as another process tells it. What checks values is made with the first one. */
export function contractFrom(who: string, text: string, compile: Compile): Contract {
  let check: Contract['check'] | undefined;
  return {
    text,
    check: (value) => {
      check ??= checkAgainst(compiled(who, JSON.parse(text), compile));
      check(value);
    },
  };
}

function exportedFrom(who: string, schema: unknown): JsonSchema {
  if (!isStandard(schema)) {
    if (isMap(schema)) return schema;
    throw new TopologyError(
      `${who}: its contract must be a schema of a validation library (Standard Schema), or a JSON Schema, not ${String(schema)}`,
    );
  }
  // What zod.toJSONSchema() makes is both.
  if ('$schema' in schema && isMap(schema)) return schema;
  const { vendor, jsonSchema } = schema['~standard'];
  if (jsonSchema === undefined) {
    throw new TopologyError(
      `${who}: its contract is a schema of ${vendor} that cannot say itself as JSON Schema, by which stages in other languages check the same. Use a version of ${vendor} that implements Standard JSON Schema, or its converter (for valibot: toStandardJsonSchema of @valibot/to-json-schema), or give a JSON Schema`,
    );
  }
  try {
    return jsonSchema.input({ target: 'draft-2020-12' });
  } catch (cause) {
    throw new TopologyError(
      `${who}: ${vendor} cannot say its contract as JSON Schema, by which stages in other languages check the same: ${messageOf(cause)}. Describe the value by what JSON has, or give a JSON Schema, with {} where anything may stand`,
      { cause },
    );
  }
}

function checkText(who: string, schema: JsonSchema, text: string): void {
  const wrong = (what: string) => new TopologyError(`${who}: its contract ${what}`);
  const { $schema } = schema;
  if ($schema !== undefined && !String($schema).includes('/draft/2020-12/')) {
    throw wrong(`is of ${String($schema)}: export it as draft 2020-12`);
  }
  const outside = /"\$(?:dynamicRef|ref)":"([^#"][^"]*)"/.exec(text)?.[1];
  if (outside !== undefined) {
    throw wrong(`refers to "${outside}", which is outside of it: put that into its $defs`);
  }
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > mostContractBytes) {
    throw wrong(
      `has ${bytes} bytes as JSON Schema, more than the ${mostContractBytes} that a process can be told at its start. Describe less of the value: {} allows anything`,
    );
  }
}

function compiled(who: string, schema: JsonSchema, compile: Compile): Check {
  try {
    return compile(schema);
  } catch (cause) {
    throw new TopologyError(
      `${who}: its contract is no JSON Schema of draft 2020-12 that can be checked here: ${messageOf(cause)}`,
      { cause },
    );
  }
}

function checkAgainst(check: Check): Contract['check'] {
  return (value) => {
    for (const view of viewsOf(value)) {
      const issue = check(view);
      if (issue !== undefined) throw unmet(issue);
    }
  };
}

function validate(who: string, schema: StandardSchema, value: unknown): void {
  const validated = schema['~standard'].validate(value);
  if ('then' in validated) {
    // Nobody waits for it.
    validated.then(ignore, ignore);
    throw new TopologyError(
      `${who}: its contract is checked asynchronously, and a send cannot wait for that: its place in line is that of its call. Use a schema without asynchronous parts`,
    );
  }
  const [issue] = validated.issues ?? [];
  if (issue !== undefined) throw unmet(issue);
}

function unmet({ path = [], message }: Issue): Unmet {
  return new Unmet(
    path.map((step) => (typeof step === 'object' ? step.key : step)),
    message,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function ignore(): void {}
