import { describe, expect, test } from 'vitest';
import { NotEncodableError, ValueTooLargeError } from '../../../src/errors.ts';
import { Desk, now } from './desk.ts';

describe('R10 a value that cannot travel', () => {
  test('R10 is refused with its path, and nothing is offered', async () => {
    const desk = new Desk();
    const value = { items: [{ when: undefined }] };
    const error = await now(desk.sender<unknown>().send(value));
    expect(error).toBeInstanceOf(NotEncodableError);
    expect(error).toMatchObject({
      code: 'NOT_ENCODABLE',
      channel: 'lines',
      path: '$.items[0].when',
      attempts: 0,
      message:
        'the value for "lines" cannot be sent: undefined (leave the property out, or use null) at $.items[0].when',
    });
    expect((error as NotEncodableError).value).toBe(value);
    expect(desk.said()).toEqual([]);
    expect(desk.busy).toEqual([true, false]);
  });

  test('R10 is refused to trySend too', async () => {
    const desk = new Desk();
    expect(await now(desk.sender<unknown>().trySend(new Map()))).toMatchObject({
      code: 'NOT_ENCODABLE',
      path: '$',
    });
  });

  test('R10 one whose own code throws is refused with what it said', async () => {
    const desk = new Desk();
    const value = {
      get odd(): never {
        throw new Error('do not look');
      },
    };
    const error = await now(desk.sender<unknown>().send(value));
    expect(error).toMatchObject({ code: 'NOT_ENCODABLE' });
    expect((error as Error).message).toContain('do not look');
  });

  test('R10 above the limit it is refused with both sizes', async () => {
    const desk = new Desk({ maxValueBytes: 100 });
    const sender = desk.sender<string>();
    const fits = 'x'.repeat(98);
    const error = await now(sender.send(`${fits}x`));
    expect(error).toBeInstanceOf(ValueTooLargeError);
    expect(error).toMatchObject({
      code: 'VALUE_TOO_LARGE',
      size: 101,
      limit: 100,
      value: `${fits}x`,
    });
    expect((error as Error).message).toMatch(
      /^the value for "lines" has 101 bytes, more than the 100 /,
    );
    expect(desk.said()).toEqual([]);
    void sender.send(fits);
    expect(desk.said()).toHaveLength(1);
  });
});

describe('R4 a value that cannot be read', () => {
  test('R4 is refused, and the receive waits for the next', async () => {
    const desk = new Desk();
    const received = desk.receiver().receive();
    desk.said();
    desk.deliverNonsense(1);
    const [refused, again] = desk.said();
    expect(refused).toMatch(/^1: refused, it is not plain msgpack/);
    expect(again).toBe('2: receive on 1');
    expect(await now(received)).toBe('waiting');
    desk.deliver(2, 'a');
    expect(await now(received)).toBe('a');
  });

  test('R4 the timer of the receive goes on', async () => {
    const desk = new Desk();
    const received = desk.receiver().receive({ timeout: 50 });
    desk.deliverNonsense(1);
    desk.said();
    desk.clock.advance();
    expect(desk.said()).toEqual(['2: withdraw, final']);
    desk.withdrawn(2);
    expect(await now(received)).toMatchObject({ code: 'TIMED_OUT' });
  });

  test('R4 a receive that was recalled meanwhile ends as it was to end', async () => {
    const desk = new Desk();
    const received = desk.receiver().receive({ timeout: 50 });
    desk.clock.advance();
    desk.said();
    desk.deliverNonsense(1);
    expect(desk.said()).toHaveLength(1);
    expect(await now(received)).toMatchObject({ code: 'TIMED_OUT' });
  });

  test('R5 which makes room for what was held back', async () => {
    const desk = new Desk({ window: { operations: 1, bytes: 1_000 } });
    const receiver = desk.receiver();
    const received = receiver.receive({ timeout: 50 });
    const next = receiver.receive();
    desk.clock.advance();
    desk.said();
    desk.deliverNonsense(1);
    expect(await now(received)).toMatchObject({ code: 'TIMED_OUT' });
    expect(desk.said().at(-1)).toBe('2: receive on 1');
    desk.deliver(2, 'a');
    expect(await now(next)).toBe('a');
  });

  test('R9 a receiver that is being closed is closed then', async () => {
    const desk = new Desk();
    const receiver = desk.receiver();
    const received = receiver.receive();
    receiver.close();
    desk.said();
    desk.deliverNonsense(1);
    expect(await now(received)).toMatchObject({ code: 'END_CLOSED' });
    expect(desk.said().at(-1)).toBe('close 1');
  });

  test('R4 a poll that was given one polls again', async () => {
    const desk = new Desk();
    const received = desk.receiver().tryReceive();
    desk.deliverNonsense(1);
    expect(desk.said().at(-1)).toBe('2: try receive on 1');
    desk.withdrawn(2);
    expect(await now(received)).toBeUndefined();
  });
});
