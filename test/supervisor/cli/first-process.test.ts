import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { childrenOf, gone } from '../../support/processes.ts';
import { startAsFirstProcess } from './command.ts';
import { folderOf, stageUrl } from './files.ts';

/** A space of process ids of its own, as a container has one; whoever may not make one cannot test it. */
const canUnshare = (() => {
  try {
    execFileSync('unshare', ['--pid', '--fork', '--mount-proc', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** Leaves a grandchild without a parent, and tells when nothing of it is to be seen any more. */
const topology = `import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

export default async (supervisor) => {
  const numbers = supervisor.channel('numbers');
  supervisor.stage('counter', { module: ${stageUrl('count')}, ends: { numbers: numbers.sender } });
  supervisor.stage('printer', { module: ${stageUrl('print')}, ends: { numbers: numbers.receiver } });
  console.log('process', process.pid, 'of', process.ppid, readFileSync('/proc/1/comm', 'utf8').trim());
  const { stdout } = spawn('sh', ['-c', 'sleep 0.1 & echo $!'], { stdio: ['ignore', 'pipe', 'ignore'] });
  for await (const orphan of createInterface(stdout)) {
    const timer = setInterval(() => {
      if (existsSync('/proc/' + orphan)) return;
      clearInterval(timer);
      console.log('no zombie is left');
    }, 10);
  }
};`;

test.skipIf(!canUnshare).each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
  ['SIGHUP', 129],
] as const)(
  'R11 as process 1 the command hears %s, and leaves no zombie (needs the right to `unshare --pid`)',
  async (signal, exitCode) => {
    const folder = folderOf({ 'topology.ts': topology });
    const running = startAsFirstProcess(['run', 'topology.ts', '--progress', 'off'], folder);
    const [, own, parent, first] = await running.printed(/process (\d+) of (\d+) (\w+)/);
    expect([Number(own), parent, first]).toEqual([expect.any(Number), '1', 'sh']);
    await running.printed(/no zombie is left/);
    const [shell] = childrenOf(running.processId);
    process.kill(shell?.processId ?? 0, signal);
    const ended = await running.ended;
    expect(ended.stderr).toContain(`[handover] ${signal}: what is under way has 5 s to drain`);
    expect(ended.stderr).toMatch(/\[printer\] all: \d+$/);
    expect(ended.exitCode).toBe(exitCode);
  },
);

test.skipIf(!canUnshare)(
  'R11 process 1 ends as the command does, and passes on what is typed (needs the right to `unshare --pid`)',
  async () => {
    const folder = folderOf({
      'topology.ts': `export default async (supervisor, args) => {
        for await (const text of process.stdin) {
          console.log(String(text).trim(), args.join('|'));
          process.exit(17);
        }
      };`,
    });
    const running = startAsFirstProcess(['run', 'topology.ts', '--', 'a b', '$c'], folder);
    const [shell] = childrenOf(running.processId);
    running.type('hello\n');
    const ended = await running.ended;
    expect(ended.stdout).toBe('hello a b|$c');
    expect(ended.exitCode).toBe(17);
    if (shell !== undefined) await gone(shell.processId, 1_000);
  },
);
