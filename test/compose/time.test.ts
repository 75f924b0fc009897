/** The helpers that know time, with a clock that goes only when it is told to. */
import { batch, channel, TopologyError, throttle } from 'handover';
import { describe, expect, test } from 'vitest';
import { SimulatedClock } from '../simulation/clock.ts';
import { now } from '../src/party/desk.ts';
import { all, allAndError, brokenAfter, Feed, settled } from './sources.ts';

const numbers = Array.from({ length: 10 }, (_, at) => at);

describe('batch', () => {
  test('R1 batch: the senders of a batch are released together, when it is taken', async () => {
    const clock = new SimulatedClock();
    const [tx, rx] = channel<number>();
    const batches = batch(rx, { size: 3, within: 50 }, clock);
    const sends = [1, 2, 3, 4].map((value) => tx.send(value));
    await settled();
    expect(await Promise.all(sends.map(now))).toEqual(Array(4).fill('waiting'));
    expect(clock.isWaitedFor).toBe(false);
    expect(await batches.receive()).toEqual([1, 2, 3]);
    await settled();
    expect(await Promise.all(sends.map(now))).toEqual([undefined, undefined, undefined, 'waiting']);
    clock.advance();
    expect(clock.now).toBe(50);
    expect(await batches.receive()).toEqual([4]);
    await sends[3];
  });

  test('R1 batch: its time begins with its first value, and not before', async () => {
    const clock = new SimulatedClock();
    const [tx, rx] = channel<number>();
    const batches = batch(rx, { size: 3, within: 50 }, clock);
    await settled();
    expect(clock.isWaitedFor).toBe(false);
    const first = tx.send(1);
    await settled();
    expect(clock.isWaitedFor).toBe(true);
    const second = tx.send(2);
    await settled();
    clock.advance();
    const third = tx.send(3);
    expect(await batches.receive()).toEqual([1, 2]);
    await Promise.all([first, second]);
    await settled();
    clock.advance();
    expect(clock.now).toBe(100);
    expect(await batches.receive()).toEqual([3]);
    await third;
  });

  test('R5 batch: of a sender that waits for its sends, a batch has one value; a capacity lets it be ahead', async () => {
    const clock = new SimulatedClock();
    const one = new Feed('one', numbers);
    const ones = batch(one.receiver, { size: 4, within: 50 }, clock);
    await settled();
    clock.advance();
    expect(await ones.receive()).toEqual([0]);
    ones.close();

    const ahead = new Feed('ahead', numbers, 4);
    const fours = batch(ahead.receiver, { size: 4, within: 50 }, clock);
    expect(await fours.receive()).toEqual([0, 1, 2, 3]);
    expect(await fours.receive()).toEqual([4, 5, 6, 7]);
    await settled();
    clock.advance();
    expect(await fours.receive()).toEqual([8, 9]);
    expect(await all(fours)).toEqual([]);
  });

  test('R9 batch: a broken source breaks the output, after what came before', async () => {
    const clock = new SimulatedClock();
    const error = new Error('out of paper');
    const batches = allAndError(batch(brokenAfter([1], error), { size: 3, within: 50 }, clock));
    await settled();
    clock.advance();
    expect(await batches).toMatchObject({
      values: [[1]],
      error: { code: 'CHANNEL_BROKEN', cause: error },
    });
  });

  test.each([2, 9])(
    'R9 batch: when the output is closed, all of a batch of up to %i goes back',
    async (size) => {
      const clock = new SimulatedClock();
      const [tx, rx] = channel<number>();
      const other = rx.clone();
      const batches = batch(rx, { size, within: 50 }, clock);
      const sends = [1, 2].map((value) => tx.send(value));
      await settled();
      batches.close();
      expect([await other.receive(), await other.receive()]).toEqual([1, 2]);
      await Promise.all(sends);
      expect(clock.isWaitedFor).toBe(false);
      expect(await other.statistics()).toMatchObject({ receivers: 1, waitingReceivers: 0 });
    },
  );

  test('R9 batch: a large one goes back in the order in which it came', async () => {
    const clock = new SimulatedClock();
    const [tx, rx] = channel<number>();
    const other = rx.clone();
    const batches = batch(rx, { size: 20_000, within: 50 }, clock);
    const sends = Array.from({ length: 10_000 }, (_, value) => tx.send(value));
    tx.close();
    await settled();
    batches.close();
    const values = await all(other);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    expect(values).toHaveLength(sends.length);
    await Promise.all(sends);
  });

  test('batch: limits that are none take nothing over', () => {
    const [, rx] = channel<number>();
    expect(() => batch(rx, { size: 0, within: 1 })).toThrow(TopologyError);
    for (const within of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => batch(rx, { size: 1, within })).toThrow(RangeError);
    }
    expect(rx.closed).toBe(false);
  });

  test('batch: the machine’s clock works too', async () => {
    const feed = new Feed('numbers', [1, 2]);
    expect(await all(batch(feed.receiver, { size: 5, within: 1 }))).toEqual([[1], [2]]);
  });
});

