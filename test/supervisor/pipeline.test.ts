import {
  type DeadLetter,
  type PipelineStage,
  pipeline,
  type Receiver,
  type Sender,
  StageFailedError,
  TopologyError,
} from 'handover';
import { describe, expect, test } from 'vitest';
import { rejection } from '../support/failures.ts';
import { stageModule } from '../support/stage-module.ts';
import { supervise } from '../support/supervision.ts';

const count = 200;
const numbers = Array.from({ length: count }, (_, value) => value);
const doubled = numbers.map((value) => 2 * value);

describe('pipeline()', () => {
  test('connects each stage to the next, and ends from front to back', async () => {
    const { supervisor, book } = supervise();
    const stages = pipeline(supervisor, {
      source: { module: stageModule('send-numbers'), args: [String(count)] },
      middle: { module: stageModule('double') },
      sink: { module: stageModule('print-all') },
    });
    await supervisor.finished();
    expect([...stages.keys()]).toEqual(['source', 'middle', 'sink']);
    expect([...supervisor.statistics().keys()]).toEqual(['source → middle', 'middle → sink']);
    expect(book.printed('sink')).toEqual(doubled.map((value) => `took ${value}`));
  });

  test('connects what it is given to its first and to its last stage', async () => {
    const { supervisor } = supervise();
    const from = supervisor.channel<number>('from');
    const to = supervisor.channel<number>('to');
    pipeline(
      supervisor,
      { only: { module: stageModule('double') } },
      { from: from.receiver, to: to.sender },
    );
    const sent = from.sender.send(21);
    expect(await to.receiver.receive()).toBe(42);
    await sent;
    from.sender.close();
    expect(await rejection(to.receiver.receive())).toMatchObject({ code: 'CHANNEL_ENDED' });
    await supervisor.finished();
  });

  test('shares the work of a stage among its replicas: all arrives, in any order', async () => {
    const { supervisor } = supervise();
    const to = supervisor.channel<number>('to');
    pipeline(
      supervisor,
      {
        source: { module: stageModule('send-numbers'), args: [String(count)] },
        middle: { module: stageModule('double-slowly'), replicas: 3 },
      },
      { to: to.sender },
    );
    const received = await all(to.receiver);
    expect(received.toSorted((a, b) => a - b)).toEqual(doubled);
    expect(received).not.toEqual(doubled);
    await supervisor.finished();
  });

  test('gives a channel the capacity that its stage asks for', async () => {
    const { supervisor } = supervise();
    pipeline(supervisor, {
      source: { module: stageModule('send-numbers'), args: ['3'] },
      sink: { module: stageModule('print-all'), channel: { capacity: 7 } },
    });
    expect(supervisor.statistics().get('source → sink')?.capacity).toBe(7);
    await supervisor.finished();
  });

  test('refuses an option that nobody knows before it starts anything, and names those of the channel', () => {
    const { supervisor } = supervise();
    const source = { module: stageModule('send-numbers'), args: ['1'] };
    const sink = { module: stageModule('print-all'), deadLetters: true };
    expect(() => pipeline(supervisor, { source, sink })).toThrow(
      /^stage "sink": there is no option deadLetters; there are .*, channel, ordered$/,
    );
    expect(supervisor.stages).toEqual([]);
  });

  test('refuses to be empty', () => {
    const { supervisor } = supervise();
    expect(() => pipeline(supervisor, {})).toThrow(TopologyError);
  });
});

describe('R3 ordered replicas', () => {
  test('of random work times keep the order', async () => {
    const { supervisor } = supervise();
    const to = supervisor.channel<number>('to');
    const stages = pipeline(
      supervisor,
      {
        source: { module: stageModule('send-numbers'), args: [String(count)] },
        middle: { module: stageModule('double-slowly'), replicas: 3, ordered: true },
      },
      { to: to.sender },
    );
    expect(await all(to.receiver)).toEqual(doubled);
    await supervisor.finished();
    expect([...stages.keys()]).toEqual(['source', 'middle.1', 'middle.2', 'middle.3']);
    const taken = [1, 2, 3].map(
      (replica) => supervisor.statistics().get(`source → middle (middle.${replica})`)?.taken,
    );
    expect(taken).toEqual([67, 67, 66]);
  });

  test('as quick as can be keep the order, and none is accused', async () => {
    const { supervisor } = supervise();
    const to = supervisor.channel<number>('to');
    const quick = 5_000;
    pipeline(
      supervisor,
      {
        source: { module: stageModule('send-numbers'), args: [String(quick)] },
        middle: { module: stageModule('double'), replicas: 2, ordered: true },
      },
      { to: to.sender },
    );
    expect(await all(to.receiver)).toEqual(Array.from({ length: quick }, (_, value) => 2 * value));
    await supervisor.finished();
  });

  test.each([
    {
      times: 0,
      says: /stage "middle" is ordered, but its replica 2 (took another value|ended) before it had sent/,
    },
    {
      times: 2,
      says: /stage "middle" is ordered, but its replica 2 sent more values than it took/,
    },
  ])(
    'that send $times values for one are found out, up and down the channel',
    async ({ times, says }) => {
      const { supervisor } = supervise();
      const from = supervisor.channel<number>('from');
      const to = supervisor.channel<number>('to');
      pipeline(
        supervisor,
        {
          middle: {
            module: stageModule('double'),
            args: ['7', String(times)],
            replicas: 3,
            ordered: true,
          },
        },
        { from: from.receiver, to: to.sender },
      );
      const [{ received, error }, upstream] = await Promise.all([
        allAndError(to.receiver),
        sendUntilRejected(from.sender),
      ]);
      // Whatever came before it was told is right.
      expect(received).toEqual(doubled.slice(0, received.length));
      expect(error).toMatchObject({ code: 'CHANNEL_BROKEN' });
      expect(String(error)).toMatch(says);
      expect(upstream).toMatchObject({ code: 'CHANNEL_BROKEN' });
      expect(await rejection(supervisor.finished())).toBeInstanceOf(StageFailedError);
    },
  );

  test('of which one dies: what comes after it is broken, with the cause, and what comes before it is freed', async () => {
    const { supervisor } = supervise();
    const from = supervisor.channel<number>('from');
    const to = supervisor.channel<number>('to');
    pipeline(
      supervisor,
      { middle: { module: stageModule('crash-on'), args: ['7'], replicas: 3, ordered: true } },
      { from: from.receiver, to: to.sender },
    );
    const [{ received, error }, upstream] = await Promise.all([
      allAndError(to.receiver),
      sendUntilRejected(from.sender),
    ]);
    expect(received).toEqual(numbers.slice(0, 7));
    expect(error).toMatchObject({
      code: 'CHANNEL_BROKEN',
      cause: { stage: 'middle.2', signal: 'SIGKILL' },
    });
    expect(upstream).toMatchObject({ code: 'CHANNEL_BROKEN', cause: { stage: 'middle.2' } });
    const failure = (await rejection(supervisor.finished())) as StageFailedError;
    expect(failure.stage).toBe('middle.2');
  });
});

