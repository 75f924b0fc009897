/** Processes that take too much, and those that the system or their own native code ends: each is named as what it was. */
import { LimitError, type Limits } from 'handover';
import { describe, expect, test } from 'vitest';
import { failureOf } from '../../support/failures.ts';
import { stageModule } from '../../support/stage-module.ts';
import { supervise } from '../../support/supervision.ts';

const mebi = 2 ** 20;

describe('R10 a process that takes more than its limits allow is named', () => {
  test.each<{ what: string; limits: Limits; says: RegExp; cause: object }>([
    {
      what: 'heap',
      limits: { heapBytes: 32 * mebi },
      says: /ran out of memory: its JavaScript heap was full at 32 MiB \(limits\.heapBytes of the stage\)/,
      cause: { limit: 'heapBytes', allowed: 32 * mebi, used: undefined },
    },
    {
      what: 'memory',
      limits: { memoryBytes: 200 * mebi },
      says: /was killed: it used [\d.]+ MiB of memory, of 200 MiB allowed \(limits\.memoryBytes of the stage\)/,
      cause: { limit: 'memoryBytes', allowed: 200 * mebi },
    },
    {
      what: 'memory of a child',
      limits: { memoryBytes: 300 * mebi },
      says: /was killed: it used [\d.]+ MiB of memory, of 300 MiB allowed/,
      cause: { limit: 'memoryBytes' },
    },
    {
      what: 'processor',
      limits: { cpuTime: 800 },
      says: /was killed: it computed for [\d.]+ s, of 0\.8 s allowed \(limits\.cpuTime of the stage\)/,
      cause: { limit: 'cpuTime', allowed: 800 },
    },
    {
      what: 'processor in turns',
      limits: { cpuTime: 800 },
      says: /was killed: it computed for [\d.]+ s, of 0\.8 s allowed/,
      cause: { limit: 'cpuTime' },
    },
  ])('R10 $what', async ({ what, limits, says, cause }) => {
    const { supervisor, book } = supervise();
    supervisor.stage('greedy', { module: stageModule('use-up'), args: [what], limits });
    const { line } = await book.untilFailed('greedy');
    expect(line).toMatch(says);
    const failure = await failureOf(supervisor, 'greedy');
    expect(failure.cause).toBeInstanceOf(LimitError);
    expect(failure.cause).toMatchObject({ code: 'LIMIT', ...cause });
    const { allowed, used = allowed } = failure.cause as LimitError;
    expect(used).toBeGreaterThanOrEqual(allowed);
  });

  test('R10 by the system, when the supervisor does not look', async () => {
    const { supervisor, book } = supervise();
    supervisor.stage('greedy', {
      module: stageModule('die-of'),
      args: ['SIGXCPU'],
      limits: { cpuTime: 60_000 },
    });
    const { line } = await book.untilFailed('greedy');
    expect(line).toMatch(/used up its CPU time of 60\.0 s .* was ended by the system \(SIGXCPU\)/);
    expect((await failureOf(supervisor, 'greedy')).cause).toMatchObject({ limit: 'cpuTime' });
  });
});

test.each([
  ['SIGSEGV', /crashed in native code \(SIGSEGV, a segmentation fault\) after/],
  ['SIGBUS', /crashed in native code \(SIGBUS, a bus error\)/],
  ['SIGILL', /crashed in native code \(SIGILL, an illegal instruction\)/],
  ['SIGFPE', /crashed in native code \(SIGFPE, an arithmetic error\)/],
  ['SIGABRT', /aborted \(SIGABRT\) after/],
  ['SIGTERM', /was killed by SIGTERM after/],
  ['SIGKILL', /was killed by SIGKILL from outside after .*; neither the supervisor did that nor/],
])('R10 a process that dies of %s is named so', async (signal, says) => {
  const { supervisor, book } = supervise();
  supervisor.stage('victim', { module: stageModule('die-of'), args: [signal] });
  const { line } = await book.untilFailed('victim');
  expect(line).toMatch(says);
  expect(await failureOf(supervisor, 'victim')).toMatchObject({ signal });
});

test('R7 R10 limits.values: a process that has taken as many is followed by another, and nothing is lost', async () => {
  const { supervisor, book } = supervise();
  const values = supervisor.channel<number>('values');
  const stage = supervisor.stage('worn', {
    module: stageModule('print-all'),
    ends: { input: values.receiver },
    limits: { values: 3 },
  });
  for (let value = 0; value < 10; value++) await values.sender.send(value);
  values.sender.close();
  await supervisor.finished();
  expect(stage.report.recycled).toBeGreaterThanOrEqual(2);
  expect(stage.report.restarts).toBe(0);
  expect(book.printed('worn')).toHaveLength(10);
  const processes = Map.groupBy(
    book.lines.filter(({ stream }) => stream === 'stdout'),
    ({ processId }) => processId,
  );
  for (const printed of processes.values()) expect(printed.length).toBeLessThanOrEqual(4);
});
