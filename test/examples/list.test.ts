/** Every example is in the list, says how it is run, and is run by a test. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { repository } from '../docs/programs.ts';
import { cellsOf, tablesIn } from '../docs/tables.ts';
import { example } from './run.ts';

const examples = readdirSync(example('.'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
  readonly scripts: { readonly start: string };
};

test('the list has every example, with a command that leads to it', () => {
  const list = tablesIn('examples/README.md').find(({ head }) => head[0] === 'example');
  const names = list?.rows.map(([name]) => name);
  expect(names?.toSorted()).toEqual(examples.map((name) => `[${name}](${name})`).toSorted());
  const commands = list?.rows.map(([, , command = '']) => cellsOf(command)[0] ?? '') ?? [];
  const files = commands.map(
    (command) =>
      /examples\/\S+\.(?:ts|sh)$/.exec(command === 'npm start' ? scripts.start : command)?.[0],
  );
  expect(files.filter((file) => file === undefined || !existsSync(join(repository, file)))).toEqual(
    [],
  );
});

test('every example is run by a test', () => {
  const folder = join(repository, 'test/examples');
  const tests = readdirSync(folder)
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join();
  const withoutTest = examples.filter((name) => !tests.includes(`${name}/`));
  expect(withoutTest).toEqual([]);
});

test('an example whose result is wrong says so, and exits with code 1', async () => {
  const verdict = pathToFileURL(example('verdict.ts')).href;
  const code = `import { verdict } from '${verdict}'; verdict(false, 'two', 'one is missing');`;
  const ended = await execa(process.execPath, ['--input-type=module-typescript', '-e', code], {
    reject: false,
  });
  expect(ended).toMatchObject({ exitCode: 1, stdout: '', stderr: 'wrong: one is missing' });
});
