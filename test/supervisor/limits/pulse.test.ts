/** The runtime's side of a pulse, without a supervisor around it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';

test('§8.19 what asks whether the process runs is answered while its code computes for ever', async () => {
  const { pulse } = await spinning();
  const answered = once(pulse, 'data');
  pulse.write(Uint8Array.of(2, 1));
  const [answer] = (await answered) as [Buffer];
  expect([...answer]).toEqual([1]);
});

test('R11 §8.19 a process that computes for ever ends when its supervisor is gone', async () => {
  const { program, pulse } = await spinning();
  const exited = once(program, 'exit');
  pulse.destroy();
  expect(await exited).toEqual([null, 'SIGKILL']);
});

async function spinning(): Promise<{ readonly program: ChildProcess; readonly pulse: Socket }> {
  const path = new URL('../../fixtures/programs/spin-with-pulse.ts', import.meta.url).pathname;
  const program = spawn(process.execPath, ['--conditions=handover-source', path], {
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  });
  onTestFinished(() => {
    program.kill('SIGKILL');
  });
  if (program.stdout === null) throw new Error('it has no stdout');
  await once(program.stdout, 'data');
  return { program, pulse: program.stdio[3] as Socket };
}
