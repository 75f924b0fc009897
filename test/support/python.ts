/** Tests of stages in Python. They need python3; without it they are skipped, unless TEST_PYTHON is set. */
import { execFileSync } from 'node:child_process';
import { describe } from 'vitest';

export { pythonCode, pythonEnvironment, pythonStage } from './python-command.ts';

export function describePython(title: string, tests: () => void): void {
  const isSkipped = why !== undefined && process.env.TEST_PYTHON === undefined;
  describe.skipIf(isSkipped)(isSkipped ? `${title} (skipped: ${why})` : title, tests);
}

const why = missing();

/** Why they cannot run; `undefined` when they can. */
function missing(): string | undefined {
  const isRecent = 'import sys; sys.exit(sys.version_info < (3, 10))';
  try {
    execFileSync('python3', ['-c', isRecent], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'there is no python3 of 3.10 or later here';
  }
}
