import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { AbortedError, TimedOutError } from '../../../src/errors.ts';
import type { Patience } from '../../../src/party/operation.ts';
import { Desk, now } from './desk.ts';

describe('R4 patience that is none', () => {
  const wrong = {
    'an AbortController': [
      new AbortController(),
      /not an AbortController: give controller\.signal$/,
    ],
    'a number': [5, /^signal must be an AbortSignal, not 5$/],
  } as const;
  test.each(Object.entries(wrong))(
    'R4 %s for a signal: refused, and nothing waits',
    async (_, [signal, says]) => {
      const desk = new Desk();
      const patience = { signal } as unknown as { readonly signal: AbortSignal };
      for (const operation of [
        desk.receiver().receive(patience),
        desk.sender().send('a', patience),
      ]) {
        const error = await now(operation);
        expect(error).toBeInstanceOf(TypeError);
        expect((error as Error).message).toMatch(says);
      }
      expect(desk.said()).toEqual([]);
      expect(desk.busy.at(-1)).not.toBe(true);
    },
  );
});

describe('R4 patience that says nothing', () => {
  const wrong = {
    'a name that there is not': [
      { timout: 5 },
      'there is no option timout; there are timeout and signal',
    ],
    'a number': [5, 'how long to wait is said by { timeout, signal }, not by 5'],
    'the signal itself': [
      new AbortController().signal,
      /^there is no option \w+; there are timeout and signal$/,
    ],
    null: [null, 'how long to wait is said by { timeout, signal }, not by null'],
  } as const;
  test.each(Object.entries(wrong))(
    'R4 %s: refused, for it would wait for ever',
    async (_, [patience, says]) => {
      const desk = new Desk();
      for (const operation of [
        desk.receiver().receive(patience as Patience),
        desk.sender().send('a', patience as Patience),
      ]) {
        const error = await now(operation);
        expect(error).toBeInstanceOf(TypeError);
        expect((error as Error).message).toMatch(says);
      }
      expect(desk.said()).toEqual([]);
    },
  );
});

describe('R4 a timeout', () => {
  test('R4 asks for the withdrawal, and waits for the answer', async () => {
    const desk = new Desk();
    const sent = desk.sender().send('a', { timeout: 50 });
    desk.said();
    desk.clock.advance();
    expect(desk.clock.now).toBe(50);
    expect(desk.said()).toEqual(['1: withdraw, final']);
    expect(await now(sent)).toBe('waiting');
    desk.withdrawn(1);
    const error = await now(sent);
    expect(error).toBeInstanceOf(TimedOutError);
    expect(error).toMatchObject({
      name: 'TimedOutError',
      code: 'TIMED_OUT',
      operation: 'send',
      channel: 'lines',
      value: 'a',
      attempts: 0,
      timeout: 50,
      message: 'send on "lines" timed out after 50 ms',
    });
  });

  test('R4 that loses reports the completion', async () => {
    const desk = new Desk();
    const sent = desk.sender().send('a', { timeout: 50 });
    desk.clock.advance();
    desk.late(1);
    expect(await now(sent)).toBe('waiting');
    desk.complete(1);
    expect(await now(sent)).toBeUndefined();
  });

  test('R4 that loses to a delivery gives the value', async () => {
    const desk = new Desk();
    const received = desk.receiver().receive({ timeout: 50 });
    desk.clock.advance();
    desk.deliver(1, 'a');
    expect(desk.said().at(-1)).toBe('1: taken');
    expect(await now(received)).toBe('a');
  });

  test('R4 that loses to a failure reports the failure', async () => {
    const desk = new Desk();
    const received = desk.receiver().receive({ timeout: 50 });
    desk.clock.advance();
    desk.fail(1, { kind: 'ended' });
    expect(await now(received)).toMatchObject({ code: 'CHANNEL_ENDED' });
  });

  test('R4 with attempts says that the value may have been taken', async () => {
    const desk = new Desk();
    const sent = desk.sender().send('a', { timeout: 50 });
    desk.clock.advance();
    desk.withdrawn(1, 2);
    expect(await now(sent)).toMatchObject({
      code: 'TIMED_OUT',
      attempts: 2,
      message:
        'send on "lines" timed out after 50 ms. It may have been taken: 2 receiver(s) had the value in hand, and failed',
    });
  });

  test('R4 of a receive has no value', async () => {
    const desk = new Desk();
    const received = desk.receiver().receive({ timeout: 0 });
    desk.clock.advance();
    desk.withdrawn(1);
    expect(await now(received)).toMatchObject({
      code: 'TIMED_OUT',
      operation: 'receive',
      value: undefined,
      message: 'receive on "lines" timed out after 0 ms',
    });
  });

  test('R4 of what is held back ends at once, and was never offered', async () => {
    const desk = new Desk();
    const sender = desk.sender();
    for (const value of ['a', 'b']) void sender.send(value);
    const held = sender.send('c', { timeout: 50 });
    desk.said();
    desk.clock.advance();
    expect(desk.said()).toEqual([]);
    expect(await now(held)).toMatchObject({ code: 'TIMED_OUT', value: 'c', attempts: 0 });
    desk.complete(1);
    expect(desk.said()).toEqual([]);
  });

  test('R4 is over with its operation', async () => {
    const desk = new Desk();
    const [sender, receiver] = [desk.sender(), desk.receiver()];
    const sent = sender.send('a', { timeout: 50 });
    const received = receiver.receive({ timeout: 50 });
    desk.complete(1);
    desk.deliver(2, 'b');
    await Promise.all([sent, received]);
    expect(desk.clock.isWaitedFor).toBe(false);
  });

  test('R4 without a limit starts no timer', () => {
    const desk = new Desk();
    void desk.sender().send('a', { timeout: Number.POSITIVE_INFINITY });
    void desk.sender().send('b', {});
    expect(desk.clock.isWaitedFor).toBe(false);
  });

  test.each([-1, Number.NaN, Number.NEGATIVE_INFINITY])('R4 of %d ms is none', async (timeout) => {
    const desk = new Desk();
    const error = await now(desk.sender().send('a', { timeout }));
    expect(error).toBeInstanceOf(RangeError);
    expect((error as Error).message).toBe(
      `timeout must be a number of milliseconds, 0 or more, not ${timeout}`,
    );
    expect(desk.said()).toEqual([]);
    expect(desk.busy).toEqual([]);
  });

  test('R4 comes too late while the word that the value was taken leaves', async () => {
    const desk = new Desk();
    desk.isSecureAtOnce = false;
    const received = desk.receiver().receive({ timeout: 50 });
    desk.deliver(1, 'a');
    desk.clock.advance();
    desk.secure();
    expect(await now(received)).toBe('a');
  });
});

