import { broadcast, channel, TopologyError, tee } from 'handover';
import { describe, expect, test } from 'vitest';
import { now } from '../src/party/desk.ts';
import { all, allAndError, brokenAfter, Feed, settled } from './sources.ts';

const numbers = Array.from({ length: 50 }, (_, at) => at);

describe('tee', () => {
  test('R1 tee: a sender is released when the code behind every output has the value', async () => {
    const [tx, rx] = channel<object>();
    const [left, right] = tee(rx);
    const value = {};
    const sent = tx.send(value);
    expect(await left.receive()).toBe(value);
    await settled();
    expect(await now(sent)).toBe('waiting');
    expect(await right.receive()).toBe(value);
    await sent;
  });

  test('R2 R3 R9 tee: every value to all outputs, in order, and then all end', async () => {
    const feed = new Feed('numbers', numbers);
    const outputs = await Promise.all(tee(feed.receiver, 3).map(all));
    expect(outputs).toEqual([numbers, numbers, numbers]);
    expect(feed.sent).toEqual(numbers);
  });

  test('R9 tee: a broken source breaks all outputs, with its cause', async () => {
    const error = new Error('out of paper');
    for (const outcome of await Promise.all(tee(brokenAfter([1], error), 3).map(allAndError))) {
      expect(outcome).toMatchObject({
        values: [1],
        error: { code: 'CHANNEL_BROKEN', cause: error },
      });
    }
  });

  test('R9 tee: an output that is closed is left out, also with a value under way', async () => {
    const feed = new Feed('numbers', numbers);
    const [left, right] = tee(feed.receiver);
    expect(await left.receive()).toBe(0);
    await settled();
    expect(feed.sent).toEqual([]);
    right.close();
    await settled();
    expect(feed.sent).toEqual([0]);
    expect(await all(left)).toEqual(numbers.slice(1));
    expect(feed.sent).toEqual(numbers);
  });

  test('R9 tee: when all are closed, a value that nobody has taken goes back, and the source is closed', async () => {
    const [tx, rx] = channel<string>();
    const other = rx.clone();
    const [left, right] = tee(rx);
    const sent = tx.send('a');
    await settled();
    left.close();
    right.close();
    expect(await other.receive()).toBe('a');
    await sent;
    expect(await other.statistics()).toMatchObject({ receivers: 1, waitingReceivers: 0 });
  });

  test('R2 tee: a value that one of them has taken does not go back', async () => {
    const [tx, rx] = channel<string>();
    const other = rx.clone();
    const [left, right] = tee(rx);
    const sent = tx.send('a');
    expect(await left.receive()).toBe('a');
    left.close();
    right.close();
    await sent;
    expect(await other.tryReceive()).toBeUndefined();
  });

  test('tee: 0 is no count', () => {
    const [, rx] = channel<number>();
    expect(() => tee(rx, 0)).toThrow(TopologyError);
    expect(rx.closed).toBe(false);
  });
});

describe('broadcast', () => {
  test('R1 broadcast: without taps values wait', async () => {
    const [tx, rx] = channel<string>();
    const news = broadcast(rx);
    const sent = tx.send('a');
    await settled();
    expect(await now(sent)).toBe('waiting');
    expect(await news.tap().receive()).toBe('a');
    await sent;
  });

  test('R1 broadcast: a sender is released when every tap has the value', async () => {
    const [tx, rx] = channel<string>();
    const news = broadcast(rx);
    const [slow, quick] = [news.tap(), news.tap()];
    const sent = tx.send('a');
    expect(await quick.receive()).toBe('a');
    await settled();
    expect(await now(sent)).toBe('waiting');
    expect(await slow.receive()).toBe('a');
    await sent;
  });

  test('R2 R9 broadcast: taps come and go; each gets all from when it came to when it left', async () => {
    const [tx, rx] = channel<number>();
    const news = broadcast(rx);
    const first = all(news.tap());
    await tx.send(0);
    const second = news.tap();
    const sent = tx.send(1);
    expect(await second.receive()).toBe(1);
    await sent;
    second.close();
    const third = all(news.tap());
    await tx.send(2);
    tx.close();
    expect(await Promise.all([first, third])).toEqual([[0, 1, 2], [2]]);
    expect(await all(news.tap())).toEqual([]);
  });

  test('R2 broadcast: a value that the last tap left behind waits for the next', async () => {
    const [tx, rx] = channel<string>();
    const news = broadcast(rx);
    const early = news.tap();
    const sent = tx.send('a');
    await settled();
    early.close();
    await settled();
    expect(await now(sent)).toBe('waiting');
    expect(await rx.statistics().catch((error) => error.code)).toBe('END_MOVED');
    expect(await tx.statistics()).toMatchObject({ waitingSenders: 1, inHand: 0, receivers: 1 });
    expect(await news.tap().receive()).toBe('a');
    await sent;
  });

  test('R9 broadcast: a broken source breaks the taps, later ones too', async () => {
    const error = new Error('out of paper');
    const news = broadcast(brokenAfter([1], error));
    const broken = { error: { code: 'CHANNEL_BROKEN', cause: error } };
    expect(await allAndError(news.tap())).toMatchObject({ values: [1], ...broken });
    expect(await allAndError(news.tap())).toMatchObject({ values: [], ...broken });
  });

  test('R9 broadcast: close() gives up the source, after the value under way', async () => {
    const feed = new Feed('numbers', [1, 2]);
    const news = broadcast(feed.receiver);
    const tap = news.tap();
    await settled();
    news.close();
    expect(await all(tap)).toEqual([1]);
    await feed.done;
    expect([feed.sent, feed.back]).toEqual([[1], [2]]);
  });

  test('R9 broadcast: close() without a tap tells the senders', async () => {
    const [tx, rx] = channel<string>();
    const sent = tx.send('a');
    {
      using news = broadcast(rx);
      expect(news).toBeDefined();
    }
    expect(await now(sent)).toMatchObject({ code: 'CHANNEL_ENDED', value: 'a' });
  });
});
