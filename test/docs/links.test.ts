/** What the documents point to is there, and their lists are complete. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repository, textOf } from './programs.ts';
import { cellsOf, tablesIn } from './tables.ts';

const documents = [
  'README.md',
  'CHANGELOG.md',
  'examples/README.md',
  'child/python/README.md',
  'child/rust/README.md',
  'child/go/README.md',
  ...readdirSync(join(repository, 'docs'), { recursive: true })
    .map((file) => `docs/${file}`)
    .filter((file) => file.endsWith('.md')),
];

describe('links', () => {
  test.each(documents)('%s', (document) => {
    const targets = [...textOf(document).matchAll(/\]\(([^)]+)\)|src="([^"]+)"/g)]
      .map((match) => match[1] ?? match[2] ?? '')
      .filter((target) => !/^https?:/.test(target));
    const broken = targets.filter((target) => !leadsSomewhere(document, target));
    expect(broken).toEqual([]);
  });

  test('files that the code points to are there', () => {
    const named = ['src', 'compose', 'supervisor', 'child', 'platform'].flatMap((folder) =>
      readdirSync(join(repository, folder), { recursive: true })
        .filter((file): file is string => String(file).endsWith('.ts'))
        .flatMap((file) => [
          ...readFileSync(join(repository, folder, file), 'utf8').matchAll(/\bdocs\/[\w/-]+\.md/g),
        ])
        .map(([name]) => name),
    );
    expect([...new Set(named)].filter((name) => !existsSync(join(repository, name)))).toEqual([]);
  });
});

test('the guide lists every error with its code', () => {
  const errors = readFileSync(join(repository, 'src/errors.ts'), 'utf8');
  const classes = [...errors.matchAll(/class (\w+) extends \w+ \{\s+readonly code = '(\w+)'/g)];
  const table = tablesIn('docs/guide.md').find(({ head }) => head[0] === 'code');
  const listed = table?.rows.map(([code = '', name = '']) => [cellsOf(code)[0], cellsOf(name)[0]]);
  const defined = classes.map(([, name, code]) => [code, name]);
  expect(listed?.toSorted()).toEqual(defined.toSorted());
});

test('the README for Go lists every code that it has', () => {
  const errors = readFileSync(join(repository, 'child/go/errors.go'), 'utf8');
  const defined = [...errors.matchAll(/^\t(Err\w+) +Code = "(\w+)"$/gm)].map(([, ...both]) => both);
  const table = tablesIn('child/go/README.md').find(({ head }) => head[0] === 'code');
  const listed = table?.rows.map(([code = '']) => cellsOf(code));
  expect(defined.length).toBeGreaterThan(10);
  expect(listed?.toSorted()).toEqual(defined.toSorted());
});

function leadsSomewhere(document: string, target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? document : normalize(join(dirname(document), path));
  if (!existsSync(join(repository, file))) return false;
  return anchor === undefined || anchorsOf(file).includes(anchor);
}

/** As GitHub names them. */
function anchorsOf(document: string): readonly string[] {
  return [...textOf(document).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}
