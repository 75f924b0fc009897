import { type DeadLetter, LostError, type Receiver, TopologyError } from 'handover';
import { describe, expect, test } from 'vitest';
import { channelShows } from '../support/conditions.ts';
import { rejection } from '../support/failures.ts';
import { stageModule } from '../support/stage-module.ts';
import { supervise } from '../support/supervision.ts';
import { badEndings, workOn } from '../support/work-on.ts';

/** Workers that take values, and a channel for those that nobody can work on. */
function startWorkers(
  replicas: number,
  steps: readonly string[],
  { maxAttempts = 1, capacity = 0 } = {},
) {
  const { supervisor, book } = supervise();
  const dead = supervisor.channel<DeadLetter<number>>('dead');
  const values = supervisor.channel<number>('values', {
    maxAttempts,
    capacity,
    deadLetters: dead.sender,
  });
  workOn(supervisor, values.receiver, replicas, steps);
  return { supervisor, book, values: values.sender, letters: dead.receiver };
}

describe.each(badEndings)('R7 a value that ends each process: %s', (what, how) => {
  test.each([1, 4])(
    'R7 with %i replica(s) it becomes a dead letter, which says how',
    async (replicas) => {
      const { values, letters, book } = startWorkers(replicas, [`1:${what}`]);
      const sent = values.send(1);
      const letter = await letters.receive();
      await sent;
      expect(letter).toEqual({
        value: 1,
        channel: 'values',
        attempts: 1,
        failures: [expect.objectContaining({ code: 'STAGE_FAILED', stage: 'worker', ...how })],
      });
      const [failure] = letter.failures;
      if (what === 'throw') expect(failure?.stderr?.join('\n')).toContain('cannot work on 1');
      expect(book.printed('worker')).toEqual(['begins 1, attempt 1']);
    },
  );

  test('R7 with 4 replicas the others go on in order', async () => {
    const { supervisor, values, letters, book } = startWorkers(4, [`2:${what}`], {
      maxAttempts: 3,
    });
    const received = letters.receive();
    for (const value of [1, 2, 3, 4]) await values.send(value);
    expect(await received).toMatchObject({ value: 2, attempts: 3, failures: [how, how, how] });
    await book.until('worker', 'done 4');
    const done = book.printed('worker').filter((line) => line.startsWith('done'));
    expect(done).toEqual(['done 1', 'done 3', 'done 4']);
    expect(supervisor.statistics().get('values')).toMatchObject({ taken: 3, deadLetters: 1 });
  });
});

describe('R7 a dead letter', () => {
  test('R1 holds its sender until it was taken', async () => {
    const { supervisor, values, letters } = startWorkers(1, ['1:fail']);
    let isSent = false;
    const sent = values.send(1).then(() => {
      isSent = true;
    });
    await channelShows(supervisor, 'dead', { waitingSenders: 1 });
    expect(isSent).toBe(false);
    await letters.receive();
    await sent;
  });

  test('R4 whose sender loses its patience comes back', async () => {
    const { supervisor, values, letters } = startWorkers(1, ['1:fail']);
    const controller = new AbortController();
    const outcome = rejection(values.send(1, { signal: controller.signal }));
    await channelShows(supervisor, 'dead', { waitingSenders: 1 });
    controller.abort();
    expect(await outcome).toMatchObject({ code: 'ABORTED', value: 1, attempts: 1 });
    expect(await letters.tryReceive()).toBeUndefined();
  });

  test('R7 that nobody can receive fails its send', async () => {
    const { values, letters } = startWorkers(1, ['1:fail']);
    letters.close();
    const error = await rejection(values.send(1));
    expect(error).toBeInstanceOf(LostError);
    expect(error).toMatchObject({ failures: [{ message: 'Error: cannot work on 1' }] });
  });

  test('R5 what a buffer still has when its last receiver crashes is not lost', async () => {
    const { values, letters } = startWorkers(1, ['1:kill'], { capacity: 3 });
    for (const value of [1, 2, 3]) await values.send(value);
    const seen = [await letters.receive(), await letters.receive(), await letters.receive()];
    expect(seen.map(({ value, attempts }) => [value, attempts])).toEqual([
      [1, 1],
      [2, 0],
      [3, 0],
    ]);
  });

  test('R9 is the last before the end', async () => {
    const { values, letters } = startWorkers(1, ['2:fail']);
    const seen = valuesOf(letters);
    for (const value of [1, 2]) await values.send(value);
    values.close();
    expect(await seen).toEqual([2]);
  });
});

describe('R7 a channel that a stage makes', () => {
  test('R7 can have dead letters, too', async () => {
    const { supervisor, book } = supervise();
    supervisor.stage('maker', { module: stageModule('make-dead-letters'), ends: {} });
    await book.until('maker', 'letter: {"value":"a","channel":"lines","attempts":1');
    await supervisor.finished();
    expect(book.printed('maker').at(-1)).toBe('no more');
  });
});

test('R7 dead letters stay with one supervisor', () => {
  const [one, other] = [supervise().supervisor, supervise().supervisor];
  const dead = other.channel<DeadLetter<number>>('dead');
  expect(() => one.channel<number>('values', { deadLetters: dead.sender })).toThrow(TopologyError);
  expect(dead.sender.closed).toBe(false);
});

async function valuesOf(letters: Receiver<DeadLetter<number>>): Promise<readonly number[]> {
  const seen: number[] = [];
  for await (const { value } of letters) seen.push(value);
  return seen;
}

describe('R7 a value in the hand of a process that is told to end', () => {
  test('R7 is no dead letter: its send fails, and says that it may have been taken', async () => {
    const { supervisor, book, values, letters } = startWorkers(3, ['1:wait']);
    const sent = values.send(1);
    await book.until('worker', 'begins 1, attempt 1');
    const [error] = await Promise.all([
      rejection(sent),
      supervisor.stop({ drain: 0, terminate: 0 }),
    ]);
    expect(error).toMatchObject({ code: 'CHANNEL_BROKEN', value: 1 });
    expect((error as LostError).attempts).toBeGreaterThan(0);
    await channelShows(supervisor, 'values', { deadLetters: 0 });
    expect(await rejection(letters.receive({ timeout: 0 }))).toMatchObject({
      operation: 'receive',
    });
  });

  test('R7 goes to its successor when its group is started again', async () => {
    const { supervisor, book } = supervise();
    const dead = supervisor.channel<DeadLetter<number>>('dead');
    const terms = { maxAttempts: 1, deadLetters: dead.sender };
    const values = supervisor.channel<number>('values', terms);
    const go = supervisor.channel<null>('go');
    const group = supervisor.group('all', { strategy: 'one-for-all' });
    group.stage('worker', {
      module: stageModule('work-on'),
      args: ['1:wait'],
      restart: 'on-failure',
      ends: { values: values.receiver, go: go.receiver },
    });
    const other = supervisor.channel<number>('other');
    const out = supervisor.channel<number>('out');
    group.stage('neighbour', {
      module: stageModule('crash-on'),
      args: ['0'],
      restart: 'on-failure',
      ends: { input: other.receiver, output: out.sender },
    });
    const sent = values.sender.send(1);
    await book.until('worker', 'begins 1, attempt 1');
    await other.sender.send(0);
    await book.until('worker', 'begins 1, attempt 2');
    await go.sender.send(null);
    await sent;
  });
});
