import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import type { Outcome } from '../../bench/harness.ts';
import type { BenchRecord } from '../../bench/record.ts';

/** Whatever else the machine does, and however bad the day: beyond this something is broken. */
const generous = 5;

test('the bench runs, and a rendezvous costs no multiple of what it must', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'handover-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'record.json');
  const bench = fileURLToPath(new URL('../../bench/main.ts', import.meta.url));
  const names = ['bare-ping-pong', 'handover-supervisor-child'];
  const { stdout } = await execa({
    nodeOptions: ['--conditions=handover-source'],
    node: true,
  })`${bench} ${names} --rounds 2 --json ${file}`;

  expect(stdout).toContain('supervisor ↔ child, beside the bare ping-pong');
  const { runs } = JSON.parse(readFileSync(file, 'utf8')) as BenchRecord;
  const cases = runs[0]?.cases ?? {};
  expect(Object.keys(cases)).toEqual(expect.arrayContaining(names));
  const [bare, ours] = names.map((name) => leastOf(cases[name])) as [number, number];
  expect(ours).toBeLessThan(generous * bare);
});

function leastOf(outcome: Outcome | undefined): number {
  if (outcome?.is !== 'measured') throw new Error(`it was not measured: ${outcome?.why}`);
  return Math.min(...outcome.figures);
}
