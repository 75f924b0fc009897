import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { handover } from './command.ts';
import { folderOf } from './files.ts';

test('--help says what the command does, with examples', async () => {
  const { exitCode, stdout, stderr } = await handover(['--help']);
  expect(stdout).toContain('processes that hand values to each other');
  expect(stdout).toContain('run a topology file');
  expect(stdout).toContain('handover run topology.ts -- --fast 3');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
});

test.each([
  ['run', '--help'],
  ['help', 'run'],
])('%s %s shows a topology file, the options and the exit codes', async (...args) => {
  const { exitCode, stdout, stderr } = await handover(args);
  expect(stdout).toContain('export default (supervisor: Supervisor, args: readonly string[]) => {');
  expect(stdout).toContain('--progress <how>');
  expect(stdout).toContain('--interval <seconds>');
  expect(stdout).toContain('--drain <seconds>');
  const exitCodes = [...stdout.matchAll(/^ {2}(\d+) +\w/gm)].map(([, code]) => Number(code));
  expect(exitCodes).toEqual([0, 1, 2, 3, 129, 130, 143]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
});

test('--version is that of the package', async () => {
  const { version } = createRequire(import.meta.url)('handover/package.json') as {
    version: string;
  };
  expect(await handover(['--version'])).toEqual({ exitCode: 0, stdout: version, stderr: '' });
});

test('without a command it shows the help, and that this is not how it is used', async () => {
  const { exitCode, stdout, stderr } = await handover([]);
  expect(stderr).toContain('Usage: handover [options] [command]');
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
});

test.each([
  ['a mistyped command', ['rnu'], "unknown command 'rnu'\n(Did you mean run?)"],
  [
    'a mistyped option',
    ['run', 'x.ts', '--progres', 'off'],
    "unknown option '--progres'\n(Did you mean --progress?)",
  ],
  [
    'a choice that is none',
    ['run', 'x.ts', '--progress', 'fast'],
    "argument 'fast' is invalid. Allowed choices are auto, live, lines, off.",
  ],
  [
    'an interval that is no number',
    ['run', 'x.ts', '--interval', 'often'],
    "argument 'often' is invalid. It is a number of seconds",
  ],
  [
    'no attempt',
    ['replay', 'x.json', '--attempts', '0'],
    "argument '0' is invalid. It is a number from 1 on.",
  ],
  [
    'a log that is none',
    ['run', 'x.ts', '--log', 'loud'],
    "argument 'loud' is invalid. Allowed choices are auto, pretty, plain, json.",
  ],
  [
    'an interval of 0',
    ['run', 'x.ts', '--interval', '0'],
    "argument '0' is invalid. It is a number of seconds",
  ],
  ['no file', ['run'], "missing required argument 'file'"],
])('%s is answered with what was meant, and with where help is', async (_, args, answer) => {
  const { exitCode, stdout, stderr } = await handover(args);
  expect(stderr).toContain(`handover: `);
  expect(stderr).toContain(answer);
  expect(stderr).toMatch(/\(handover (\w+ )?--help shows how it is used\)$/);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
});

test('a topology file in the place of the command is answered with the whole command', async () => {
  const folder = folderOf({ 'topology.ts': 'export default () => {};' });
  expect(await handover(['topology.ts'], folder)).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: 'handover: topology.ts is not a command. Did you mean: handover run topology.ts?',
  });
});

test.each([
  ['replay', '--help'],
  ['help', 'replay'],
])('%s %s shows what a replay does, the options and the exit codes', async (...args) => {
  const { exitCode, stdout, stderr } = await handover(args);
  expect(stdout).toContain('Runs the stage of a crash report again, alone.');
  expect(stdout).toContain('--inspect');
  expect(stdout).toContain('--attempts <number>');
  expect(stdout).toMatch(/^ {2}0 {4}it survived$/m);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
});

test.each([
  ['stage', '--help'],
  ['help', 'stage'],
])('%s %s shows a stage, the options and the exit codes', async (...args) => {
  const { exitCode, stdout, stderr } = await handover(args);
  expect(stdout).toContain('Runs one stage, for a line of a shell');
  expect(stdout).toContain('--format <format>');
  expect(stdout).toContain('--json');
  expect(stdout).toContain('handover stage ./parse.ts | handover stage ./enrich.py');
  expect(stdout).toMatch(/^ {2}141 {2}nobody read any more what it sent/m);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
});
