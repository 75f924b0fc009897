import { StageFailedError } from 'handover';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { channelShows } from '../support/conditions.ts';
import { kill, rejection } from '../support/failures.ts';
import { superviseBesidePair } from '../support/healthy-pair.ts';
import { growth, memoryInUse } from '../support/memory.ts';
import { gone, isAlive, openDescriptors } from '../support/processes.ts';
import { stageModule } from '../support/stage-module.ts';

const mebi = 1024 * 1024;
const supervision = superviseBesidePair();
const { supervisor, book, pair } = supervision;

describe('R10 it fails alone, with one clear error, a stage that', () => {
  test.each([
    {
      name: 'exits at once with 0',
      module: 'exit-at-once',
      args: ['0'],
      says: /exited without ever becoming a stage.*await stage\(\)/,
    },
    {
      name: 'exits at once with 1',
      module: 'exit-at-once',
      args: ['1'],
      says: /exited with code 1/,
    },
    {
      name: 'exits while it is welcomed',
      module: 'exit-while-starting',
      args: ['4'],
      says: /exited with code 4/,
    },
    { name: 'throws', module: 'throw-at-once', args: [], says: /exited with code 1/ },
    {
      name: 'never says hello',
      module: 'stay-silent',
      args: [],
      startDeadline: 500,
      says: /did not say hello within 500 ms: its module must import 'handover\/child'/,
    },
    {
      name: 'closes its link and lives on',
      module: 'close-link',
      args: [],
      says: /closed its link and went on for 2000 ms/,
    },
    {
      name: 'waits for what can never come',
      module: 'wait-at-top-level',
      args: [],
      says: /exited with code 13.*waited at its top level/,
    },
    {
      name: 'cannot be started',
      module: 'echo',
      args: ['x'.repeat(200_000)],
      says: /could not be started/,
    },
  ])('$name', async ({ name, module, args, says, startDeadline = 30_000 }) => {
    const to = supervisor.channel<number>(`to ${name}`);
    const from = supervisor.channel<number>(`from ${name}`);
    const sent = rejection(to.sender.send(1));
    const received = rejection(from.receiver.receive());
    supervisor.stage(name, {
      module: stageModule(module),
      args,
      startDeadline,
      ends: { input: to.receiver, output: from.sender },
    });
    const { line } = await book.untilFailed(name);
    expect(line).toMatch(says);
    expect(line).toContain(`stage "${name}"`);
    const cause = { stage: name };
    expect(await sent).toMatchObject({ code: 'CHANNEL_BROKEN', value: 1, attempts: 0, cause });
    expect(await received).toMatchObject({ code: 'CHANNEL_BROKEN', cause });
    expect(book.about(name)).toHaveLength(1);
    await pair.goesOn();
  });

  test('goes deaf: what it is owed reaches it no more', async () => {
    const to = supervisor.channel<number>('to the deaf');
    const sent = rejection(to.sender.send(1));
    supervisor.stage('gone deaf', {
      module: stageModule('go-deaf'),
      ends: { input: to.receiver },
    });
    const { line } = await book.untilFailed('gone deaf');
    expect(line).toMatch(/closed what it should read from, and went on for 2000 ms/);
    expect(await sent).toMatchObject({ code: 'CHANNEL_BROKEN', value: 1, attempts: 1 });
    await pair.goesOn();
  });

  test('throws: its last words are in the error', async () => {
    const from = supervisor.channel<number>('from the thrower');
    supervisor.stage('thrower', {
      module: stageModule('throw-at-once'),
      ends: { output: from.sender },
    });
    const error = await rejection(from.receiver.receive());
    const { cause } = error as { cause: StageFailedError };
    expect(cause).toBeInstanceOf(StageFailedError);
    expect(cause.exitCode).toBe(1);
    expect(cause.stderr.join('\n')).toContain('Error: no reason');
  });
});

describe('R10 what a stage prints', () => {
  test('10,000 lines on each stream arrive, in order, though it ends at once', async () => {
    const stage = supervisor.stage('printer', {
      module: stageModule('print-many-lines'),
      args: ['10000'],
    });
    await vi.waitFor(() => expect(stage.report.outcome).toBe('ended'), { timeout: 20_000 });
    const lines = (word: string) => Array.from({ length: 10_000 }, (_, line) => `${word} ${line}`);
    expect(book.printed('printer')).toEqual(lines('line'));
    expect(book.printed('printer', 'stderr')).toEqual(lines('error'));
    await pair.goesOn();
  });

  test('a line without end comes in pieces, and memory is flat', async () => {
    const before = memoryInUse();
    let highest = 0;
    const stage = supervisor.stage('endless', {
      module: stageModule('print-without-end'),
      args: ['16'],
    });
    await vi.waitFor(
      () => {
        highest = Math.max(highest, growth(before, memoryInUse()).buffers);
        expect(stage.report.outcome).toBe('ended');
      },
      { timeout: 20_000, interval: 50 },
    );
    const pieces = book.printed('endless');
    expect(pieces.join('')).toHaveLength(16 * mebi);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(64 * 1024);
    expect(highest).toBeLessThan(8 * mebi);
  });
});

