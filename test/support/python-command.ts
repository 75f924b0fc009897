/** Stages in Python, test/fixtures/stages/python: each is named for the one thing that it does. */
import { fileURLToPath } from 'node:url';

/** With the package that a stage imports, and without bytecode, which would be left beside the sources. */
export const pythonEnvironment = {
  PYTHONPATH: fileURLToPath(new URL('../../child/python/src', import.meta.url)),
  PYTHONDONTWRITEBYTECODE: '1',
};

export function pythonStage(name: string, ...args: readonly string[]) {
  const file = new URL(`../fixtures/stages/python/${name}.py`, import.meta.url);
  return { command: ['python3', file, ...args], env: pythonEnvironment };
}

/** The same, of a few lines. */
export function pythonCode(code: string) {
  return { command: ['python3', '-c', code], env: pythonEnvironment };
}
