import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { stopped } from '../../support/processes.ts';
import { programFlags } from '../../support/programs.ts';
import { stageModule } from '../../support/stage-module.ts';
import { supervise } from '../../support/supervision.ts';

test.each(['alone', 'with its stages'])(
  'R10 a supervisor that was stopped %s for longer than the limits kills nobody for that',
  async (how) => {
    const { program, lines } = start();
    const exited = once(program, 'exit');
    const stages = JSON.parse(await lines.next()) as number[];
    const all = [program.pid ?? 0, ...(how === 'alone' ? [] : stages)];
    for (const processId of all) process.kill(processId, 'SIGSTOP');
    await Promise.all(all.map((processId) => stopped(processId, 10_000)));
    await itsLimitsArePassed();
    for (const processId of all) process.kill(processId, 'SIGCONT');
    program.stdin?.write('go on\n');
    expect(JSON.parse(await lines.next())).toEqual(['running', 'running']);
    await exited;
  },
);

/** Another supervisor, which runs, finds a stopped process by a limit that is longer than all of them. */
async function itsLimitsArePassed(): Promise<void> {
  const { supervisor, book } = supervise();
  const values = supervisor.channel<number>('values');
  const { processIds } = supervisor.stage('other', {
    module: stageModule('print-all'),
    ends: { input: values.receiver },
    limits: { silence: 2_500 },
  });
  await values.sender.send(0);
  for (const processId of processIds) process.kill(processId, 'SIGSTOP');
  await book.untilFailed('other');
}

function start() {
  const path = new URL('../../fixtures/programs/watch-one.ts', import.meta.url).pathname;
  const program: ChildProcess = spawn(process.execPath, [...programFlags(), path], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    program.kill('SIGKILL');
  });
  if (program.stdout === null) throw new Error('it has no stdout');
  const iterator = createInterface(program.stdout)[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await iterator.next();
    if (done === true) throw new Error('it has said no more');
    return value;
  };
  return { program, lines: { next } };
}
