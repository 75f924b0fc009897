/** Python's validator of contracts. What needs it is skipped without it, unless TEST_JSONSCHEMA says that it has to be there. */
import { execFileSync } from 'node:child_process';
import { describe } from 'vitest';

export const hasJsonschema = process.env.TEST_JSONSCHEMA !== undefined || isThere();

export function describeJsonschema(title: string, tests: () => void): void {
  const why = hasJsonschema ? '' : ' (skipped: there is no jsonschema here)';
  describe.skipIf(!hasJsonschema)(title + why, tests);
}

function isThere(): boolean {
  try {
    execFileSync('python3', ['-c', 'import jsonschema'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