describe('throttle', () => {
  /** When each value is taken, as far as the clock and the throttle allow. */
  async function timesOf(count: number, rate: { values: number; per: number }): Promise<number[]> {
    const clock = new SimulatedClock();
    const feed = new Feed(
      'numbers',
      Array.from({ length: count }, (_, at) => at),
    );
    const throttled = throttle(feed.receiver, rate, clock);
    const times: number[] = [];
    const taking = (async () => {
      for await (const value of throttled) {
        expect(value).toBe(times.length);
        times.push(clock.now);
      }
    })();
    await settled();
    while (clock.isWaitedFor) {
      clock.advance();
      await settled();
    }
    await taking;
    return times;
  }

  test('R5 throttle: so many in any stretch of time, and not one more', async () => {
    expect(await timesOf(7, { values: 3, per: 100 })).toEqual([0, 0, 0, 100, 100, 100, 200]);
    expect(await timesOf(3, { values: 1, per: 10 })).toEqual([0, 10, 20]);
  });

  test('R5 throttle: counts from the taking, however late it is', async () => {
    const clock = new SimulatedClock();
    const feed = new Feed('numbers', numbers);
    const throttled = throttle(feed.receiver, { values: 1, per: 100 }, clock);
    await settled();
    clock.after(1_000, () => {});
    clock.advance();
    expect(await throttled.receive()).toBe(0);
    await settled();
    expect(await throttled.tryReceive()).toBeUndefined();
    clock.advance();
    expect(clock.now).toBe(1_100);
    await settled();
    expect(await throttled.tryReceive()).toEqual({ value: 1 });
    throttled.close();
    await feed.done;
    expect(feed.sent).toEqual([0, 1]);
  });

  test('R1 throttle: a sender is released when its value is taken', async () => {
    const clock = new SimulatedClock();
    const [tx, rx] = channel<string>();
    const throttled = throttle(rx, { values: 1, per: 100 }, clock);
    const sent = tx.send('a');
    await settled();
    expect(await now(sent)).toBe('waiting');
    expect(await throttled.receive()).toBe('a');
    await sent;
  });

  test('R9 throttle: the end is heard at once, and no timer is left', async () => {
    const clock = new SimulatedClock();
    const feed = new Feed('numbers', [1]);
    expect(await all(throttle(feed.receiver, { values: 1, per: 100 }, clock))).toEqual([1]);
    expect([clock.isWaitedFor, clock.now]).toEqual([false, 0]);
  });

  test('R9 throttle: a broken source breaks the output, with its cause', async () => {
    const error = new Error('out of paper');
    const clock = new SimulatedClock();
    const throttled = throttle(brokenAfter([1], error), { values: 2, per: 100 }, clock);
    expect(await allAndError(throttled)).toMatchObject({ values: [1], error: { cause: error } });
  });

  test('R9 throttle: when the output is closed, a value that waits for its time goes back at once', async () => {
    const clock = new SimulatedClock();
    const [tx, rx] = channel<string>();
    const other = rx.clone();
    const throttled = throttle(rx, { values: 1, per: 100 }, clock);
    const first = tx.send('a');
    expect(await throttled.receive()).toBe('a');
    await first;
    const second = tx.send('b');
    await settled();
    throttled.close();
    expect(await now(other.receive())).toBe('b');
    await second;
    expect(clock.isWaitedFor).toBe(false);
  });

  test('throttle: limits that are none take nothing over', () => {
    const [, rx] = channel<number>();
    expect(() => throttle(rx, { values: 0, per: 1 })).toThrow(TopologyError);
    expect(() => throttle(rx, { values: 1, per: Number.NaN })).toThrow(RangeError);
    expect(rx.closed).toBe(false);
  });
});
