import { channel, partition, split, TopologyError } from 'handover';
import { describe, expect, test } from 'vitest';
import { now } from '../src/party/desk.ts';
import { all, allAndError, brokenAfter, Feed, settled } from './sources.ts';

const isEven = (value: number) => value % 2 === 0;
const numbers = Array.from({ length: 100 }, (_, at) => at);

describe('split', () => {
  test('R1 split: a sender is released when the code behind its output has the value', async () => {
    const [tx, rx] = channel<number>();
    const [even, odd] = split(rx, isEven);
    const sent = tx.send(1);
    await settled();
    expect(await even.tryReceive()).toBeUndefined();
    expect(await now(sent)).toBe('waiting');
    expect(await odd.receive()).toBe(1);
    await sent;
  });

  test('R2 R3 R9 split: each value to its output, in order, and then both end', async () => {
    const feed = new Feed('numbers', numbers);
    const [even, odd] = split(feed.receiver, isEven);
    const [evens, odds] = await Promise.all([all(even), all(odd)]);
    expect(evens).toEqual(numbers.filter(isEven));
    expect(odds).toEqual(numbers.filter((value) => !isEven(value)));
    expect(feed.sent).toEqual(numbers);
  });

  test('R9 split: a broken source breaks both, with its cause', async () => {
    const error = new Error('out of paper');
    const outputs = split(brokenAfter([1, 2], error), isEven);
    const outcomes = await Promise.all(outputs.map(allAndError));
    expect(outcomes.map(({ values }) => values)).toEqual([[2], [1]]);
    for (const outcome of outcomes) expect((outcome.error as Error).cause).toBe(error);
  });

  test('R9 split: a predicate that throws breaks both outputs, and its value goes back', async () => {
    const error = new Error('not a number');
    const feed = new Feed('numbers', [1, 2]);
    const other = feed.receiver.clone();
    const outputs = split(feed.receiver, () => {
      throw error;
    });
    for (const outcome of await Promise.all(outputs.map(allAndError))) {
      expect(outcome).toMatchObject({
        values: [],
        error: { code: 'CHANNEL_BROKEN', cause: error },
      });
    }
    expect(await all(other)).toEqual([1, 2]);
  });

  test('R9 split: one output may be closed for as long as no value comes for it', async () => {
    const feed = new Feed('numbers', [2, 4, 5, 6]);
    const [even, odd] = split(feed.receiver, isEven);
    odd.close();
    const { values, error } = await allAndError(even);
    expect(values).toEqual([2, 4]);
    expect(error).toMatchObject({
      code: 'CHANNEL_BROKEN',
      cause: { code: 'CHANNEL_ENDED', channel: 'split(numbers): no', value: 5 },
    });
    await feed.done;
    expect([feed.sent, feed.back]).toEqual([
      [2, 4],
      [5, 6],
    ]);
  });

  test('R9 split: when both outputs are closed, the value under way goes back, and the source is closed', async () => {
    const [tx, rx] = channel<number>();
    const other = rx.clone();
    const [even, odd] = split(rx, isEven);
    const sent = tx.send(1);
    await settled();
    odd.close();
    even.close();
    expect(await other.receive()).toBe(1);
    await sent;
    expect(await other.statistics()).toMatchObject({ receivers: 1, waitingReceivers: 0 });
  });
});

describe('partition', () => {
  const orders = numbers.map((at) => ({ customer: `customer ${at % 17}`, at }));

  test('R2 R3 R9 partition: one key, one output, in order; then all end', async () => {
    const feed = new Feed('orders', orders);
    const shards = await Promise.all(
      partition(feed.receiver, 4, ({ customer }) => customer).map(all),
    );
    expect(shards.flat()).toHaveLength(orders.length);
    for (const customer of new Set(orders.map((order) => order.customer))) {
      const at = shards.findIndex((shard) => shard.some((order) => order.customer === customer));
      expect(shards[at]?.filter((order) => order.customer === customer)).toEqual(
        orders.filter((order) => order.customer === customer),
      );
      expect(shards.filter((shard) => shard.some((order) => order.customer === customer))).toEqual([
        shards[at],
      ]);
    }
    expect(feed.sent).toEqual(orders);
  });

  test.each([2, 3, 8, 10])('R3 partition: many keys spread over %i outputs', async (count) => {
    const total = 4_000;
    const feed = new Feed(
      'keys',
      Array.from({ length: total }, (_, at) => `key ${at}`),
    );
    const shards = await Promise.all(partition(feed.receiver, count, (key) => key).map(all));
    const mean = total / count;
    // Ten standard deviations of keys that fall where they like.
    const far = 10 * Math.sqrt(mean * (1 - 1 / count));
    for (const shard of shards) expect(Math.abs(shard.length - mean)).toBeLessThan(far);
  });

  test('R3 partition: a key has the same output in every run', async () => {
    const feed = new Feed('keys', ['Ada', 7, 7n, 'Tony', '7', 'Grüße', '']);
    const shards = await Promise.all(partition(feed.receiver, 3, (key) => key).map(all));
    expect(shards).toEqual([[7, 7n, 'Tony', '7'], ['Ada', 'Grüße'], ['']]);
  });

  test('R1 partition: a sender is released when the code behind its output has the value', async () => {
    const [tx, rx] = channel<number>();
    const [only] = partition(rx, 1, (value) => value);
    const sent = tx.send(1);
    await settled();
    expect(await now(sent)).toBe('waiting');
    expect(await only?.receive()).toBe(1);
    await sent;
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'partition: %d is no count, and takes nothing over',
    (count) => {
      const [, rx] = channel<number>();
      expect(() => partition(rx, count, (value) => value)).toThrow(TopologyError);
      expect(rx.closed).toBe(false);
    },
  );
});
