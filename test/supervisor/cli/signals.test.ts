import { expect, test } from 'vitest';
import { childrenOf, gone } from '../../support/processes.ts';
import { hasTerminal, startHandover, startInTerminal } from './command.ts';
import { folderOf, stageUrl } from './files.ts';

const counting = `export default (supervisor) => {
  const numbers = supervisor.channel('numbers');
  const passed = supervisor.channel('passed');
  const stages = [
    supervisor.stage('counter', { module: ${stageUrl('count')}, ends: { numbers: numbers.sender } }),
    supervisor.stage('printer', { module: ${stageUrl('print')}, ends: { numbers: numbers.receiver } }),
  ];
  console.log('processes', stages.flatMap((stage) => stage.processIds).join());
};`;

const endless = `export default (supervisor) => {
  const numbers = supervisor.channel('numbers');
  supervisor.stage('counter', { module: ${stageUrl('count')}, ends: { numbers: numbers.sender } });
  supervisor.stage('deaf', { module: ${stageUrl('never-end')}, ends: { numbers: numbers.receiver } });
};`;

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s lets what is under way drain, and leaves no process', async (signal, exitCode) => {
  const folder = folderOf({ 'topology.ts': counting });
  const running = startHandover(['run', 'topology.ts', '--progress', 'off'], folder);
  const [, processIds = ''] = await running.printed(/processes (.*)/);
  await running.printed(/\[printer\] has 100$/m);
  running.signal(signal);
  const ended = await running.ended;
  expect(ended.stderr).toContain(`[handover] ${signal}: what is under way has 5 s to drain`);
  expect(ended.stderr).toMatch(/\[printer\] all: \d+$/);
  expect(ended.exitCode).toBe(exitCode);
  for (const processId of processIds.split(',')) {
    expect(() => process.kill(Number(processId), 0)).toThrow('ESRCH');
  }
});

test('a second SIGINT ends at once what would not end', async () => {
  const folder = folderOf({ 'topology.ts': endless });
  const running = startHandover(['run', 'topology.ts', '--progress', 'off'], folder);
  const [, processId] = await running.printed(/process (\d+) goes on for ever/);
  running.signal('SIGINT');
  await running.printed(/SIGINT: what is under way has 5 s/);
  const start = performance.now();
  // What comes within a moment is taken for the same.
  const again = setInterval(() => running.signal('SIGINT'), 20);
  await running.printed(/SIGINT again/).finally(() => clearInterval(again));
  const ended = await running.ended;
  expect(performance.now() - start).toBeLessThan(4_000);
  expect(ended.stderr).toContain('SIGINT again: ending every stage at once');
  expect(ended.exitCode).toBe(130);
  expect(() => process.kill(Number(processId), 0)).toThrow('ESRCH');
});

test('--drain says how long the first signal lets what is under way drain', async () => {
  const folder = folderOf({ 'topology.ts': endless });
  const running = startHandover(
    ['run', 'topology.ts', '--progress', 'off', '--drain', '0.1'],
    folder,
  );
  const [, processId] = await running.printed(/process (\d+) goes on for ever/);
  running.signal('SIGTERM');
  const ended = await running.ended;
  expect(ended.stderr).toContain('SIGTERM: what is under way has 0.1 s to drain');
  expect(ended.exitCode).toBe(143);
  expect(() => process.kill(Number(processId), 0)).toThrow('ESRCH');
});

test('R11 SIGKILL of the command leaves no process', async () => {
  const folder = folderOf({ 'topology.ts': endless });
  const running = startHandover(['run', 'topology.ts', '--progress', 'off'], folder);
  const [, processId] = await running.printed(/process (\d+) goes on for ever/);
  const children = childrenOf(running.processId).map((child) => child.processId);
  expect(children).toContain(Number(processId));
  // The two stages, and the reaper.
  expect(children).toHaveLength(3);
  running.signal('SIGKILL');
  await running.ended;
  await Promise.all(children.map((child) => gone(child, 1_000)));
});

test("after a signal, the topology's own code has its last words, too", async () => {
  const folder = folderOf({
    'topology.ts': `import { writeFile } from 'node:fs/promises';
    export default async (supervisor) => {
      const numbers = supervisor.channel('numbers');
      supervisor.stage('counter', { module: ${stageUrl('count')}, ends: { numbers: numbers.sender } });
      let count = 0;
      for await (const number of numbers.receiver) if (++count === 100) console.log('has 100');
      await writeFile('last-words.txt', String(count));
      console.log('all:', count);
    };`,
  });
  const running = startHandover(['run', 'topology.ts', '--progress', 'off'], folder);
  await running.printed(/has 100/);
  running.signal('SIGINT');
  const ended = await running.ended;
  expect(ended.stdout).toMatch(/^all: \d+$/m);
  expect(ended.exitCode).toBe(130);
});

test.skipIf(!hasTerminal)(
  'Ctrl-C in a terminal, which every process there hears, drains as well (needs `script`)',
  async () => {
    const folder = folderOf({ 'topology.ts': counting });
    const running = startInTerminal(
      ['run', 'topology.ts', '--progress', 'off', '--log', 'plain'],
      folder,
    );
    await running.printed(/\[printer\] has 100\r?$/m);
    running.type('\x03');
    const ended = await running.ended;
    expect(ended.stdout).toContain('SIGINT: what is under way has 5 s to drain');
    expect(ended.stdout).toMatch(/\[printer\] all: \d+/);
    expect(ended.stdout).not.toContain('killed by SIGINT');
    expect(ended.exitCode).toBe(130);
  },
);
