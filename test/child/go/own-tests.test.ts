/** The tests that the module has of its own: the party, values, and what is on the wire; and what `go vet` has to say. */
import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { describeGo, goPackage } from '../../support/go.ts';

const run = promisify(execFile);
const inPackage = { cwd: goPackage };

describeGo('the module in Go', () => {
  test('§2 §3 §4 §5 §6 §7 its own tests pass, also with the race detector where there is one', {
    timeout: 300_000,
  }, async () => {
    const race = hasRaceDetector() ? ['-race'] : [];
    const { stdout } = await run('go', ['test', ...race, './...'], inPackage);
    expect(stdout).toMatch(/^ok\s+handover\/internal\/direct/m);
    expect(stdout).toMatch(/^ok\s+handover\/internal\/party/m);
    expect(stdout).toMatch(/^ok\s+handover\/internal\/value/m);
    expect(stdout).toMatch(/^ok\s+handover\/internal\/wire/m);
    expect(stdout).not.toContain('FAIL');
  });

  test('vet finds nothing, and it is formatted', async () => {
    const { stderr } = await run('go', ['vet', './...'], inPackage);
    expect(stderr).toBe('');
    const { stdout } = await run('gofmt', ['-l', '.', '../../test/fixtures/go'], inPackage);
    expect(stdout).toBe('');
  });

  test('the party and the direct links are without I/O, without goroutines and without clock', async () => {
    const { stdout } = await run('go', ['list', '-deps', './internal/party'], inPackage);
    const packages = stdout.split('\n');
    expect(packages).toContain('handover/internal/wire');
    expect(packages).not.toContain('handover/internal/link');
    const importing = ['list', '-f', '{{.Imports}}', './internal/party', './internal/direct'];
    const imports = await run('go', importing, inPackage);
    expect(imports.stdout.trim().split('\n')).toEqual([
      '[fmt handover/internal/contract handover/internal/direct handover/internal/wire slices]',
      '[encoding/binary slices strings]',
    ]);
  });

  test('needs nothing but Go itself', async () => {
    const { stdout } = await run('go', ['list', '-m', 'all'], inPackage);
    expect(stdout.trim()).toBe('handover');
  });
});

/** It needs a C compiler. */
function hasRaceDetector(): boolean {
  try {
    execFileSync('go', ['build', '-race', '-o', '/dev/null', './internal/wire'], {
      ...inPackage,
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}
