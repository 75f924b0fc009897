import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { Reaper } from '../../../supervisor/groups/reaper.ts';
import { reaperScript } from '../../../supervisor/groups/reaper-script.ts';
import { gone, groupGone, isAlive, killGroup, membersOf } from '../../support/processes.ts';

const shells = [
  { name: 'sh', command: ['sh'] },
  { name: 'dash', command: ['dash'] },
  { name: 'bash', command: ['bash'] },
  { name: 'busybox', command: ['busybox', 'sh'] },
].filter(({ command: [file = ''] }) => isThere(file));

describe.each(shells)('R11 the reaper under $name', ({ command }) => {
  test('ends the groups on its list when nobody writes to it any more, and no others', async () => {
    const shell = run(command);
    const exited = once(shell, 'exit');
    const [left, over, unknown] = [group(), group(), group()];
    shell.stdin?.write(`starts a\nstarted a ${left}\nstarts b\nstarted b ${over}\nended ${over}\n`);
    shell.stdin?.end('starts c\nfailed c\nended 17');
    await groupGone(left, 5_000);
    await exited;
    expect([over, unknown].map((id) => membersOf(id).length)).toEqual([2, 2]);
  });

  test.runIf(process.platform === 'linux')(
    'finds a process that was about to be started by its environment',
    async () => {
      const token = randomBytes(16).toString('hex');
      const starting = group({ HANDOVER_TOKEN: token });
      const another = group({ HANDOVER_TOKEN: randomBytes(16).toString('hex') });
      const shell = run(command);
      const exited = once(shell, 'exit');
      shell.stdin?.end(`starts ${token}\n`);
      await groupGone(starting, 5_000);
      await exited;
      expect(membersOf(another)).toHaveLength(2);
    },
  );

  test('hears no signal but SIGKILL', async () => {
    const shell = run(command);
    const left = group();
    shell.stdin?.write(`starts a\nstarted a ${left}\n`);
    // A line that it does not know, and one in pieces, are heard as well.
    shell.stdin?.write('what\nsta');
    await vi.waitFor(() => expect(ignoresSignals(shell)).toBe(true));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) shell.kill(signal);
    expect(isAlive(left)).toBe(true);
    shell.stdin?.end();
    await groupGone(left, 5_000);
  });

  test('with nothing left ends at once', async () => {
    const shell = run(command);
    shell.stdin?.end('starts a\nstarted a 17\nended 17\n');
    expect(await once(shell, 'exit')).toEqual([0, null]);
  });
});

test('R11 a reaper that is killed is replaced by one that knows all groups', async () => {
  const reaper = new Reaper();
  const troubles: string[] = [];
  const left = group();
  reaper.expect('a', (what) => troubles.push(what));
  reaper.watch('a', left);
  const first = reaper.processId ?? 0;
  process.kill(first, 'SIGKILL');
  await vi.waitFor(() => expect(reaper.processId).not.toBe(first));
  await vi.waitFor(() => expect(reaper.processId).toBeDefined());
  // It does not go while there is something to watch.
  await reaper.dismiss();
  const second = reaper.processId ?? 0;
  expect(isAlive(second)).toBe(true);
  reaper.release(left);
  await reaper.dismiss();
  expect(reaper.processId).toBeUndefined();
  await gone(second, 0);
  expect(troubles).toEqual([]);
});

test.each([
  { what: 'is not there', shell: '/no/such/shell', says: 'there is no /no/such/shell' },
  { what: 'ends at once', shell: '/bin/true', says: '/bin/true has ended' },
  { what: 'cannot be run', shell: '/etc/passwd', says: 'EACCES' },
])('R11 where the shell $what, that is told once', async ({ shell, says }) => {
  const reaper = new Reaper(shell);
  const troubles: string[] = [];
  for (const token of ['a', 'b']) {
    reaper.expect(token, (what) => troubles.push(what));
    reaper.watch(token, 2 ** 30);
  }
  await vi.waitFor(() => expect(troubles).toHaveLength(1));
  expect(troubles[0]).toContain(`there is no reaper (`);
  expect(troubles[0]).toContain(says);
  reaper.release(2 ** 30);
  reaper.expect('c', (what) => troubles.push(what));
  reaper.watch('c', undefined);
  await reaper.dismiss();
  expect(troubles).toHaveLength(1);
});

function run([file = '', ...args]: readonly string[]): ChildProcess {
  const shell = spawn(file, [...args, '-c', reaperScript], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  onTestFinished(() => void shell.kill('SIGKILL'));
  return shell;
}

/** A process group of two, which care for nothing but SIGKILL. */
function group(env: NodeJS.ProcessEnv = {}): number {
  const { pid = 0 } = spawn('sh', ['-c', "trap '' TERM INT HUP; sleep 1000; :"], {
    stdio: 'ignore',
    detached: true,
    env: { PATH: process.env.PATH, ...env },
  });
  onTestFinished(() => killGroup(pid));
  return pid;
}

function ignoresSignals({ pid }: ChildProcess): boolean {
  const status = execFileSync('grep', ['SigIgn', `/proc/${pid}/status`], { encoding: 'utf8' });
  const terminate = 1n << 14n;
  return (BigInt(`0x${status.split(':')[1]?.trim()}`) & terminate) !== 0n;
}

function isThere(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
