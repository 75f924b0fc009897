import { ChannelBrokenError, type Receiver, StageFailedError } from 'handover';
import { describe, expect, test } from 'vitest';
import { channelShows } from '../support/conditions.ts';
import { rejection } from '../support/failures.ts';
import { blockUntilGone } from '../support/processes.ts';
import { stageModule } from '../support/stage-module.ts';
import { supervise } from '../support/supervision.ts';

describe.each([0, 3])('R1 process.exit(%i) straight after sends', (exitCode) => {
  test.each([
    { sends: 1, resolved: 0 },
    { sends: 1, resolved: 1 },
    { sends: 10, resolved: 1 },
    { sends: 1000, resolved: 500 },
  ])('after $resolved of $sends: all that resolved was taken', async ({ sends, resolved }) => {
    const { supervisor, book } = supervise();
    const values = supervisor.channel<number>('values');
    supervisor.stage('sender', {
      module: stageModule('exit-amid-sends'),
      args: [exitCode, sends, resolved].map(String),
      ends: { output: values.sender },
    });
    const { received, failure } = await allOf(values.receiver);
    const outcome = await supervisor.finished().catch((error: unknown) => error);

    const said = book.printed('sender').map((line) => Number(line.replace('sent ', '')));
    expect(said).toHaveLength(resolved);
    expect(received).toEqual(expect.arrayContaining(said));
    expect(received).toEqual(Array.from({ length: received.length }, (_, value) => value));
    if (exitCode === 0) {
      expect(failure).toBeUndefined();
      expect(outcome).toMatchObject({ stages: [{ outcome: 'ended' }] });
    } else {
      expect(failure).toBeInstanceOf(ChannelBrokenError);
      expect(failure).toMatchObject({ cause: { stage: 'sender', exitCode } });
      expect(outcome).toBeInstanceOf(StageFailedError);
    }
  });
});

test('R1 process.exit(0) amid a large value: nothing of it arrives, and the end is not a clean one', async () => {
  const { supervisor } = supervise();
  const values = supervisor.channel<Uint8Array>('values');
  supervisor.stage('sender', {
    module: stageModule('exit-amid-large-send'),
    args: ['50'],
    ends: { output: values.sender },
  });
  const error = await rejection(values.receiver.receive());
  expect(error).toMatchObject({ code: 'CHANNEL_BROKEN', cause: { stage: 'sender', exitCode: 0 } });
  expect(String(error)).toContain('exited with code 0 in the middle of a message');
});

describe.each([0, 3])('R2 process.exit(%i) straight after a receive', (exitCode) => {
  test('what was taken was not lost, and is not delivered again', async () => {
    const { supervisor, book } = supervise();
    const values = supervisor.channel<number>('values');
    const replicas = 8;
    const others = values.receiver.clone();
    const hasty = supervisor.stage('hasty', {
      module: stageModule('take-one-and-exit'),
      args: [exitCode, 1].map(String),
      replicas,
      ends: { input: values.receiver },
    });
    await Promise.all(Array.from({ length: replicas }, (_, value) => values.sender.send(value)));
    await supervisor.finished().catch(() => {});
    expect(hasty.report.exits).toHaveLength(replicas);
    expect(book.printed('hasty').toSorted()).toEqual(
      Array.from({ length: replicas }, (_, value) => `took ${value}`),
    );

    // Whatever came back would stand before this one.
    void values.sender.send(-1);
    expect(await others.receive()).toBe(-1);
  });

  test('also when it was quick so far, and the word for several values leaves together', async () => {
    const { supervisor, book } = supervise();
    const values = supervisor.channel<number>('values');
    const others = values.receiver.clone();
    const count = 500;
    supervisor.stage('quick', {
      module: stageModule('take-some-and-exit'),
      args: [count, exitCode].map(String),
      ends: { input: values.receiver },
    });
    const sends = Array.from({ length: count }, (_, value) => values.sender.send(value));
    await Promise.all(sends);
    await supervisor.finished().catch(() => {});
    expect(book.printed('quick')).toEqual([`took ${count - 1}`]);
    void values.sender.send(-1);
    expect(await others.receive()).toBe(-1);
    expect(supervisor.statistics().get('values')).toMatchObject({ taken: count + 1 });
  });

  test('also when the supervisor writes to the dead before it reads what they said last', async () => {
    const { supervisor, book } = supervise();
    const values = supervisor.channel<number>('values');
    const others = values.receiver.clone();
    const stage = supervisor.stage('hasty', {
      module: stageModule('take-one-and-exit'),
      args: [exitCode, 2].map(String),
      ends: { input: values.receiver },
    });
    await channelShows(supervisor, 'values', { waitingReceivers: 2 });
    const first = values.sender.send(1);
    // The microtask in which the value leaves, and then no turn of the event loop until the stage has gone.
    await null;
    blockUntilGone(stage.processIds[0] as number);
    const second = values.sender.send(2);
    await first;
    await supervisor.finished().catch(() => {});
    expect(book.printed('hasty')).toEqual(['took 1']);
    expect(await others.receive()).toBe(2);
    await second;
    expect(supervisor.statistics().get('values')).toMatchObject({ taken: 2 });
  });
});

async function allOf(
  receiver: Receiver<number>,
): Promise<{ received: number[]; failure: unknown }> {
  const received: number[] = [];
  try {
    for await (const value of receiver) received.push(value);
    return { received, failure: undefined };
  } catch (failure) {
    return { received, failure };
  }
}
