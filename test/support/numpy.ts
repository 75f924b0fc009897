/**
 * Tests that need numpy. Without it they are skipped, unless TEST_NUMPY is set: to the folder of a python3 that has it, as the
 * one of a virtual environment.
 */
import { execFileSync } from 'node:child_process';
import { delimiter } from 'node:path';
import { describe } from 'vitest';

const { PATH = '', TEST_NUMPY } = process.env;

/** In which a python3 with numpy comes first. */
export const numpyEnvironment = {
  PATH: TEST_NUMPY === undefined ? PATH : `${TEST_NUMPY}${delimiter}${PATH}`,
};

export function describeNumpy(title: string, tests: () => void): void {
  const why = TEST_NUMPY === undefined ? missing() : undefined;
  describe.skipIf(why !== undefined)(
    why === undefined ? title : `${title} (skipped: ${why})`,
    tests,
  );
}

/** Why they cannot run; `undefined` when they can. */
function missing(): string | undefined {
  const isThere = 'import sys, numpy; sys.exit(sys.version_info < (3, 10))';
  try {
    execFileSync('python3', ['-c', isThere], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'there is no python3 of 3.10 or later with numpy here';
  }
}
