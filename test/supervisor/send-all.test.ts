import { NotAllTakenError, type Receiver, type Sender } from 'handover';
import { describe, expect, test, vi } from 'vitest';
import type { Poured } from '../fixtures/stages/pour.ts';
import { kill, rejection } from '../support/failures.ts';
import type { LogBook } from '../support/log-book.ts';
import { stageModule } from '../support/stage-module.ts';
import { type Supervision, supervise } from '../support/supervision.ts';

const count = 2_000;

describe('R1 sendAll between processes', () => {
  test.each([1, 64, 1_000])(
    'R2 R3 each value arrives once, in order, with window %i',
    async (window) => {
      const { supervisor, book } = supervise();
      const values = supervisor.channel<number>('values');
      startPouring({ supervisor, book }, values.sender, window);
      const received: number[] = [];
      for await (const value of values.receiver) received.push(value);
      expect(received).toEqual(range(0, count));
      expect(await pouredIn(book)).toMatchObject({ drawn: count, taken: count });
      await supervisor.finished();
    },
  );

  test('R2 each value arrives at one of several receivers', async () => {
    const { supervisor, book } = supervise();
    const values = supervisor.channel<number>('values');
    const passed = supervisor.channel<number>('passed');
    startPouring({ supervisor, book }, values.sender, 64);
    supervisor.stage('echo', {
      module: stageModule('echo'),
      replicas: 3,
      ends: { input: values.receiver, output: passed.sender },
    });
    const received: number[] = [];
    for await (const value of passed.receiver) received.push(value);
    expect(received.toSorted((one, other) => one - other)).toEqual(range(0, count));
    expect(await pouredIn(book)).toMatchObject({ taken: count });
  });
});

describe('R7 a receiver dies in the middle of a sendAll', () => {
  test('R4 with a value in hand, and was the last: what was taken, what was not, and what may have been', async () => {
    const supervision = supervise();
    const values = supervision.supervisor.channel<number>('values');
    startWorking(supervision, values.receiver, ['100:kill']);
    const error = await rejection(values.sender.sendAll(range(0, count)));
    if (!(error instanceof NotAllTakenError)) throw error;
    const { drawn, taken, notTaken, maybeTaken, cause } = error;
    expect({ drawn, taken }).toEqual({ drawn: 164, taken: 100 });
    expect(maybeTaken).toEqual([{ index: 100, value: 100, attempts: 1 }]);
    expect(notTaken.map(({ value }) => value)).toEqual(range(101, 164));
    expect(cause).toMatchObject({ code: 'CHANNEL_BROKEN', cause: { signal: 'SIGKILL' } });
  });

  test('R7 with a value in hand, and another follows: all are taken', async () => {
    const supervision = supervise();
    const values = supervision.supervisor.channel<number>('values');
    startWorking(supervision, values.receiver, ['100:kill:1'], 'on-failure');
    expect(await values.sender.sendAll(range(0, count))).toBe(count);
    values.sender.close();
    await supervision.supervisor.finished();
    const done = supervision.book.printed('worker').filter((line) => line.startsWith('done'));
    expect(done).toEqual(range(0, count).map((value) => `done ${value}`));
  });

  test('R4 at any moment, and was the last: taken, not taken and perhaps are all that was drawn', async () => {
    const supervision = supervise();
    const values = supervision.supervisor.channel<number>('values');
    startTaking(supervision, values.receiver);
    startPouring(supervision, values.sender, 64);
    await supervision.book.until('taker', 'took: 500');
    await kill(supervision, 'taker', 'SIGKILL');
    const { drawn, taken, notTaken, maybeTaken } = await pouredIn(supervision.book);
    expect(taken).toBeGreaterThanOrEqual(tookIn(supervision.book).length);
    expect(maybeTaken.length).toBeLessThanOrEqual(1);
    expect([...maybeTaken, ...notTaken]).toEqual(range(taken, drawn));
    expect(drawn - taken).toBeLessThanOrEqual(64);
  });

  test('R7 at any moment, and another follows: all are taken', async () => {
    const supervision = supervise();
    const values = supervision.supervisor.channel<number>('values');
    startTaking(supervision, values.receiver, 'on-failure');
    startPouring(supervision, values.sender, 64);
    await supervision.book.until('taker', 'took: 500');
    const [processId = 0] = supervision.supervisor.stages[0]?.processIds ?? [];
    process.kill(processId, 'SIGKILL');
    expect(await pouredIn(supervision.book)).toMatchObject({ drawn: count, taken: count });
    await supervision.book.until('taker', `took: ${count - 1}`);
    // The one that was killed may have been about to print what it had taken.
    expect(new Set(tookIn(supervision.book)).size).toBeGreaterThanOrEqual(count - 1);
  });
});

describe('R12 sendAll', () => {
  test('R12 that can never go on is told, with the line of code', async () => {
    const { supervisor, book } = supervise();
    const [there, back] = [supervisor.channel<number>('there'), supervisor.channel('back')];
    supervisor.stage('pouring', {
      module: stageModule('pour'),
      args: ['10', '3'],
      ends: { output: there.sender, back: back.sender },
    });
    supervisor.stage('waiting', {
      module: stageModule('follow-steps'),
      args: ['receive back', 'receive there'],
      ends: { there: there.receiver, back: back.receiver },
    });
    const told = () => book.lines.map(({ line }) => line).join('\n');
    await vi.waitFor(() => expect(told()).toMatch(/deadlock/), { timeout: 30_000 });
    expect(told()).toMatch(
      /stage "pouring" .* waits to send on "there", .* at pour .*pour\.ts:\d+/,
    );
  });
});

function startPouring({ supervisor }: Supervision, output: Sender<number>, window: number): void {
  const args = [String(count), String(window)];
  supervisor.stage('pouring', { module: stageModule('pour'), args, ends: { output } });
}

function startTaking(
  { supervisor }: Supervision,
  input: Receiver<number>,
  restart?: 'on-failure',
): void {
  const module = stageModule('take-what-comes');
  supervisor.stage('taker', { module, ends: { input }, ...(restart && { restart }) });
}

function startWorking(
  { supervisor }: Supervision,
  values: Receiver<number>,
  args: readonly string[],
  restart?: 'on-failure',
): void {
  const module = stageModule('work-on');
  const go = supervisor.channel<null>('go').receiver;
  supervisor.stage('worker', { module, args, ends: { values, go }, ...(restart && { restart }) });
}

function tookIn(book: LogBook): readonly string[] {
  return book.printed('taker').map((line) => line.split(',', 1)[0] ?? '');
}

async function pouredIn(book: LogBook): Promise<Poured> {
  const { line } = await book.until('pouring', 'poured');
  return JSON.parse(line.slice('poured '.length)) as Poured;
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