test('R9 ordered replicas of which one fails after its last value do not end well', async () => {
  const { supervisor } = supervise();
  const from = supervisor.channel<number>('from');
  const to = supervisor.channel<number>('to');
  pipeline(
    supervisor,
    { middle: { module: stageModule('fail-after'), args: ['1'], replicas: 3, ordered: true } },
    { from: from.receiver, to: to.sender },
  );
  const sends = [0, 1, 2].map((value) => from.sender.send(value));
  from.sender.close();
  const { received, error } = await allAndError(to.receiver);
  expect(received).toEqual([0, 1, 2]);
  expect(error).toMatchObject({
    code: 'CHANNEL_BROKEN',
    cause: { stage: 'middle.2', exitCode: 3 },
  });
  await Promise.all(sends);
  expect(await rejection(supervisor.finished())).toMatchObject({ stage: 'middle.2' });
});

async function all<T>(receiver: Receiver<T>): Promise<T[]> {
  const received: T[] = [];
  for await (const value of receiver) received.push(value);
  return received;
}

async function allAndError(receiver: Receiver<number>) {
  const received: number[] = [];
  try {
    for await (const value of receiver) received.push(value);
    return { received, error: undefined };
  } catch (error) {
    return { received, error };
  }
}

async function sendUntilRejected(sender: Sender<number>): Promise<unknown> {
  for (const value of numbers) {
    try {
      await sender.send(value);
    } catch (error) {
      return error;
    }
  }
  throw new Error('every send resolved');
}

describe('R3 ordered replicas that take their values when the work is done', () => {
  const ten = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

  /** Ten numbers through three of them, which are started again; two attempts for each number. */
  async function tenThrough(steps: readonly string[]) {
    const { supervisor } = supervise();
    const letters = supervisor.channel<DeadLetter<number>>('letters');
    const terms = { maxAttempts: 2, deadLetters: letters.sender };
    const from = supervisor.channel<number>('from', terms);
    const to = supervisor.channel<number>('to');
    const middle: PipelineStage = {
      module: stageModule('double-at-work'),
      args: steps,
      replicas: 3,
      ordered: true,
      restart: { restarts: 100, backoff: { most: 0 } },
    };
    pipeline(supervisor, { middle }, { from: from.receiver, to: to.sender });
    const send = async () => {
      for (const value of ten) await from.sender.send(value);
      from.sender.close();
    };
    const [received, dead] = await Promise.all([all(to.receiver), all(letters.receiver), send()]);
    await supervisor.finished();
    return { received, dead: dead.map(({ value }) => value) };
  }

  test.each([
    ['none dies', []],
    ['one dies before it has sent', ['4:before:1']],
    ['one dies after it has sent, and does it again', ['4:after:1']],
    ['several die', ['0:after:1', '4:before:1', '5:before:1', '6:after:1', '9:after:1']],
  ])('keep the order, each value once: %s', async (_, steps) => {
    const { received, dead } = await tenThrough(steps);
    expect(received).toEqual(ten.map((value) => 2 * value));
    expect(dead).toEqual([]);
  });

  test.each([
    ['one of the first', ['1:before:9']],
    ['the last', ['9:before:9']],
    ['several in a row', ['3:before:9', '4:before:9', '5:before:9', '6:before:9']],
  ])('leave the turn of a dead letter empty: %s', async (_, steps) => {
    const { received, dead } = await tenThrough(steps);
    const bad = steps.map((step) => Number.parseInt(step, 10));
    expect(dead.toSorted((a, b) => a - b)).toEqual(bad);
    expect(received).toEqual(ten.filter((value) => !bad.includes(value)).map((value) => 2 * value));
  });
});