describe('R10 a grandchild that holds', () => {
  test.each(['stdout', 'link'])('the %s open goes with its stage, and at once', async (what) => {
    const name = `parent of one with the ${what}`;
    const from = supervisor.channel<number>(`from ${name}`);
    const stage = supervisor.stage(name, {
      module: stageModule('leave-grandchild'),
      args: [what],
      ends: { output: from.sender },
    });
    const grandchild = Number((await book.until(name, '')).line);
    const leaving = performance.now();
    expect(await rejection(from.receiver.receive())).toMatchObject({ code: 'CHANNEL_ENDED' });
    // The grace for a link that somebody holds was not needed.
    expect(performance.now() - leaving).toBeLessThan(1_500);
    expect(stage.report.outcome).toBe('ended');
    await gone(grandchild, 5_000);
    await pair.goesOn();
  });

  test.each(['stdout', 'link'])(
    'the %s open in a session of its own does not keep its stage alive',
    async (what) => {
      const name = `parent of one far away with the ${what}`;
      const from = supervisor.channel<number>(`from ${name}`);
      const before = openDescriptors();
      const stage = supervisor.stage(name, {
        module: stageModule('leave-grandchild'),
        args: [what, 'own'],
        ends: { output: from.sender },
      });
      const grandchild = Number((await book.until(name, '')).line);
      try {
        expect(await rejection(from.receiver.receive())).toMatchObject({ code: 'CHANNEL_ENDED' });
        expect(isAlive(grandchild)).toBe(true);
        expect(stage.report.outcome).toBe('ended');
        expect(openDescriptors()).toBeLessThanOrEqual(before);
      } finally {
        process.kill(grandchild);
      }
      await gone(grandchild, 5_000);
      await pair.goesOn();
    },
  );
});

test('R10 processes that exit amid 100 writes to them: every send settles, and nothing else happens', async () => {
  const uncaught: Error[] = [];
  const note = (error: Error) => uncaught.push(error);
  process.on('uncaughtExceptionMonitor', note);
  onTestFinished(() => void process.off('uncaughtExceptionMonitor', note));
  // 64 KiB fit into a pipe: the rest waits here to be written.
  const value = new Uint8Array(8 * 1024);
  const lines = ['one', 'other'].map((name) => {
    const values = supervisor.channel<Uint8Array>(`values for the ${name} leaver`);
    const stage = supervisor.stage(`${name} leaver`, {
      module: stageModule('receive-without-reading'),
      args: ['50'],
      ends: { input: values.receiver.clone() },
    });
    const sends = Array.from({ length: 50 }, () => values.sender.send(value));
    return { values, stage, sends };
  });
  for (const { values } of lines) await channelShows(supervisor, values.name, { inHand: 50 });
  for (const { stage } of lines) process.kill(stage.processIds[0] as number, 'SIGKILL');
  for (const { values, stage, sends } of lines) {
    for (const _ of sends) await values.receiver.receive();
    await Promise.all(sends);
    expect(stage.report.outcome).toBe('failed');
  }
  expect(uncaught).toEqual([]);
  await pair.goesOn();
});

describe('R5 a stage that never reads its link', () => {
  test('is owed no more than it asked for; what it had not taken goes back', async () => {
    const values = supervisor.channel<Uint8Array>('values for the deaf');
    supervisor.stage('deaf', {
      module: stageModule('receive-without-reading'),
      args: ['16'],
      ends: { input: values.receiver },
    });
    await channelShows(supervisor, 'values for the deaf', { waitingReceivers: 16 });
    const before = memoryInUse();
    const value = new Uint8Array(64 * 1024);
    const outcomes = Array.from({ length: 2_000 }, () => rejection(values.sender.send(value)));
    await pair.goesOn();
    const { heap, buffers } = growth(before, memoryInUse());
    expect(heap + buffers).toBeLessThan(32 * mebi);
    expect(supervisor.statistics().get('values for the deaf')).toMatchObject({ taken: 0 });

    await kill(supervision, 'deaf', 'SIGKILL');
    const errors = (await Promise.all(outcomes)) as { value: unknown; attempts: number }[];
    expect(errors.every((error) => error.value === value)).toBe(true);
    expect(errors.filter((error) => error.attempts === 1)).toHaveLength(16);
    expect(errors.filter((error) => error.attempts === 0)).toHaveLength(1_984);
  });
});

test('R10 a stage that is halted by SIGSTOP halts nobody else, and goes on when it may', async () => {
  const values = supervisor.channel<number>('values for the halted');
  const stage = supervisor.stage('halted', {
    module: stageModule('print-all'),
    ends: { input: values.receiver },
  });
  await values.sender.send(0);
  const [processId] = stage.processIds as [number];
  process.kill(processId, 'SIGSTOP');
  let sent = 0;
  const sends = Array.from({ length: 1_000 }, (_, index) =>
    values.sender.send(index + 1).then(() => sent++),
  );
  await pair.goesOn();
  // A signal takes its time; but then nothing is taken any more.
  expect(sent).toBeLessThan(100);
  process.kill(processId, 'SIGCONT');
  await Promise.all(sends);
  values.sender.close();
  await vi.waitFor(() => expect(stage.report.outcome).toBe('ended'), { timeout: 10_000 });
  expect(book.printed('halted')).toHaveLength(1_001);
});

test('R9 a stage that dies while 1,000 sends to it are pending: each comes back with its value', async () => {
  const values = supervisor.channel<number>('values for the dying');
  supervisor.stage('dying', {
    module: stageModule('take-some-and-block'),
    args: ['3'],
    ends: { input: values.receiver },
  });
  let sent = 0;
  const outcomes = Array.from({ length: 1_000 }, async (_, value) => {
    try {
      await values.sender.send(value);
      sent++;
      return undefined;
    } catch (error) {
      return error as { value: number; attempts: number; cause: StageFailedError };
    }
  });
  await book.until('dying', 'stuck');
  await kill(supervision, 'dying', 'SIGKILL');
  const errors = (await Promise.all(outcomes)).filter((error) => error !== undefined);
  expect(sent).toBe(3);
  expect(errors.map(({ value }) => value)).toEqual(Array.from({ length: 997 }, (_, i) => i + 3));
  expect(errors.every(({ cause }) => cause.stage === 'dying')).toBe(true);
});
