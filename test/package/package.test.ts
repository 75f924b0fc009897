/** The packed package, installed in an empty project. Needs a registry, so it runs only where it is asked for. */
import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const isAsked = process.env.TEST_PACKAGE !== undefined;

const main = `
import { channel, Supervisor } from 'handover';
const [tx, rx] = channel();
const received = rx.receive();
await tx.send('local');
const supervisor = new Supervisor();
const words = supervisor.channel('words');
const echoes = supervisor.channel('echoes');
supervisor.stage('echo', {
  module: new URL('./echo.EXT', import.meta.url),
  ends: { words: words.receiver, echoes: echoes.sender },
});
await words.sender.send('across');
console.log(await received, await echoes.receiver.receive());
words.sender.close();
await supervisor.finished();
`;

const echo = {
  js: `
import { stage } from 'handover/child';
const { words, echoes } = await stage();
for await (const word of words) await echoes.send(word);
`,
  ts: `
import { type Receiver, type Sender, stage } from 'handover/child';
const { words, echoes } = await stage<{ words: Receiver<string>; echoes: Sender<string> }>();
for await (const word of words) await echoes.send(word);
`,
};

const topology = `
export default (supervisor) => {
  const echoes = supervisor.channel('echoes');
  const words = supervisor.channel('words');
  supervisor.stage('echo', { module: new URL('./echo.js', import.meta.url), ends: { words: words.receiver, echoes: echoes.sender } });
  words.sender.send('hello').then(() => words.sender.close());
  echoes.receiver.receive().then((word) => console.log(word));
};
`;

/** Says which parts of Node a stage makes it load, beside those that it has at once. */
const loads = `
const before = new Set(process.moduleLoadList);
await import('handover/child');
const isPart = (name) => name.startsWith('NativeModule ') && !name.includes('internal/');
const loaded = process.moduleLoadList.filter((name) => isPart(name) && !before.has(name));
console.log(loaded.map((name) => name.slice('NativeModule '.length)).join(' '));
`;

describe.skipIf(!isAsked)('the packed package (set TEST_PACKAGE to run it)', () => {
  let project = '';

  function run(file: string, ...args: readonly string[]): string {
    return execFileSync(file, args, { cwd: project, encoding: 'utf8', env: environment() });
  }

  beforeAll(() => {
    project = mkdtempSync(join(tmpdir(), 'handover-package-'));
    const packed = execFileSync(
      'npm',
      ['pack', '--pack-destination', project, '--ignore-scripts'],
      {
        cwd: root,
        encoding: 'utf8',
      },
    );
    const tarball = packed.trim().split('\n').at(-1) as string;
    writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
    run(
      'npm',
      'install',
      '--no-audit',
      '--no-fund',
      `./${tarball}`,
      'typescript@7.0.2',
      '@types/node@24',
    );
    for (const extension of ['js', 'ts'] as const) {
      writeFileSync(join(project, `main.${extension}`), main.replace('EXT', extension));
      writeFileSync(join(project, `echo.${extension}`), echo[extension]);
    }
    writeFileSync(join(project, 'topology.js'), topology);
    writeFileSync(join(project, 'loads.js'), loads);
  }, 300_000);

  afterAll(() => rmSync(project, { recursive: true, force: true }));

  test('works from JavaScript', () => {
    expect(run(process.execPath, 'main.js')).toBe('local across\n');
  });

  test('a start of a stage loads only what a pipe is read with', () => {
    const needed = ['net', 'stream', 'stream/promises', 'string_decoder'];
    const loaded = run(process.execPath, 'loads.js').trim().split(' ');
    expect(loaded.filter((part) => !needed.includes(part))).toEqual([]);
    expect(loaded).toContain('net');
  });

  test('its files are ASCII: Node need not make two bytes of each character', () => {
    const dist = join(project, 'node_modules/handover/dist');
    const files = globSync('**/*.js', { cwd: dist });
    expect(files).toContain('shared/runtime.js');
    const others = files.filter((file) =>
      readFileSync(join(dist, file)).some((byte) => byte > 0x7f),
    );
    expect(others).toEqual([]);
  });

  test('works from TypeScript', () => {
    expect(run(process.execPath, 'main.ts')).toBe('local across\n');
  });

  test('has types that hold', () => {
    const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022'];
    const libs = ['--lib', 'es2024,esnext.disposable', '--types', 'node'];
    expect(run('npx', 'tsc', ...flags, ...libs, 'main.ts', 'echo.ts')).toBe('');
  });

  test('brings the package for Python, and pip installs it from there', () => {
    run('python3', '-m', 'venv', 'venv');
    run('venv/bin/pip', 'install', '--quiet', './node_modules/handover/child/python');
    const code = 'import handover, handover.aio; print(handover.__file__)';
    expect(run('venv/bin/python3', '-c', code)).toContain(join('venv', 'lib'));
  }, 120_000);

  test('brings the command', () => {
    expect(run('npx', 'handover', '--version')).toMatch(/^\d+\.\d+\.\d+/);
    expect(run('npx', 'handover', 'run', 'topology.js', '--progress', 'off')).toBe('hello\n');
  });
});

/** Without what this repository sets for its own sources. */
function environment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, ...rest } = process.env;
  return rest;
}
