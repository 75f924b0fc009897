import { fileURLToPath } from 'node:url';
import type { CrashReport } from 'handover';
import { expect, test } from 'vitest';
import { optionsFor } from '../../../../supervisor/cli/replay/stage-options.ts';

const start = {
  module: fileURLToPath(import.meta.url),
  args: ['a'],
  loader: 'node',
  flags: ['--expose-gc'],
  folder: process.cwd(),
  environment: 'inherit',
  env: ['PATH', 'NOT_SET_HERE', '__proto__'],
  limits: { deadline: 100, silence: 200, heapBytes: 2 ** 26, age: 300, cpuTime: 400 },
  sandbox: null,
} as const;
const report = { stage: 'parser', start } as unknown as CrashReport;

test('a stage is started as it was, with the variables that are set here', () => {
  const { silence, heapBytes, age, cpuTime } = start.limits;
  expect(optionsFor(report, 'run')).toEqual({
    module: start.module,
    args: ['a'],
    loader: 'node',
    flags: ['--expose-gc'],
    folder: start.folder,
    environment: 'inherit',
    env: { PATH: process.env.PATH },
    deadline: 100,
    limits: { silence, heapBytes, age, cpuTime },
  });
});

test('in a debugger nothing hurries it: no deadline, no limit of time', () => {
  const options = optionsFor(report, 'inspect');
  expect(options).toMatchObject({
    flags: ['--expose-gc', '--inspect-brk=127.0.0.1:0'],
    limits: { heapBytes: 2 ** 26 },
    startDeadline: 2 ** 31 - 1,
  });
  expect(options.limits).toEqual({ heapBytes: 2 ** 26 });
  expect(options.deadline).toBeUndefined();
});
