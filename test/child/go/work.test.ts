/** Values in hand, and what becomes of values when a process in Go is killed. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderOf } from '../../supervisor/cli/files.ts';
import { rejection } from '../../support/failures.ts';
import { describeGo, goStage } from '../../support/go.ts';
import { supervise } from '../../support/supervision.ts';

const numbers = [...Array(14).keys()];

describeGo('values in hand, in a stage in Go', () => {
  test('R2 are done, given back, failed on, or left by a break, a panic or a crash', async () => {
    const { supervisor, book } = supervise();
    const values = supervisor.channel<string>('values');
    const file = join(folderOf({}), 'given-back');
    supervisor.stage('worker', {
      ...goStage('work', file),
      restart: 'on-failure',
      ends: { input: values.receiver },
    });
    await values.sender.send('well');
    await values.sender.send('give back');
    expect(existsSync(file)).toBe(true);
    expect(await rejection(values.sender.send('fail'))).toMatchObject({
      code: 'LOST',
      attempts: 3,
      failures: [1, 2, 3].map(() => ({ code: 'WORK_FAILED', message: 'no good' })),
    });
    for (const value of ['break', 'taken and break', 'panic', 'kill'])
      await values.sender.send(value);
    values.sender.close();
    await supervisor.finished();
    expect(book.printed('worker')).toEqual([
      'well 1',
      'give back 1',
      'give back 1',
      'fail 1',
      'fail 2',
      'fail 3',
      'break 1',
      'break 2',
      'taken and break 1',
      'panic 1',
      'recovered in the middle',
      'panic 2',
      'kill 1',
      'kill 2',
    ]);
  });
});

describeGo('a stage in Go that is killed (SIGKILL)', () => {
  test('R7 with values in hand: none is lost, and what was done before it could be said is done twice', async () => {
    const { supervisor } = supervise();
    const { sends, results } = startWorker(supervisor, 'extended');
    expect((await sends).map(({ status }) => status)).toEqual(numbers.map(() => 'fulfilled'));
    const again = numbers.filter((number) => number % 7 === 1);
    expect((await results).toSorted(ascending)).toEqual([...numbers, ...again].toSorted(ascending));
  });

  test('R2 with values that it had taken: each of these, and no other, is lost; none comes twice', async () => {
    const { supervisor } = supervise();
    const { sends, results } = startWorker(supervisor, 'plain');
    expect((await sends).map(({ status }) => status)).toEqual(numbers.map(() => 'fulfilled'));
    expect(await results).toEqual(numbers.filter((number) => number % 7 !== 0));
  });

  test('R7 at any moment, one of three after the other: each value is worked off, and what is done twice was in a hand', async () => {
    const { supervisor } = supervise();
    const there = supervisor.channel<number>('there', { maxAttempts: 100 });
    const back = supervisor.channel<number>('back');
    const stage = supervisor.stage('worker', {
      ...goStage('work-and-die', 'extended', '1000000'),
      replicas: 3,
      restart: { restarts: 100, backoff: { most: 0 } },
      ends: { input: there.receiver, output: back.sender },
    });
    const values = Array.from({ length: 300 }, (_, index) => index + 2);
    const sends = Promise.allSettled(values.map((value) => there.sender.send(value)));
    void sends.then(() => there.sender.close());
    const times = new Map<number, number>();
    let killed = 0;
    for await (const value of back.receiver) {
      times.set(value, (times.get(value) ?? 0) + 1);
      const [processId] = stage.processIds;
      const isDue = times.get(value) === 1 && times.size % 20 === 0 && times.size <= 280;
      if (!isDue || processId === undefined) continue;
      process.kill(processId, 'SIGKILL');
      killed++;
    }
    expect((await sends).every(({ status }) => status === 'fulfilled')).toBe(true);
    expect([...times.keys()].toSorted(ascending)).toEqual(values);
    const again = [...times.values()].reduce((sum, count) => sum + count - 1, 0);
    expect(killed).toBeGreaterThan(5);
    expect(again).toBeLessThanOrEqual(killed);
  });

  test('R8 as a sender: what it knows to be taken was received, in order, and what nobody had is gone', async () => {
    const { supervisor, book } = supervise();
    const values = supervisor.channel<number>('values');
    const stage = supervisor.stage('counting', {
      ...goStage('count-up'),
      ends: { output: values.sender },
    });
    const finished = rejection(supervisor.finished());
    const received: number[] = [];
    const broken = await rejection(
      (async () => {
        for await (const value of values.receiver) {
          if (received.push(value) === 50) process.kill(Number(stage.processIds[0]), 'SIGKILL');
        }
      })(),
    );
    expect(broken).toMatchObject({ code: 'CHANNEL_BROKEN', cause: { signal: 'SIGKILL' } });
    await finished;
    expectPrefix(book.printed('counting'), received);
  });

  test('R8 as a sender, while a receiver has its value in hand: that is finished without it', async () => {
    const { supervisor, book } = supervise();
    const values = supervisor.channel<number>('values');
    const stage = supervisor.stage('counting', {
      ...goStage('count-up'),
      ends: { output: values.sender },
    });
    const finished = rejection(supervisor.finished());
    const received: number[] = [];
    const broken = await rejection(
      (async () => {
        for await (const work of values.receiver.extended()) {
          received.push(work.value);
          if (received.length < 20) continue;
          expect(received).toHaveLength(20);
          process.kill(Number(stage.processIds[0]), 'SIGKILL');
          await book.untilFailed('counting');
          work.taken();
        }
      })(),
    );
    expect(broken).toMatchObject({ code: 'CHANNEL_BROKEN', cause: { signal: 'SIGKILL' } });
    await finished;
    expect(received).toHaveLength(20);
    expectPrefix(book.printed('counting'), received);
  });
});

type Started = ReturnType<typeof supervise>['supervisor'];

/** A worker that is killed with every seventh number before its work is done, and with the next when it is. */
function startWorker(supervisor: Started, how: 'plain' | 'extended') {
  const there = supervisor.channel<number>('there');
  const back = supervisor.channel<number>('back');
  supervisor.stage('worker', {
    ...goStage('work-and-die', how, '7'),
    restart: 'on-failure',
    ends: { input: there.receiver, output: back.sender },
  });
  const sends = Promise.allSettled(numbers.map((number) => there.sender.send(number)));
  void sends.then(() => there.sender.close());
  return { sends, results: all(back.receiver) };
}

async function all(values: AsyncIterable<number>): Promise<readonly number[]> {
  const received: number[] = [];
  for await (const value of values) received.push(value);
  return received;
}

/** What its code was told to be taken is the beginning of what was received, which has no gap. */
function expectPrefix(printed: readonly string[], received: readonly number[]): void {
  expect(received).toEqual([...received.keys()]);
  expect(printed).toEqual(received.slice(0, printed.length).map((number) => `taken ${number}`));
  expect(printed.length).toBeGreaterThan(0);
}

function ascending(one: number, other: number): number {
  return one - other;
}
