import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { handover } from '../supervisor/cli/command.ts';

function example(path: string): string {
  return fileURLToPath(new URL(`../../examples/${path}`, import.meta.url));
}

test('rendezvous: first the sender waits, then the taker', async () => {
  const { stdout, stderr } = await execa(process.execPath, [
    '--conditions=handover-source',
    example('rendezvous/main.ts'),
  ]);
  const waited = (text: string, pattern: RegExp) => Number(pattern.exec(text)?.[1]);
  expect(waited(stdout, /waited (\d+) ms until the first/)).toBeGreaterThan(500);
  expect(waited(stderr, /waited (\d+) ms for the second/)).toBeGreaterThan(500);
});

test('fan-out: the results have the order of the jobs, and every replica has worked', async () => {
  const { exitCode, stdout } = await handover(['run', example('fan-out/topology.ts')]);
  const results = [...stdout.matchAll(/^job (\d+): .* process (\d+)$/gm)];
  expect(results.map(([, job]) => Number(job))).toEqual(
    Array.from({ length: 16 }, (_, i) => i + 1),
  );
  expect(new Set(results.map(([, , process]) => process)).size).toBe(4);
  expect(exitCode).toBe(0);
});
