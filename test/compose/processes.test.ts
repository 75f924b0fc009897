/** The helpers between processes: in the code beside the supervisor, and in a stage. */
import { barrier, type Channel, mapOrdered, merge, StageFailedError, tee } from 'handover';
import { expect, test } from 'vitest';
import { channelShows } from '../support/conditions.ts';
import { kill, rejection } from '../support/failures.ts';
import { stageModule } from '../support/stage-module.ts';
import { type Supervision, supervise } from '../support/supervision.ts';
import { all, allAndError } from './sources.ts';

const count = 100;
const numbers = Array.from({ length: count }, (_, value) => value);
const twice = numbers.flatMap((value) => [value, value]);
const ascending = (values: readonly number[]) => values.toSorted((a, b) => a - b);

test('R2 R9 two stages, merged, and given to two others by the supervisor’s code', async () => {
  const { supervisor, book } = supervise();
  const sources = ['left', 'right'].map((name) => source(supervisor, name));
  const sinks = ['one', 'other'].map((name) => {
    const { sender, receiver } = supervisor.channel<number>(`to ${name}`);
    supervisor.stage(name, { module: stageModule('print-all'), ends: { input: receiver } });
    return sender;
  });
  const outputs = tee(merge(...sources.map(({ receiver }) => receiver)));
  await Promise.all(
    outputs.map(async (output, at) => {
      using sink = sinks[at] as (typeof sinks)[0];
      for await (const value of output) await sink.send(value);
    }),
  );
  await supervisor.finished();
  for (const name of ['one', 'other']) {
    const printed = book.printed(name).map((line) => Number(line.replace('took ', '')));
    expect(ascending(printed)).toEqual(twice);
  }
});

test('R2 R9 merge and tee in a stage', async () => {
  const { supervisor } = supervise();
  const { one, other } = mergeInAStage(supervisor);
  const [fromOne, fromOther] = await Promise.all([all(one.receiver), all(other.receiver)]);
  expect(ascending(fromOne)).toEqual(twice);
  expect(fromOther).toEqual(fromOne);
  await supervisor.finished();
});

test('R1 a sender in another process is released when the code behind the helper has its value', async () => {
  const { supervisor } = supervise();
  const merged = merge(source(supervisor, 'left').receiver);
  await channelShows(supervisor, 'from left', { inHand: 1, taken: 0 });
  expect(await merged.receive()).toBe(0);
  await channelShows(supervisor, 'from left', { inHand: 1, taken: 1 });
});

test('R9 a source that is killed breaks the output, with the stage’s failure as its cause', async () => {
  const supervision = supervise();
  const { supervisor } = supervision;
  const merged = merge(
    counter(supervision, 'victim').receiver,
    source(supervisor, 'whole').receiver,
  );
  const received = allAndError(merged);
  await channelShows(supervisor, 'from whole', { taken: count });
  await kill(supervision, 'victim', 'SIGKILL');
  const { error } = await received;
  expect(error).toMatchObject({
    code: 'CHANNEL_BROKEN',
    channel: 'merge(from victim, from whole)',
    cause: { stage: 'victim', signal: 'SIGKILL' },
  });
  expect((error as Error).cause).toBeInstanceOf(StageFailedError);
});

test('R9 a source that is killed breaks the output of a helper in a stage, which fails of it', async () => {
  const supervision = supervise();
  const { supervisor, book } = supervision;
  const victim = counter(supervision, 'victim');
  const { one, other } = mergeInAStage(supervisor, victim);
  const received = Promise.all([allAndError(one.receiver), allAndError(other.receiver)]);
  await channelShows(supervisor, 'from right', { taken: count });
  await kill(supervision, 'victim', 'SIGKILL');
  for (const { error } of await received) {
    expect(error).toMatchObject({ code: 'CHANNEL_BROKEN', cause: { stage: 'merger' } });
  }
  await book.until('merger', 'ChannelBrokenError: "tee(merge(from victim, from right))');
  expect(await rejection(supervisor.finished())).toMatchObject({
    stage: 'victim',
    others: [{ stage: 'merger' }],
  });
});

test('R7 a value that not all outputs of a tee have taken when their process dies goes to another receiver', async () => {
  const supervision = supervise();
  const { supervisor, book } = supervision;
  const values = supervisor.channel<number>('values');
  const others = values.receiver.clone();
  supervisor.stage('victim', {
    module: stageModule('take-half'),
    ends: { input: values.receiver },
  });
  const sent = values.sender.send(7);
  await book.until('victim', 'took 7');
  expect(supervisor.statistics().get('values')).toMatchObject({ inHand: 1, taken: 0 });
  await kill(supervision, 'victim', 'SIGKILL');
  expect(await others.receive()).toBe(7);
  await sent;
});

