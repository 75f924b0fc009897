import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { JsonSchema } from '../../../src/contracts/schema.ts';
import { exitCodes } from '../exit-codes.ts';
import { Problem, problemIn } from '../problem.ts';
import { loadTopology } from '../topology-file.ts';
import { Unstarted } from './unstarted.ts';

export interface ContractsManner {
  /** The folder for one file of each channel. Without: all go to stdout. */
  readonly out?: string;
}

/** In milliseconds: for how long code may be busy that has not come to its end, and that nothing waits for. */
const longest = 5_000;

/**
 * Writes the contracts of the channels that a topology makes. No stage is started.
 *
 * @returns the exit code
 * @throws Problem when there is no such topology, or it makes no channel with a contract
 */
export async function contracts(
  file: string,
  args: readonly string[],
  { out }: ContractsManner,
): Promise<number> {
  const schemas = await schemasOf(file, args);
  if (schemas.size === 0) {
    throw new Problem(
      exitCodes.mistaken,
      `${file} makes no channel with a contract. One is made so: supervisor.channel('orders', { contract: schema })`,
    );
  }
  if (out === undefined) process.stdout.write(`${inJson(Object.fromEntries(schemas))}\n`);
  else writeAll(out, schemas);
  return 0;
}

async function schemasOf(
  file: string,
  args: readonly string[],
): Promise<ReadonlyMap<string, JsonSchema>> {
  const topology = await loadTopology(file);
  const supervisor = new Unstarted({ log: () => {} });
  try {
    const made = Promise.resolve(topology(supervisor, args));
    // Code that hands values to stages comes no further than to the first: nothing is left then that could go on.
    await Promise.race([
      made,
      once(process, 'beforeExit'),
      wait(longest, undefined, { ref: false }),
    ]);
  } catch (error) {
    throw problemIn(resolve(file), error);
  }
  return supervisor.contracts();
}

function writeAll(folder: string, schemas: ReadonlyMap<string, JsonSchema>): void {
  mkdirSync(folder, { recursive: true });
  const written = new Map<string, string>();
  for (const [channel, schema] of schemas) {
    const name = `${channel.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')}.schema.json`;
    const other = written.get(name);
    if (other !== undefined) {
      throw new Problem(
        exitCodes.mistaken,
        `the contracts of "${other}" and "${channel}" would both be in ${name}: rename one of these channels`,
      );
    }
    written.set(name, channel);
    writeFileSync(join(folder, name), `${inJson(schema)}\n`);
    process.stdout.write(`${join(folder, name)}\n`);
  }
}

function inJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}
