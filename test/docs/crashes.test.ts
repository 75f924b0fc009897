/** docs/crashes.md says which tests show it: they are there. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repository } from './programs.ts';
import { cellsOf, tablesIn } from './tables.ts';

test('every test that docs/crashes.md names is there', () => {
  const tests = readdirSync(join(repository, 'test'), { recursive: true })
    .map(String)
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(repository, 'test', file), 'utf8'))
    .join('\n');
  const named = tablesIn('docs/crashes.md').flatMap(({ rows }) =>
    rows.flatMap((row) => cellsOf(row.at(-1) ?? '')),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((title) => !tests.includes(title))).toEqual([]);
});
