import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { catalogue } from '../../bench/catalogue.ts';
import { renew } from '../../bench/page.ts';
import type { BenchRecord } from '../../bench/record.ts';
import { judge } from '../../bench/targets.ts';
import { measured } from './measured.ts';

const cases = catalogue.filter(
  ({ name }) => name === 'fork-json' || name === 'handover-child-child',
);
const outcomes = new Map([
  ['handover-child-child', measured([20, 22, 21])],
  ['fork-json', measured([25, 25, 25])],
]);
const record = {
  machine: {} as BenchRecord['machine'],
  runs: [
    {
      placement: 'pinned',
      rounds: 3,
      cases: Object.fromEntries(outcomes),
      verdicts: judge(outcomes, 'pinned'),
    },
  ],
} satisfies BenchRecord;

test('a page gets the figures where it says so, and keeps all else', async () => {
  const file = join(tmpdir(), `handover-page-${process.pid}.md`);
  try {
    await writeFile(
      file,
      'Before.\n\n<!-- figures -->\nold\n<!-- end of the figures -->\n\nAfter.\n',
    );
    await renew(file, cases, record);
    const page = await readFile(file, 'utf8');
    expect(page).toMatch(/^Before\.\n\n<!-- figures -->\n\n### Pinned to one core, 3 rounds\n/);
    expect(page).toMatch(/<!-- end of the figures -->\n\nAfter\.\n$/);
    expect(page).toMatch(
      /\| \*\*handover-child-child\*\* \| .* \| 21\.0 \| 20\.0 – 22\.0 \| µs \|/,
    );
    expect(page).toContain('0.84 ×');
    expect(page).not.toContain('old');
  } finally {
    await rm(file, { force: true });
  }
});

test('a page that does not say where they stand is left alone', async () => {
  const file = join(tmpdir(), `handover-no-page-${process.pid}.md`);
  try {
    await writeFile(file, 'Nothing.\n');
    await expect(renew(file, cases, record)).rejects.toThrow('has no');
    expect(await readFile(file, 'utf8')).toBe('Nothing.\n');
  } finally {
    await rm(file, { force: true });
  }
});
