import { channel, mapOrdered, TopologyError } from 'handover';
import { expect, test } from 'vitest';
import { now } from '../src/party/desk.ts';
import { all, allAndError, brokenAfter, Feed, settled } from './sources.ts';

/** Work that is done when the test says so. */
class Desk {
  readonly begun: number[] = [];
  readonly #open = new Map<number, PromiseWithResolvers<string>>();

  readonly work = (value: number): Promise<string> => {
    this.begun.push(value);
    const task = Promise.withResolvers<string>();
    this.#open.set(value, task);
    return task.promise;
  };

  finish(value: number): void {
    this.#open.get(value)?.resolve(`#${value}`);
  }

  fail(value: number, error: Error): void {
    this.#open.get(value)?.reject(error);
  }
}

test('R3 mapOrdered: results come in the order of the values, whichever is done first', async () => {
  const desk = new Desk();
  const feed = new Feed('numbers', [1, 2, 3], 3);
  const results = mapOrdered(feed.receiver, 3, desk.work);
  await settled();
  expect(desk.begun).toEqual([1, 2, 3]);
  desk.finish(3);
  desk.finish(2);
  await settled();
  expect(await results.tryReceive()).toBeUndefined();
  desk.finish(1);
  expect(await all(results)).toEqual(['#1', '#2', '#3']);
});

test('R5 mapOrdered: not more are under way than allowed, until the first result is taken', async () => {
  const desk = new Desk();
  const feed = new Feed('numbers', [1, 2, 3, 4, 5], 5);
  const results = mapOrdered(feed.receiver, 2, desk.work);
  await settled();
  expect(desk.begun).toEqual([1, 2]);
  desk.finish(1);
  desk.finish(2);
  await settled();
  expect(desk.begun).toEqual([1, 2]);
  expect(await results.receive()).toBe('#1');
  await settled();
  expect(desk.begun).toEqual([1, 2, 3]);
  results.close();
  expect(await feed.sender.statistics().catch((error) => error.code)).toBe('END_CLOSED');
});

test('R1 mapOrdered: a sender is released when the result of its value is taken', async () => {
  const [tx, rx] = channel<number>();
  const results = mapOrdered(rx, 2, (value) => value + 1);
  const sends = [tx.send(1), tx.send(2)];
  await settled();
  expect(await Promise.all(sends.map(now))).toEqual(['waiting', 'waiting']);
  expect(await results.receive()).toBe(2);
  await settled();
  expect(await Promise.all(sends.map(now))).toEqual([undefined, 'waiting']);
  expect(await results.receive()).toBe(3);
  await sends[1];
});

test('R9 mapOrdered: a failure breaks the output when its turn comes; its value and those after it go back', async () => {
  const desk = new Desk();
  const [tx, rx] = channel<number>();
  const other = rx.clone();
  const results = allAndError(mapOrdered(rx, 3, desk.work));
  const sends = [1, 2, 3].map((value) => tx.send(value));
  const error = new Error('cannot');
  await settled();
  desk.finish(3);
  desk.fail(2, error);
  await settled();
  expect(await now(results)).toBe('waiting');
  desk.finish(1);
  const outcome = await results;
  expect(outcome).toMatchObject({ values: ['#1'], error: { code: 'CHANNEL_BROKEN' } });
  expect((outcome.error as Error).cause).toBe(error);
  expect([await other.receive(), await other.receive()]).toEqual([2, 3]);
  await Promise.all(sends);
});

test('R9 mapOrdered: what is thrown at once, and is no error, is a cause as well', async () => {
  const feed = new Feed('numbers', [1]);
  const { error } = await allAndError(
    mapOrdered(feed.receiver, 1, () => {
      throw 'cannot';
    }),
  );
  expect(error).toMatchObject({ cause: { message: 'cannot' } });
  await feed.done;
  expect(feed.back).toEqual([1]);
});

test('R9 mapOrdered: a broken source breaks the output after the last result', async () => {
  const error = new Error('out of paper');
  const results = mapOrdered(brokenAfter([1, 2], error), 2, (value) => -value);
  expect(await allAndError(results)).toMatchObject({ values: [-1, -2], error: { cause: error } });
});

test('R9 mapOrdered: when the output is closed, what is under way goes back at once, done or not', async () => {
  const desk = new Desk();
  const [tx, rx] = channel<number>();
  const other = rx.clone();
  const results = mapOrdered(rx, 3, desk.work);
  const sends = [1, 2, 3].map((value) => tx.send(value));
  await settled();
  desk.finish(2);
  await settled();
  results.close();
  const taken = [other.receive(), other.receive(), other.receive()];
  expect(await Promise.all(taken.map(now))).toEqual([1, 2, 3]);
  await Promise.all(sends);
});

test('mapOrdered: 0 is no concurrency', () => {
  const [, rx] = channel<number>();
  expect(() => mapOrdered(rx, 0, (value) => value)).toThrow(TopologyError);
  expect(rx.closed).toBe(false);
});
