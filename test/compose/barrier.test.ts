import { barrier, channel, type Sender } from 'handover';
import { expect, test } from 'vitest';
import { local } from '../../platform/local.ts';
import { now } from '../src/party/desk.ts';
import { settled } from './sources.ts';

function parties(count: number) {
  const channels = Array.from({ length: count }, (_, at) => channel<number>({ name: `${at}` }));
  const steps = barrier(...channels.map(({ receiver }) => receiver));
  return { steps, senders: channels.map(({ sender }) => sender) };
}

const sendAll = (senders: readonly Sender<number>[]) => senders.map((sender) => sender.send(0));

test('R1 barrier: nobody passes before all are there', async () => {
  const { steps, senders } = parties(3);
  for (let round = 1; round <= 3; round++) {
    const [last, ...first] = senders.toSpliced(0, 0) as [Sender<number>, ...Sender<number>[]];
    const early = sendAll(first);
    await settled();
    expect(await Promise.all(early.map(now))).toEqual(['waiting', 'waiting']);
    expect(steps.rounds).toBe(round - 1);
    await Promise.all([...early, last.send(0)]);
    expect(steps.rounds).toBe(round);
  }
});

test('R1 barrier: no party gets ahead of another', async () => {
  const { steps, senders } = parties(4);
  const reached = [0, 0, 0, 0];
  const walks = senders.map(async (sender, at) => {
    for (let step = 1; step <= 50; step++) {
      reached[at] = step;
      if (at === step % 4) await settled();
      await sender.send(step);
      for (const other of reached) expect(other).toBeGreaterThanOrEqual(step);
    }
    sender.close();
  });
  await Promise.all(walks);
  expect(await steps.finished()).toBe(50);
});

test('R1 barrier: a party that sends twice counts once', async () => {
  const { steps, senders } = parties(2);
  const [quick, slow] = senders as [Sender<number>, Sender<number>];
  const twice = [quick.send(1), quick.send(2)];
  await settled();
  expect(await Promise.all(twice.map(now))).toEqual(['waiting', 'waiting']);
  await slow.send(1);
  await twice[0];
  expect(steps.rounds).toBe(1);
  expect(await now(twice[1] as Promise<void>)).toBe('waiting');
});

test('R9 barrier: who closes takes part no more, and the others go on', async () => {
  const { steps, senders } = parties(3);
  const [leaving, ...staying] = senders as [Sender<number>, ...Sender<number>[]];
  const waiting = sendAll(staying);
  await settled();
  expect(await Promise.all(waiting.map(now))).toEqual(['waiting', 'waiting']);
  leaving.close();
  await Promise.all(waiting);
  await Promise.all(sendAll(staying));
  for (const sender of staying) sender.close();
  expect(await steps.finished()).toBe(2);
});

test('R9 barrier: when a party breaks, those who wait fail, and so do those who come later', async () => {
  const error = new Error('out of paper');
  const broken = local().open<number>({ name: 'broken' });
  const [tx, rx] = channel<number>();
  const [late, fromLate] = channel<number>();
  const steps = barrier(broken.receiver, rx, fromLate);
  const sent = tx.send(1);
  await settled();
  local().break(broken.sender, error);
  expect(await now(sent)).toMatchObject({ code: 'CHANNEL_ENDED', value: 1 });
  expect(await now(late.send(2))).toMatchObject({ code: 'CHANNEL_ENDED', value: 2 });
  await expect(steps.finished()).rejects.toBe(error);
  expect(steps.rounds).toBe(0);
});

test('R9 barrier: close() lets those who wait fail, and counts no round', async () => {
  const { steps, senders } = parties(2);
  const [sent] = sendAll(senders.slice(0, 1));
  await settled();
  steps.close();
  expect(await now(sent as Promise<void>)).toMatchObject({ code: 'CHANNEL_ENDED', value: 0 });
  expect(await steps.finished()).toBe(0);
});

test('R9 barrier of nobody is finished', async () => {
  expect(await barrier().finished()).toBe(0);
});
