import type { JsonSchema } from './schema.ts';

/** What the values of a channel must be like. Who sends one on it has it checked before it goes anywhere. */
export interface Contract {
  /** For others: a JSON Schema, as canonical JSON. Nothing where no other process will ever see it. */
  readonly text: string | undefined;
  /** The same as it was said, with what is for people. Nothing where another process has said it. */
  readonly schema?: JsonSchema;
  /** @throws Unmet */
  readonly check: (value: unknown) => void;
}

/** A value does not meet the contract. */
export class Unmet extends Error {
  /** Where in the value, as JavaScript would write it: `$.lines[1].price`. */
  readonly path: string;
  /** What was expected there. */
  readonly what: string;

  constructor(path: readonly PropertyKey[], what: string) {
    super(what);
    this.path = pathOf(path);
    this.what = what;
  }
}

export function pathOf(keys: readonly PropertyKey[]): string {
  const steps = keys.map((key) => {
    if (typeof key === 'number') return `[${key}]`;
    const name = String(key);
    return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
  });
  return `$${steps.join('')}`;
}
