/** The tests that the package has of its own, child/python/tests: values, frames and what is on the link. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { describePython, pythonEnvironment } from '../../support/python.ts';

const folder = fileURLToPath(new URL('../../../child/python/tests', import.meta.url));

describePython('the tests of the package in Python', () => {
  // Many of them start a process.
  test('§2 §3 §5 §14 pass', { timeout: 180_000 }, async () => {
    const { stderr } = await promisify(execFile)(
      'python3',
      ['-m', 'unittest', 'discover', '-s', folder],
      { env: { ...process.env, ...pythonEnvironment } },
    );
    expect(stderr).toMatch(/^Ran \d\d+ tests/m);
    expect(stderr).toMatch(/^OK$/m);
  });
});
