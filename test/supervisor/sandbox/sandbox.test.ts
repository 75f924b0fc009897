/** What a process can touch, and as whom, where and with which environment it runs. */
import { mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  type LimitOptions,
  type ModuleCommand,
  type Sandbox,
  type SandboxOptions,
  type SurroundingOptions,
  TopologyError,
} from 'handover';
import { describe, expect, onTestFinished, test } from 'vitest';
import { inBubblewrap } from '../../../supervisor/sandbox/bubblewrap.ts';
import { canRunBubblewrap } from '../../support/bubblewrap.ts';
import { stageModule } from '../../support/stage-module.ts';
import { supervise } from '../../support/supervision.ts';

type Held = SandboxOptions &
  SurroundingOptions &
  LimitOptions &
  Partial<Pick<ModuleCommand, 'args' | 'env' | 'loader'>>;

/** What a stage printed first. */
async function told(module: string, options: Held): Promise<string> {
  const { supervisor, book } = supervise();
  supervisor.stage('held', { module: stageModule(module), ...options });
  const { line } = await book.until('held', '');
  return line;
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'handover-sandbox-'));
  writeFileSync(join(path, 'secret'), 'secret');
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

describe("R10 the sandbox { by: 'node' }", () => {
  const sandbox = { by: 'node' } as const;
  test.each(['read', 'write', 'start', 'thread'])(
    'R10 does not let it %s what it may not, and its code is told',
    async (what) => {
      const options = { args: [what, join(folder(), 'secret')], sandbox };
      expect(await told('touch', options)).toBe('failed: ERR_ACCESS_DENIED');
    },
  );

  test.each<[string, (path: string) => Sandbox]>([
    ['read', (path) => ({ ...sandbox, read: [path, new URL('../../', import.meta.url)] })],
    ['write', (path) => ({ ...sandbox, write: [path] })],
    ['start', () => ({ ...sandbox, childProcess: true })],
    ['thread', () => ({ ...sandbox, worker: true })],
  ])('R10 lets it %s what it may', async (what, allowing) => {
    const path = folder();
    const options = { args: [what, join(path, 'secret')], sandbox: allowing(path) };
    expect((await told('touch', options)).replace(/^\(node.*/, 'done')).toBe('done');
  });

  test('R10 an error that its code does not catch: the failure names the sandbox', async () => {
    const { supervisor, book } = supervise();
    supervisor.stage('held', {
      module: stageModule('touch'),
      args: ['read, and not catch', '/etc/hostname'],
      sandbox,
    });
    const { line } = await book.untilFailed('held');
    expect(line).toMatch(/exited with code 1 .*it touched what its sandbox does not allow/);
  });

  test('R10 values pass through a stage in it as through any other', async () => {
    const { supervisor } = supervise();
    const values = supervisor.channel<number>('values');
    const doubles = supervisor.channel<number>('doubles');
    supervisor.stage('double', {
      module: stageModule('double'),
      ends: { input: values.receiver, output: doubles.sender },
      sandbox,
    });
    await values.sender.send(21);
    expect(await doubles.receiver.receive()).toBe(42);
  });
});

describe("R10 the sandbox { by: 'bubblewrap' }", () => {
  test('R10 is a command around the command: what it can read, what it can write, no network', () => {
    const command = {
      file: '/bin/node',
      args: ['a.js'],
      env: {},
      folder: '/srv',
      user: {},
      starters: 0,
      greeting: '',
    };
    const sandbox = { by: 'bubblewrap', read: ['/srv'], write: ['/var/out'] } as const;
    const { file, args, ...rest } = inBubblewrap('/usr/bin/bwrap', command, '/srv/a.js', sandbox);
    expect(file).toBe('/usr/bin/bwrap');
    expect(rest).toEqual({ env: {}, folder: '/srv', user: {}, starters: 0, greeting: '' });
    expect(args.join(' ')).toMatch(/^--die-with-parent --new-session --unshare-all --ro-bind-try/);
    expect(args.join(' ')).toMatch(
      /--ro-bind \/srv \/srv --bind \/var\/out \/var\/out --chdir \/srv -- \/bin\/node a\.js$/,
    );
    expect(args).not.toContain('--share-net');
    const open = inBubblewrap('bwrap', command, '/srv/a.js', { ...sandbox, network: true });
    expect(open.args).toContain('--share-net');
  });

  const reason = canRunBubblewrap();
  const runs = describe.skipIf(reason !== undefined);
  runs(`R10 ${reason === undefined ? 'as it runs here' : `is left out: ${reason}`}`, () => {
    // This project, and what the test runner has Node load before everything else.
    const root = new URL('../../../', import.meta.url);
    const read = [root, realpathSync(new URL('node_modules', root))];
    const sandbox = { by: 'bubblewrap', read } as const;

    test('R10 other files are not there', async () => {
      const options = { args: ['read', join(folder(), 'secret')], sandbox };
      expect(await told('touch', options)).toBe('failed: ENOENT');
    });

    test('R10 what it may write is written', async () => {
      const path = folder();
      const options = {
        args: ['write', join(path, 'secret')],
        sandbox: { ...sandbox, write: [path] },
      };
      expect(await told('touch', options)).toBe('done');
      expect(readFileSync(join(path, 'secret'), 'utf8')).toBe('written');
    });

    test('R10 there is no network', async () => {
      const server = createServer().listen(0, '127.0.0.1');
      onTestFinished(() => void server.close());
      const { promise, resolve } = Promise.withResolvers<void>();
      server.once('listening', resolve);
      await promise;
      const { port } = server.address() as { port: number };
      const options = { args: ['connect', String(port)], sandbox };
      expect(await told('touch', options)).toBe('failed: ECONNREFUSED');
    });

    test('R10 limits hold inside of it', async () => {
      const { supervisor, book } = supervise();
      const values = supervisor.channel<number>('values');
      supervisor.stage('busy', {
        module: stageModule('spin'),
        ends: { output: values.sender },
        limits: { busy: 500 },
        sandbox,
      });
      await values.receiver.receive();
      const { line } = await book.untilFailed('busy');
      expect(line).toMatch(/its main thread did not come back/);
    });
  });
});

describe('R10 surroundings', () => {
  test('R10 a clean environment has the basics, and what is given', async () => {
    process.env.HANDOVER_TEST_SECRET = 'secret';
    onTestFinished(() => {
      delete process.env.HANDOVER_TEST_SECRET;
    });
    const line = await told('tell-surroundings', { environment: 'clean', env: { GIVEN: '1' } });
    const { env } = JSON.parse(line) as { env: string[] };
    expect(env).toContain('PATH');
    expect(env).toContain('GIVEN');
    expect(env).not.toContain('HANDOVER_TEST_SECRET');
    expect(JSON.parse(await told('tell-surroundings', {})).env).toContain('HANDOVER_TEST_SECRET');
  });

  test('R10 a folder', async () => {
    const path = folder();
    expect(JSON.parse(await told('tell-surroundings', { folder: path })).folder).toBe(path);
  });

  // Somebody else must be able to read the code: a folder for temporary files is often for its owner alone.
  const isForOthers = foldersAbove(import.meta.dirname).every(
    (folder) => (statSync(folder).mode & 0o001) !== 0,
  );
  const isRoot = process.getuid?.() === 0;
  test.runIf(isRoot && isForOthers)('R10 a user and a group, for root to give', async () => {
    const told65534 = await told('tell-surroundings', {
      uid: 65_534,
      gid: 65_534,
      environment: 'clean',
    });
    expect(JSON.parse(told65534)).toMatchObject({ uid: 65_534, gid: 65_534 });
  });
});

test.each<[string, Held, RegExp]>([
  [
    'an environment',
    { environment: 'none' as 'clean' },
    /environment must be 'inherit' or 'clean'/,
  ],
  ['a folder', { folder: '/no/such/folder' }, /there is no folder \/no\/such\/folder/],
  ['a user', { uid: -1 }, /uid must be a number of 0 or more, not -1/],
  ['a sandbox', { sandbox: { by: 'hope' } as never }, /sandbox must be \{ by: 'node'/],
  [
    'a sandbox of Node with tsx',
    { sandbox: { by: 'node' }, loader: 'tsx' },
    /tsx starts a program to compile with/,
  ],
  [
    'a sandbox of Node with a pulse',
    { sandbox: { by: 'node' }, limits: { busy: 1_000 } },
    /limits\.silence and limits\.busy take a thread .* worker: true/,
  ],
])('R10 %s that is none is refused', (_, options, says) => {
  const { supervisor } = supervise();
  const stage = () => supervisor.stage('held', { module: stageModule('touch'), ...options });
  expect(stage).toThrow(TopologyError);
  expect(stage).toThrow(says);
});

function foldersAbove(path: string): readonly string[] {
  const above = dirname(path);
  return above === path ? [path] : [path, ...foldersAbove(above)];
}
