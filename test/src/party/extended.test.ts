import { describe, expect, test } from 'vitest';
import type { Receiver } from '../../../src/ends/receiver.ts';
import type { Work } from '../../../src/party/operation.ts';
import { Desk, now } from './desk.ts';

function loop<T>(receiver: Receiver<T>): AsyncIterator<Work<T>, undefined> {
  return receiver.extended()[Symbol.asyncIterator]();
}

/** A loop whose body has a value in hand. */
async function withWork(value: unknown = 'a', attempt = 1) {
  const desk = new Desk();
  const receiver = desk.receiver<unknown>();
  const works = loop(receiver);
  const next = works.next();
  desk.deliver(1, value, attempt);
  const { value: work } = await next;
  desk.said();
  return { desk, receiver, works, work: work as Work<unknown> };
}

describe('R7 an extended rendezvous', () => {
  test('R7 the code has the value, and nothing is said of it', async () => {
    const { desk, work } = await withWork('a', 3);
    expect(work).toMatchObject({ value: 'a', attempt: 3 });
    expect(desk.said()).toEqual([]);
  });

  test('R7 asking for the next says that the last was taken', async () => {
    const { desk, works } = await withWork();
    void works.next();
    expect(desk.said()).toEqual(['1: taken', '2: receive on 1']);
  });

  test('R7 the first word counts', async () => {
    const { desk, works, work } = await withWork();
    work.giveBack();
    work.taken();
    work.fail();
    void works.next();
    expect(desk.said()).toEqual(['1: returned', '2: receive on 1']);
  });

  test.each([
    ['an error', new RangeError('too far'), 'WORK_FAILED RangeError: too far'],
    ['a text', 'too far', 'WORK_FAILED too far'],
    ['nothing', undefined, 'WORK_FAILED its code gave no reason'],
    ['what has no words', Object.create(null), 'WORK_FAILED something that cannot be shown'],
  ])('R7 a body can fail on its value: %s', async (_, error, said) => {
    const { desk, work } = await withWork();
    work.fail(error);
    expect(desk.said()).toEqual([`1: abandoned, ${said}`]);
  });

  test('R7 a body that is left has failed, which is said later', async () => {
    const { desk, works } = await withWork();
    await works.return?.();
    expect(desk.said()).toEqual([]);
    desk.clock.advance();
    expect(desk.said()).toEqual([
      '1: abandoned, WORK_FAILED its code went on without a word of what ',
    ]);
  });

  test('R7 a body that is left after it said something has not failed', async () => {
    const { desk, works, work } = await withWork();
    work.taken();
    await works.return?.();
    expect(desk.clock.isWaitedFor).toBe(false);
    expect(desk.said()).toEqual(['1: taken']);
  });

  test('R7 code that goes away from a value can still say what became of it', async () => {
    const { desk, works, work } = await withWork();
    await works.return?.();
    work.taken();
    desk.clock.advance();
    expect(desk.said()).toEqual(['1: taken']);
  });

  test('R7 a process that ends well gives back what its body has in hand', async () => {
    const { desk, work } = await withWork();
    desk.party.windDown();
    work.taken();
    expect(desk.said()).toEqual(['close 1', '1: returned']);
  });

  test('R7 but says of what was left that it failed', async () => {
    const { desk, works } = await withWork();
    await works.return?.();
    desk.party.windDown();
    expect(desk.said()).toEqual([
      'close 1',
      '1: abandoned, WORK_FAILED its code went on without a word of what ',
    ]);
  });

  test('R9 the loop ends with its channel', async () => {
    const { desk, works } = await withWork();
    const next = works.next();
    desk.fail(2, { kind: 'ended' });
    expect(await now(next)).toEqual({ value: undefined, done: true });
    expect(await works.next()).toEqual({ value: undefined, done: true });
    expect(desk.said()).toEqual(['1: taken', '2: receive on 1']);
  });

  test('R9 a channel that breaks is no end of the loop', async () => {
    const { desk, works } = await withWork();
    const next = works.next();
    desk.fail(2, { kind: 'broken', failure: { code: 'STAGE_FAILED', message: 'it crashed' } });
    expect(await now(next)).toMatchObject({ code: 'CHANNEL_BROKEN' });
  });

  test('R7 what arrives after the loop was left goes back unharmed', async () => {
    const { desk, works, work } = await withWork();
    work.taken();
    const next = works.next();
    await works.return?.();
    desk.deliver(2, 'b');
    expect(await now(next)).toEqual({ value: undefined, done: true });
    expect(desk.said()).toEqual(['1: taken', '2: receive on 1', '2: returned']);
  });

  test('R9 ends that came with a value that goes back are closed', async () => {
    const desk = new Desk();
    const works = loop(desk.receiver<unknown>());
    const next = works.next();
    desk.deliverWithEnds(1, [0xd4, 1, 0], [{ end: 7, side: 'send', channel: 'replies' }]);
    const { value: work } = await next;
    desk.said();
    (work as Work<unknown>).fail('no');
    expect(desk.said()).toEqual(['1: abandoned, WORK_FAILED no', 'close 7']);
  });
});
