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

const languageCases = catalogue.filter(({ group }) => group.name === 'languages');
const ofLanguages = new Map([
  ['python-to-go', measured([81, 82, 83])],
  ['go-to-go', measured([40, 41, 42])],
  ['bare-go', measured([20, 20.5, 21])],
  ['go-to-rust', { is: 'skipped', why: 'there is no cargo here' } as const],
]);
const languageRecord = {
  ...record,
  runs: [
    {
      placement: 'pinned' as const,
      rounds: 3,
      cases: Object.fromEntries(ofLanguages),
      verdicts: judge(ofLanguages, 'pinned'),
    },
  ],
} satisfies BenchRecord;

test('pairs of languages have a table of their own, and a run of them leaves the other figures alone', async () => {
  const file = join(tmpdir(), `handover-page-${process.pid}.md`);
  try {
    const figures = '<!-- figures -->\nold\n<!-- end of the figures -->';
    const pairs = '<!-- pairs of languages -->\nold pairs\n<!-- end of the pairs -->';
    await writeFile(file, `${figures}\n\nBetween.\n\n${pairs}\n\nAfter.\n`);
    await renew(file, languageCases, languageRecord);
    const page = await readFile(file, 'utf8');
    expect(page).toContain(`${figures}\n\nBetween.`);
    expect(page).toContain('| µs, from | to Node | to Python | to Go | to Rust | bare ping-pong |');
    expect(page).toContain('| Python | – | – | 82.0 | – | – |');
    expect(page).toContain('| Go | – | – | 41.0 | skipped | 20.5 |');
    expect(page).toContain('| MISS | 2.00 × | ≤ 1.50 × |');
    expect(page).toMatch(/<!-- end of the pairs -->\n\nAfter\.\n$/);
    expect(page).not.toContain('old pairs');
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
