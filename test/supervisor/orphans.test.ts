import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { gone, isAlive } from '../support/processes.ts';

/** How long, in milliseconds, a stage may outlive its supervisor on a machine that is busy with other tests. */
const shortly = 5_000;

test.each(['SIGKILL', 'SIGTERM', 'exit', 'throw'])(
  'R11 a supervisor that ends by %s leaves no stage behind',
  async (end) => {
    const program = start(end);
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

function start(end: string): ChildProcess {
  const path = new URL('../fixtures/programs/supervise-some.ts', import.meta.url).pathname;
  const program = spawn(process.execPath, ['--conditions=handover-source', path, end], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => {
    program.kill('SIGKILL');
  });
  return program;
}

/** The process ids that it tells when all its stages are at work. */
async function stagesOf(program: ChildProcess): Promise<number[]> {
  if (program.stdout === null) throw new Error('it has no stdout');
  for await (const line of createInterface(program.stdout)) return JSON.parse(line) as number[];
  throw new Error('it has said nothing');
}
