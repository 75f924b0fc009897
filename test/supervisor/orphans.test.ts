import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  descendantsOf,
  gone,
  groupGone,
  isAlive,
  killGroup,
  membersOf,
} from '../support/processes.ts';
import { programFlags } from '../support/programs.ts';

/** Whether this system has it, and lets it work. */
const hasBubblewrap =
  spawnSync('bwrap', ['--unshare-all', '--ro-bind', '/', '/', 'true'], { stdio: 'ignore' })
    .status === 0;

/** How long, in milliseconds, anything may outlive a supervisor that was killed. */
const promised = 1_000;
/** How long, in milliseconds, a stage may outlive its supervisor on a machine that is busy with other tests. */
const shortly = 5_000;

test.each(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'exit', 'throw'])(
  'R11 a supervisor that ends by %s leaves no stage behind',
  async (end) => {
    const program = start('supervise-some', end);
    const processIds = await stagesOf(program);
    expect(processIds).toHaveLength(4);
    if (end.startsWith('SIG')) {
      expect(processIds.map(isAlive)).toEqual([true, true, true, true]);
      program.kill(end as NodeJS.Signals);
    }
    if (program.exitCode === null && program.signalCode === null) await once(program, 'exit');
    await Promise.all(processIds.map((processId) => gone(processId, shortly)));
  },
);

describe('R11 a supervisor that is killed leaves nothing behind of', () => {
  test.each([
    ['Node that receives', 1],
    ['Node that sends', 1],
    ['Node that computes for ever', 1],
    ['Node that has not said hello', 1],
    ['Node that computes before hello', 1],
    ['Node with a grandchild', 2],
    ['Node with a grandchild that ignores SIGTERM', 3],
    ['Python that waits', 1],
    ['Python that computes for ever', 1],
    ['Python that does not care for its link', 1],
    ['bash that ignores all signals', 2],
    ['sh -c "a | b"', 3],
  ])('%s', async (kind, count) => {
    const program = start('supervise-one', kind);
    const group = await groupOf(program);
    await vi.waitFor(() => expect(membersOf(group)).toHaveLength(count), { timeout: shortly });
    program.kill('SIGKILL');
    await once(program, 'exit');
    await groupGone(group, promised);
  });
});

test.skipIf(!hasBubblewrap)(
  'R11 a supervisor that is killed leaves nothing behind of Node in a sandbox (needs bwrap)',
  async () => {
    const program = start('supervise-one', 'Node in a sandbox that computes for ever');
    await groupOf(program);
    const stages = descendantsOf(program.pid ?? 0).filter(({ name }) =>
      /node|MainThread/.test(name),
    );
    expect(stages).toHaveLength(1);
    program.kill('SIGKILL');
    await once(program, 'exit');
    await Promise.all(stages.map(({ processId }) => gone(processId, promised)));
  },
);

test.each(['Python that does not care for its link', 'Node that computes before hello'])(
  'R11 a supervisor that is killed in the turn in which it starts a stage leaves none behind: %s',
  async (kind) => {
    const program = start('supervise-one', kind, 'at once');
    const group = await groupOf(program);
    if (program.signalCode === null) await once(program, 'exit');
    expect(program.signalCode).toBe('SIGKILL');
    await groupGone(group, promised);
  },
);

function start(name: string, ...args: readonly string[]): ChildProcess {
  const path = new URL(`../fixtures/programs/${name}.ts`, import.meta.url).pathname;
  const program = spawn(process.execPath, [...programFlags(), path, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => {
    program.kill('SIGKILL');
  });
  return program;
}

/** The process ids that it tells when all its stages are at work. */
async function stagesOf(program: ChildProcess): Promise<number[]> {
  return JSON.parse(await firstLineOf(program)) as number[];
}

async function groupOf(program: ChildProcess): Promise<number> {
  const group = Number(await firstLineOf(program));
  onTestFinished(() => killGroup(group));
  return group;
}

async function firstLineOf({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error('it has no stdout');
  for await (const line of createInterface(stdout)) return line;
  throw new Error('it has said nothing');
}
