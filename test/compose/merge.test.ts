import { channel, merge, select, TopologyError } from 'handover';
import { describe, expect, test } from 'vitest';
import { LocalChannels } from '../../src/local.ts';
import { SimulatedClock } from '../simulation/clock.ts';
import { now } from '../src/party/desk.ts';
import { all, allAndError, brokenAfter, Feed, settled } from './sources.ts';

test('R1 merge: a sender is released when the code behind has its value, not before', async () => {
  const [tx, rx] = channel<string>();
  const merged = merge(rx);
  const sent = tx.send('a');
  await settled();
  expect(await now(sent)).toBe('waiting');
  expect(await merged.receive()).toBe('a');
  await sent;
});

test('R1 merge: the receiver goes on before the sender', async () => {
  const [tx, rx] = channel<string>();
  const merged = merge(rx);
  const story: string[] = [];
  await Promise.all([
    tx.send('a').then(() => story.push('sent')),
    merged.receive().then(() => story.push('received')),
  ]);
  expect(story).toEqual(['received', 'sent']);
});

test('R2 R3 R9 merge: everything, in the order of each source, and then the end', async () => {
  const numbers = Array.from({ length: 50 }, (_, at) => at);
  const feeds = ['a', 'b', 'c'].map(
    (name) =>
      new Feed<string>(
        name,
        numbers.map((number) => `${name}${number}`),
      ),
  );
  const values = await all(merge(...feeds.map(({ receiver }) => receiver)));
  for (const { sent } of feeds) {
    expect(sent).toHaveLength(50);
    expect(values.filter((value) => sent.includes(value))).toEqual(sent);
  }
  expect(values).toHaveLength(150);
});

test('R3 merge: sources that always have a value take turns', async () => {
  const count = 1_000;
  const feeds = [0, 1, 2, 3].map((name) => new Feed(`${name}`, Array(count).fill(name)));
  const merged = merge(...feeds.map(({ receiver }) => receiver));
  const taken = [0, 0, 0, 0];
  for (let turn = 0; turn < count; turn++) {
    const from = await merged.receive();
    taken[from] = (taken[from] ?? 0) + 1;
  }
  for (const times of taken) expect(Math.abs(times - count / 4)).toBeLessThanOrEqual(1);
  merged.close();
  await Promise.all(feeds.map(({ done }) => done));
});

test('R9 merge: when a source breaks the others go on, and then the output breaks with its cause', async () => {
  const error = new Error('out of paper');
  const whole = new Feed('whole', [1, 2, 3]);
  const merged = merge(brokenAfter([10], error), whole.receiver);
  const outcome = await allAndError(merged);
  expect(outcome.values.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 10]);
  expect(outcome.error).toMatchObject({ code: 'CHANNEL_BROKEN', cause: error });
  expect((outcome.error as Error).cause).toBe(error);
});

test('R9 merge: the cause is the same through several helpers', async () => {
  const error = new Error('out of paper');
  const merged = merge(merge(merge(brokenAfter([], error))));
  expect((await allAndError(merged)).error).toMatchObject({ cause: error });
});

test('R9 merge: who waits to send learns at once that the output is closed', async () => {
  const [a, fromA] = channel<string>();
  const [b, fromB] = channel<string>();
  const merged = merge(fromA, fromB);
  const sent = a.send('a');
  await settled();
  merged.close();
  expect(await now(sent)).toMatchObject({ code: 'CHANNEL_ENDED', value: 'a', attempts: 0 });
  expect(await now(b.send('b'))).toMatchObject({ code: 'CHANNEL_ENDED', value: 'b' });
});

test('R9 merge: a value under way goes back to its channel, where another receiver takes it', async () => {
  const [tx, rx] = channel<string>();
  const other = rx.clone();
  const merged = merge(rx);
  const sent = tx.send('a');
  await settled();
  expect(await other.tryReceive()).toBeUndefined();
  merged.close();
  await settled();
  expect(await other.tryReceive()).toEqual({ value: 'a' });
  await sent;
});

test('R9 merge: what is closed while it waits takes no value away from another receiver', async () => {
  const [tx, rx] = channel<string>();
  const other = rx.clone();
  const merged = merge(rx);
  await settled();
  expect(await tx.statistics()).toMatchObject({ waitingReceivers: 1 });
  merged.close();
  expect(await tx.statistics()).toMatchObject({ waitingReceivers: 0, receivers: 1 });
  expect(await tx.trySend('a')).toBe(false);
  const sent = tx.send('b');
  expect(await other.receive()).toBe('b');
  await sent;
});

test('R1 merge: who takes a value and leaves at once has it; it does not go back', async () => {
  const a = new Feed('a', [1]);
  const b = new Feed('b', [2]);
  const merged = merge(a.receiver, b.receiver);
  await settled();
  expect(await merged.receive()).toBe(1);
  merged.close();
  await Promise.all([a.done, b.done]);
  expect([a.sent, a.back, b.sent, b.back]).toEqual([[1], [], [], [2]]);
});

describe('R4 what a sender hears that has given up while the helper has its value in hand', () => {
  function patient() {
    const clock = new SimulatedClock();
    const { sender, receiver } = new LocalChannels(clock).open<string>({ name: 'lines' });
    return { clock, sender, merged: merge(receiver) };
  }

  test('R4 that it was taken, if the code behind takes it', async () => {
    const { clock, sender, merged } = patient();
    const sent = sender.send('a', { timeout: 100 });
    const tried = patient();
    const trying = tried.sender.trySend('b');
    await settled();
    clock.advance();
    expect(await now(sent)).toBe('waiting');
    expect(await now(trying)).toBe('waiting');
    expect([await merged.receive(), await tried.merged.receive()]).toEqual(['a', 'b']);
    expect(await Promise.all([sent, trying])).toEqual([undefined, true]);
  });

  test('R4 that it was not, if the code behind leaves', async () => {
    const { clock, sender, merged } = patient();
    const tried = patient();
    const told = Promise.allSettled([
      sender.send('a', { timeout: 100 }),
      tried.sender.trySend('b'),
    ]);
    await settled();
    clock.advance();
    merged.close();
    tried.merged.close();
    expect(await told).toMatchObject([
      { status: 'rejected', reason: { code: 'TIMED_OUT', value: 'a', attempts: 0 } },
      { status: 'fulfilled', value: false },
    ]);
  });
});

test('R6 an output can be in a select with other channels of the process', async () => {
  const [tx, rx] = channel<string>();
  const [, other] = channel<string>();
  const merged = merge(rx);
  const sent = tx.send('a');
  const chosen = await select({ merged: merged.onReceive(), other: other.onReceive() });
  expect(chosen).toEqual({ guard: 'merged', done: false, value: 'a' });
  await sent;
  tx.close();
  expect(await select({ merged: merged.onReceive() })).toEqual({ guard: 'merged', done: true });
});

test('R9 merge of nothing has ended', async () => {
  expect(await all(merge())).toEqual([]);
});

test('R9 merge takes the receivers over, all or none', async () => {
  const [tx, rx] = channel<string>({ name: 'lines' });
  const [, closed] = channel<string>();
  closed.close();
  expect(() => merge(rx, closed)).toThrow(/this end was closed here/);
  expect(() => merge(rx, rx)).toThrow(TopologyError);
  expect(() => merge(rx, tx as never)).toThrow(TopologyError);
  const received = rx.receive();
  expect(() => merge(rx)).toThrow(/cannot be given to merge\(\) while operations on it wait/);
  await tx.send('a');
  await received;
  merge(rx);
  await expect(rx.receive()).rejects.toThrow(/was given to merge\(\) and can be used only there/);
});
