import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { handover, startHandover } from '../supervisor/cli/command.ts';
import { folderOf } from '../supervisor/cli/files.ts';

const topology = fileURLToPath(new URL('../../examples/census/topology.ts', import.meta.url));

const sources = {
  'one.js':
    "import { readFile } from 'node:fs';\nexport function read() {\n  return readFile;\n}\n",
  'deep/two.ts': "import type { Page } from 'pages';\nexport const turn = (page: Page) => page;\n",
  'deep/three.d.ts': 'export declare function three(): 3;\n',
  'four.cjs': "const pages = require('pages/all');\nreturn pages;\n",
  'five.json': '{ "five": 5 }\n',
  'broken.js': 'export const = 1;\n',
  'broken.json': '{ five: 5 }\n',
  'large.js': `// ${'x'.repeat(600_000)}\n`,
  'picture.png': 'not a source',
  '.hidden/secret.js': 'hidden',
};

function census(files: Readonly<Record<string, string>>) {
  const folder = folderOf(files);
  const work = folderOf({});
  const records = () =>
    readFileSync(join(work, 'census.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly type: string; readonly path: string });
  return { args: ['run', topology, '--progress', 'off', folder], folder, work, records };
}

test('every file that is read is in the report, and the numbers add up', async () => {
  const { args, work, folder, records } = census(sources);
  const { exitCode, stdout, stderr } = await handover(args, work);
  expect(stdout).toContain(`Census of ${folder}\n`);
  expect(stdout).toMatch(/^JavaScript +4 +6 +1 +2 +2$/m);
  expect(stdout).toMatch(/^TypeScript +1 +2 +1 +1 +0$/m);
  expect(stdout).toMatch(/^TypeScript \(\.d\.ts\) +1 +1 +0 +0 +0$/m);
  expect(stdout).toMatch(/^JSON +2 +1 +0 +0 +1$/m);
  expect(stdout).toMatch(/^all +8 +10 +2 +3 +3$/m);
  expect(stdout).toMatch(/^ +pages +2$/m);
  expect(stdout).toContain('Longest function: read, 3 lines (one.js:2)\n');
  expect(stdout).toContain('8 read = 5 parsed + 3 set aside = 8 written to ');
  expect(
    records()
      .map(({ path }) => path)
      .sort(),
  ).toEqual([
    'broken.js',
    'broken.json',
    'deep/three.d.ts',
    'deep/two.ts',
    'five.json',
    'four.cjs',
    'large.js',
    'one.js',
  ]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
});

test('a file that cannot be parsed is set aside with the reason', async () => {
  const { args, work, records } = census(sources);
  await handover(args, work);
  expect(records().filter(({ type }) => type === 'set-aside')).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ path: 'broken.js', reason: 'Unexpected token' }),
      expect.objectContaining({
        path: 'broken.json',
        reason: expect.stringContaining('Expected property name'),
      }),
      expect.objectContaining({ path: 'large.js', reason: 'larger than 512 KiB' }),
    ]),
  );
});

test('after a SIGINT the numbers of what was read add up, too', async () => {
  const many = Object.fromEntries(
    Array.from({ length: 2_000 }, (_, index) => [`${index}.js`, sources['one.js']]),
  );
  const { args, work, records } = census(many);
  const running = startHandover([...args, '--progress', 'lines', '--interval', '0.1'], work);
  await running.printed(/· facts [1-9]/);
  running.signal('SIGINT');
  const { exitCode, stdout } = await running.ended;
  const [, read, parsed, written] =
    /^(\d+) read = (\d+) parsed \+ 0 set aside = (\d+) written/m.exec(stdout.replaceAll(',', '')) ??
    [];
  expect(parsed).toBe(read);
  expect(written).toBe(read);
  expect(records()).toHaveLength(Number(read));
  expect(Number(read)).toBeLessThan(2_000);
  expect(exitCode).toBe(130);
});

test('a folder that is not there is told, and no stage is started', async () => {
  const { exitCode, stderr } = await handover(['run', topology, '/no/such/folder']);
  expect(stderr).toContain("ENOENT: no such file or directory, stat '/no/such/folder'");
  expect(exitCode).toBe(2);
});
