import { describe, expect, test } from 'vitest';
import { Receiver } from '../../../src/ends/receiver.ts';
import {
  ChannelBrokenError,
  ChannelEndedError,
  LostError,
  StageFailedError,
  ValueRefusedError,
  ValueTooLargeError,
} from '../../../src/errors.ts';
import { Desk, now, statistics } from './desk.ts';

const failure = { code: 'STAGE_FAILED', message: 'parser was killed by SIGSEGV', stage: 'parser' };

describe('R1 a send', () => {
  test('R1 is offered with its value, and resolves when it is completed', async () => {
    const desk = new Desk();
    const sent = desk.sender().send({ a: 1 });
    expect(desk.said()).toEqual(['1: send {"a":1} on 1']);
    expect(await now(sent)).toBe('waiting');
    desk.complete(1);
    expect(await now(sent)).toBeUndefined();
  });

  test('R4 that is late waits on', async () => {
    const desk = new Desk();
    const sent = desk.sender().send('a');
    desk.late(1);
    expect(await now(sent)).toBe('waiting');
    desk.complete(1);
    expect(await now(sent)).toBeUndefined();
  });

  test('R4 trySend tells whether it was taken', async () => {
    const desk = new Desk();
    const [one, two] = [desk.sender().trySend('a'), desk.sender().trySend('b')];
    expect(desk.said()).toEqual(['1: try send "a" on 1', '2: try send "b" on 2']);
    desk.late(1);
    desk.complete(1);
    desk.withdrawn(2);
    expect(await now(one)).toBe(true);
    expect(await now(two)).toBe(false);
  });

  test('R4 operation numbers grow over all ends', () => {
    const desk = new Desk();
    const [sender, receiver] = [desk.sender(), desk.receiver()];
    void sender.send('a');
    void receiver.receive();
    void sender.send('b');
    expect(desk.said().map((said) => said.slice(0, 2))).toEqual(['1:', '2:', '3:']);
  });
});

describe('R1 a receive', () => {
  test('R1 says taken before its code has the value', async () => {
    const desk = new Desk();
    desk.isSecureAtOnce = false;
    const received = desk.receiver().receive();
    expect(desk.said()).toEqual(['1: receive on 1']);
    desk.deliver(1, { a: 1 });
    expect(desk.said()).toEqual(['1: taken']);
    expect(await now(received)).toBe('waiting');
    desk.secure();
    expect(await now(received)).toEqual({ a: 1 });
  });

  test('R4 tryReceive has the value in a box', async () => {
    const desk = new Desk();
    const [one, two] = [desk.receiver().tryReceive(), desk.receiver().tryReceive()];
    desk.deliver(1, null);
    desk.withdrawn(2);
    expect(await now(one)).toEqual({ value: null });
    expect(await now(two)).toBeUndefined();
  });

  test('R9 for await ends with the channel', async () => {
    const desk = new Desk();
    const values: unknown[] = [];
    const loop = (async () => {
      for await (const value of desk.receiver()) values.push(value);
    })();
    desk.deliver(1, 'a');
    await now(loop);
    desk.deliver(2, 'b');
    await now(loop);
    desk.fail(3, { kind: 'ended' });
    expect(await now(loop)).toBeUndefined();
    expect(values).toEqual(['a', 'b']);
  });

  test('R9 for await throws when the channel is broken', async () => {
    const desk = new Desk();
    const loop = (async () => {
      for await (const _ of desk.receiver()) expect.fail('there is nothing');
    })();
    desk.fail(1, { kind: 'broken', failure });
    expect(await now(loop)).toBeInstanceOf(ChannelBrokenError);
  });

  test('R9 leaving a for await loop leaves the receiver open', async () => {
    const desk = new Desk();
    const receiver = desk.receiver();
    const loop = (async () => {
      for await (const value of receiver) return value;
      return 'nothing';
    })();
    desk.deliver(1, 'a');
    expect(await now(loop)).toBe('a');
    expect(receiver.closed).toBe(false);
    expect(desk.said()).toEqual(['1: receive on 1', '1: taken']);
  });

  test('R7 work is taken only when its code says so', async () => {
    const desk = new Desk();
    const receiver = desk.receiver<string>();
    const working = Receiver.work(receiver);
    desk.said();
    desk.deliver(1, 'a', 3);
    expect(desk.said()).toEqual([]);
    const work = await working;
    expect(work).toMatchObject({ value: 'a', attempt: 3 });
    work.taken();
    expect(desk.said()).toEqual(['1: taken']);
  });

  test('R7 work can be given back', async () => {
    const desk = new Desk();
    const working = Receiver.work(desk.receiver());
    desk.said();
    desk.deliver(1, 'a');
    (await working).giveBack();
    expect(desk.said()).toEqual(['1: returned']);
  });

  test('R4 a value for which nobody waits goes back', () => {
    const desk = new Desk();
    desk.deliver(9, 'a');
    expect(desk.said()).toEqual(['9: returned']);
  });
});