describe('R4 an abort', () => {
  test('R4 before the operation: nothing is offered', async () => {
    const desk = new Desk();
    const sent = desk.sender().send('a', { signal: AbortSignal.abort('enough') });
    expect(await now(sent)).toMatchObject({ code: 'ABORTED', value: 'a', cause: 'enough' });
    expect(desk.said()).toEqual([]);
    expect(desk.busy).toEqual([]);
  });

  test('R4 asks for the withdrawal, and waits for the answer', async () => {
    const desk = new Desk();
    const abort = new AbortController();
    const received = desk.receiver().receive({ signal: abort.signal });
    abort.abort(new Error('enough'));
    expect(desk.said()).toEqual(['1: receive on 1', '1: withdraw, final']);
    expect(await now(received)).toBe('waiting');
    desk.withdrawn(1);
    const error = await now(received);
    expect(error).toBeInstanceOf(AbortedError);
    expect(error).toMatchObject({
      name: 'AbortedError',
      code: 'ABORTED',
      operation: 'receive',
      message: 'receive on "lines" was aborted',
    });
    expect((error as Error).cause).toBe(abort.signal.reason);
  });

  test('R4 that loses reports the completion', async () => {
    const desk = new Desk();
    const abort = new AbortController();
    const sent = desk.sender().send('a', { signal: abort.signal });
    abort.abort();
    desk.late(1);
    desk.complete(1);
    expect(await now(sent)).toBeUndefined();
  });

  test('R4 after a timeout changes nothing: the first stands', async () => {
    const desk = new Desk();
    const abort = new AbortController();
    const sent = desk.sender().send('a', { timeout: 50, signal: abort.signal });
    desk.clock.advance();
    abort.abort();
    expect(desk.said()).toEqual(['1: send "a" on 1', '1: withdraw, final']);
    desk.withdrawn(1);
    expect(await now(sent)).toMatchObject({ code: 'TIMED_OUT' });
  });

  test('R4 before the timeout stops its timer when the operation has ended', async () => {
    const desk = new Desk();
    const abort = new AbortController();
    const sent = desk.sender().send('a', { timeout: 50, signal: abort.signal });
    abort.abort('enough');
    desk.withdrawn(1);
    expect(await now(sent)).toMatchObject({ code: 'ABORTED' });
    expect(desk.clock.isWaitedFor).toBe(false);
  });

  test('R4 a signal that outlives its operations keeps nothing of them', async () => {
    const desk = new Desk();
    const { signal } = new AbortController();
    const [sender, receiver] = [desk.sender(), desk.receiver()];
    const sent = sender.send('a', { signal });
    const received = receiver.receive({ signal });
    expect(getEventListeners(signal, 'abort')).toHaveLength(2);
    desk.complete(1);
    desk.deliver(2, 'b');
    await Promise.all([sent, received]);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  test('R4 one signal ends many operations', async () => {
    const desk = new Desk({ window: { operations: 1, bytes: 1_000 } });
    const abort = new AbortController();
    const receiver = desk.receiver();
    const all = [1, 2, 3].map(() => receiver.receive({ signal: abort.signal }));
    abort.abort('enough');
    desk.withdrawn(1);
    for (const received of all) expect(await now(received)).toMatchObject({ code: 'ABORTED' });
    expect(desk.said()).toEqual(['1: receive on 1', '1: withdraw, final']);
  });
});