test('R9 the supervisor’s code closes an output: the stage that sends is told, and nothing is lost', async () => {
  const { supervisor, book } = supervise();
  const values = supervisor.channel<number>('values');
  const others = values.receiver.clone();
  supervisor.stage('sender', {
    module: stageModule('send-and-wait'),
    args: ['3'],
    ends: { output: values.sender },
  });
  const results = mapOrdered(values.receiver, 3, (value) => value);
  await channelShows(supervisor, 'values', { inHand: 3 });
  expect(await results.receive()).toBe(0);
  await book.until('sender', 'sent 0');
  results.close();
  expect([await others.receive(), await others.receive()]).toEqual([1, 2]);
  await book.until('sender', 'sent 2');
});

test('R1 three processes walk in step through a barrier', async () => {
  const { supervisor } = supervise();
  const steps = 20;
  const { story, gates } = walkers(supervisor, steps);
  const walk = barrier(...gates.map(({ receiver }) => receiver));
  const told = await all(story.receiver);
  expect(told.map(([, step]) => step)).toEqual(
    Array.from({ length: 3 * steps }, (_, at) => Math.floor(at / 3) + 1),
  );
  expect(await walk.finished()).toBe(steps);
  await supervisor.finished();
});

test('R9 a process that is killed at a barrier is missed: the others are told, and so is the supervisor’s code', async () => {
  const supervision = supervise();
  const { supervisor } = supervision;
  const { story, gates } = walkers(supervisor, 1_000_000);
  const walk = barrier(...gates.map(({ receiver }) => receiver));
  expect(await story.receiver.receive()).toEqual([expect.any(String), 1]);
  const told = allAndError(story.receiver);
  await kill(supervision, 'b', 'SIGKILL');
  expect(await rejection(walk.finished())).toMatchObject({ code: 'STAGE_FAILED', stage: 'b' });
  expect((await told).error).toMatchObject({ code: 'CHANNEL_BROKEN' });
  const failure = (await rejection(supervisor.finished())) as StageFailedError;
  expect(failure.stage).toBe('b');
  expect(failure.others.map(({ stage }) => stage).toSorted()).toEqual(['a', 'c']);
});

type Supervised = Supervision['supervisor'];

/** A stage that sends a hundred numbers. */
function source(supervisor: Supervised, name: string): Channel<number> {
  const channel = supervisor.channel<number>(`from ${name}`);
  supervisor.stage(name, {
    module: stageModule('send-numbers'),
    args: [String(count)],
    ends: { output: channel.sender },
  });
  return channel;
}

/** A stage that sends numbers for as long as it may. */
function counter({ supervisor }: Supervision, name: string): Channel<number> {
  const channel = supervisor.channel<number>(`from ${name}`);
  supervisor.stage(name, { module: stageModule('count-up'), ends: { output: channel.sender } });
  return channel;
}

function mergeInAStage(supervisor: Supervised, left = source(supervisor, 'left')) {
  const right = source(supervisor, 'right');
  const one = supervisor.channel<number>('one');
  const other = supervisor.channel<number>('other');
  supervisor.stage('merger', {
    module: stageModule('merge-and-tee'),
    ends: {
      left: left.receiver,
      right: right.receiver,
      one: one.sender,
      other: other.sender,
    },
  });
  return { one, other };
}

function walkers(supervisor: Supervised, steps: number) {
  const story = supervisor.channel<[string, number]>('story');
  const gates = ['a', 'b', 'c'].map((name) => {
    const gate = supervisor.channel<number>(`gate of ${name}`);
    supervisor.stage(name, {
      module: stageModule('step-together'),
      args: [name, String(steps)],
      ends: { story: story.sender.clone(), gate: gate.sender },
    });
    return gate;
  });
  story.sender.close();
  return { story, gates };
}

test('R4 a stage that ends while a helper has a value in hand gives it back, untouched, and nothing else', async () => {
  const { supervisor } = supervise();
  const [left, right] = [supervisor.channel<number>('left'), supervisor.channel<number>('right')];
  const told = supervisor.channel<null>('told');
  supervisor.stage('one', {
    module: stageModule('take-one-merged'),
    ends: { left: left.receiver, right: right.receiver, told: told.receiver },
  });
  const sends = [left.sender.send(1), right.sender.send(2)];
  const outcomes = Promise.allSettled(sends);
  await channelShows(supervisor, 'left', { inHand: 1 });
  await channelShows(supervisor, 'right', { inHand: 1 });
  await told.sender.send(null);
  expect(await outcomes).toMatchObject([
    { status: 'fulfilled' },
    { status: 'rejected', reason: { code: 'CHANNEL_ENDED', value: 2, attempts: 0 } },
  ]);
  await supervisor.finished();
});