describe('R4 a failed operation', () => {
  test('R9 a send on a channel without receivers', async () => {
    const desk = new Desk();
    const sent = desk.sender().send('a');
    desk.fail(1, { kind: 'ended' });
    const error = await now(sent);
    expect(error).toBeInstanceOf(ChannelEndedError);
    expect(error).toMatchObject({
      name: 'ChannelEndedError',
      code: 'CHANNEL_ENDED',
      operation: 'send',
      channel: 'lines',
      value: 'a',
      attempts: 0,
      message:
        'cannot send on "lines": every receiver is closed, so nobody can take a value any more',
    });
  });

  test('R9 a receive on a channel without senders', async () => {
    const desk = new Desk();
    const received = desk.receiver().receive();
    desk.fail(1, { kind: 'ended' });
    expect(await now(received)).toMatchObject({
      code: 'CHANNEL_ENDED',
      operation: 'receive',
      value: undefined,
      message:
        '"lines" has ended: every sender is closed and every value was taken. A `for await` loop ends here by itself',
    });
  });

  test('R9 a send whose receivers did not end well', async () => {
    const desk = new Desk();
    const sent = desk.sender().send('a');
    desk.fail(1, { kind: 'broken', failure }, 1);
    const error = await now(sent);
    expect(error).toBeInstanceOf(ChannelBrokenError);
    expect(error).toMatchObject({
      code: 'CHANNEL_BROKEN',
      value: 'a',
      attempts: 1,
      message:
        'cannot send on "lines": its receivers are gone, and did not all end well (parser was killed by SIGSEGV). It may have been taken: 1 receiver(s) had the value in hand, and failed',
    });
    const { cause } = error as Error;
    expect(cause).toBeInstanceOf(StageFailedError);
    expect(cause).toMatchObject({ stage: 'parser', message: 'parser was killed by SIGSEGV' });
  });

  test('R9 a receive whose senders did not end well', async () => {
    const desk = new Desk();
    const received = desk.receiver().receive();
    desk.fail(1, { kind: 'broken', failure });
    expect(await now(received)).toMatchObject({
      code: 'CHANNEL_BROKEN',
      message:
        '"lines" is broken: all that was there has been taken, but its senders did not all end well (parser was killed by SIGSEGV)',
    });
  });

  test('R7 a send that is lost', async () => {
    const desk = new Desk();
    const sent = desk.sender().send('a');
    desk.fail(1, { kind: 'lost', failures: [] }, 3);
    const error = await now(sent);
    expect(error).toBeInstanceOf(LostError);
    expect(error).toMatchObject({ code: 'LOST', value: 'a', attempts: 3 });
    expect((error as Error).message).toMatch(
      /^the value sent on "lines" was given up: 3 attempt\(s\) at it failed .*may have been taken/,
    );
  });

  test('R4 a send whose value is refused', async () => {
    const desk = new Desk();
    const sent = desk.sender().send('a');
    desk.fail(1, { kind: 'refused', why: 'no number' });
    const error = await now(sent);
    expect(error).toBeInstanceOf(ValueRefusedError);
    expect(error).toMatchObject({
      code: 'VALUE_REFUSED',
      value: 'a',
      message: 'the receiver on "lines" refused the value: no number',
    });
  });

  test('R10 a send whose value was too large for the supervisor', async () => {
    const desk = new Desk();
    const sent = desk.sender().send('a');
    desk.fail(1, { kind: 'too-large', size: 5_000 });
    const error = await now(sent);
    expect(error).toBeInstanceOf(ValueTooLargeError);
    expect(error).toMatchObject({ code: 'VALUE_TOO_LARGE', value: 'a', size: 5_000, limit: 100 });
  });

  test('R4 trySend fails like send', async () => {
    const desk = new Desk();
    const sent = desk.sender().trySend('a');
    desk.fail(1, { kind: 'ended' });
    expect(await now(sent)).toMatchObject({ code: 'CHANNEL_ENDED', value: 'a' });
  });

  test('R4 tryReceive fails like receive', async () => {
    const desk = new Desk();
    const received = desk.receiver().tryReceive();
    desk.fail(1, { kind: 'ended' });
    expect(await now(received)).toMatchObject({ code: 'CHANNEL_ENDED' });
  });
});

describe('R5 statistics', () => {
  test('R5 are asked of the authority', async () => {
    const desk = new Desk();
    expect(await now(desk.sender().statistics())).toEqual(statistics);
    expect(desk.said()).toEqual(['inspect 1']);
  });

  test('R4 of a closed end they fail', async () => {
    const desk = new Desk();
    const sender = desk.sender();
    sender.close();
    expect(await now(sender.statistics())).toMatchObject({
      code: 'END_CLOSED',
      operation: 'inspect',
    });
  });
});

describe('R12 whether operations wait', () => {
  test('R12 is told at the first and after the last', async () => {
    const desk = new Desk();
    const [sender, receiver] = [desk.sender(), desk.receiver()];
    void sender.send('a');
    const received = receiver.receive();
    desk.complete(1);
    expect(desk.busy).toEqual([true]);
    desk.deliver(2, 'b');
    await received;
    expect(desk.busy).toEqual([true, false]);
    void sender.send('c');
    expect(desk.busy).toEqual([true, false, true]);
  });

  test('R12 a question keeps it busy until it is answered', async () => {
    const desk = new Desk();
    const asked = desk.sender().statistics();
    expect(desk.busy).toEqual([true]);
    await asked;
    expect(desk.busy).toEqual([true, false]);
  });

  test('R12 a value that was taken keeps it busy until its code has it', () => {
    const desk = new Desk();
    desk.isSecureAtOnce = false;
    void desk.receiver().receive();
    desk.deliver(1, 'a');
    expect(desk.busy).toEqual([true]);
    desk.secure();
    expect(desk.busy).toEqual([true, false]);
  });
});
