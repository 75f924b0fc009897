import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { programFlags } from '../support/programs.ts';

/** The file of an example. */
export function example(path: string): string {
  return fileURLToPath(new URL(`../../examples/${path}`, import.meta.url));
}

/** Runs an example that is a program of its own, as its command does. */
export async function runExample(path: string, ...args: readonly string[]) {
  return runExampleIn({}, path, ...args);
}

/** The same, with some variables of its environment as they are given. */
export async function runExampleIn(
  env: Readonly<Record<string, string>>,
  path: string,
  ...args: readonly string[]
) {
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [...programFlags(), example(path), ...args],
    { reject: false, env },
  );
  return { exitCode, stdout, stderr };
}
