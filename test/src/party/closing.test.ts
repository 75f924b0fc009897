import { describe, expect, test } from 'vitest';
import { Handle } from '../../../src/ends/handle.ts';
import { EndClosedError, EndMovedError, TopologyError } from '../../../src/errors.ts';
import { Desk, now } from './desk.ts';

const narrow = { window: { operations: 1, bytes: 1_000 } };

describe('R9 closing a sender', () => {
  test('R9 is told to the authority', () => {
    const desk = new Desk();
    const sender = desk.sender();
    sender.close();
    expect(desk.said()).toEqual(['close 1']);
    expect(sender.closed).toBe(true);
  });

  test('R9 twice is once', () => {
    const desk = new Desk();
    const sender = desk.sender();
    sender.close();
    sender.close();
    expect(desk.said()).toEqual(['close 1']);
  });

  test('R9 follows what was sent before', async () => {
    const desk = new Desk(narrow);
    const sender = desk.sender();
    const sends = ['a', 'b'].map((value) => sender.send(value));
    sender.close();
    expect(desk.said()).toEqual(['1: send "a" on 1']);
    desk.complete(1);
    expect(desk.said()).toEqual(['2: send "b" on 1', 'close 1']);
    desk.complete(2);
    expect(await now(Promise.all(sends))).toEqual([undefined, undefined]);
  });

  test('R9 follows at once when what was held back gives up', async () => {
    const desk = new Desk(narrow);
    const sender = desk.sender();
    void sender.send('a');
    const held = sender.send('b', { timeout: 50 });
    sender.close();
    desk.said();
    desk.clock.advance();
    expect(await now(held)).toMatchObject({ code: 'TIMED_OUT' });
    expect(desk.said()).toEqual(['close 1']);
  });

  test('R4 a send after it fails, with the value', async () => {
    const desk = new Desk();
    const sender = desk.sender();
    sender.close();
    for (const failed of [sender.send('a'), sender.trySend('a')]) {
      const error = await now(failed as Promise<unknown>);
      expect(error).toBeInstanceOf(EndClosedError);
      expect(error).toMatchObject({
        code: 'END_CLOSED',
        operation: 'send',
        channel: 'lines',
        value: 'a',
        attempts: 0,
        message:
          'cannot send on "lines": this end was closed here. Clone an end before you close it, if it is needed further',
      });
    }
  });

  test('R4 what was sent before can still time out', async () => {
    const desk = new Desk();
    const sender = desk.sender();
    const sent = sender.send('a', { timeout: 50 });
    sender.close();
    desk.clock.advance();
    desk.withdrawn(1);
    expect(await now(sent)).toMatchObject({ code: 'TIMED_OUT', value: 'a' });
  });
});

describe('R9 closing a receiver', () => {
  test('R9 first withdraws what waits, then closes', async () => {
    const desk = new Desk(narrow);
    const receiver = desk.receiver();
    const [offered, held] = [receiver.receive(), receiver.receive()];
    receiver.close();
    expect(desk.said()).toEqual(['1: receive on 1', '1: withdraw, final']);
    expect(await now(held)).toMatchObject({ code: 'END_CLOSED', operation: 'receive' });
    expect(await now(offered)).toBe('waiting');
    desk.withdrawn(1);
    expect(await now(offered)).toBeInstanceOf(EndClosedError);
    expect(desk.said()).toEqual(['close 1']);
  });

  test('R4 a value that crosses it is taken', async () => {
    const desk = new Desk();
    const receiver = desk.receiver();
    const received = receiver.receive();
    receiver.close();
    desk.said();
    desk.deliver(1, 'a');
    expect(await now(received)).toBe('a');
    expect([...desk.said()].sort()).toEqual(['1: taken', 'close 1']);
  });

  test('R9 a receive that has timed out already is not withdrawn again', async () => {
    const desk = new Desk();
    const receiver = desk.receiver();
    const received = receiver.receive({ timeout: 50 });
    desk.clock.advance();
    receiver.close();
    expect(desk.said()).toEqual(['1: receive on 1', '1: withdraw, final']);
    desk.withdrawn(1);
    expect(await now(received)).toMatchObject({ code: 'TIMED_OUT' });
    expect(desk.said()).toEqual(['close 1']);
  });

  test('R4 a receive after it fails', async () => {
    const desk = new Desk();
    const receiver = desk.receiver();
    receiver.close();
    const next = receiver[Symbol.asyncIterator]().next();
    for (const failed of [receiver.receive(), receiver.tryReceive(), next]) {
      expect(await now(failed as Promise<unknown>)).toMatchObject({
        code: 'END_CLOSED',
        operation: 'receive',
        value: undefined,
      });
    }
  });
});

describe('R9 copies of an end', () => {
  test('R9 the end is closed with the last of them', () => {
    const desk = new Desk();
    const sender = desk.sender();
    const copies = [sender.clone(), sender.clone()];
    sender.close();
    copies[0]?.close();
    expect(desk.said()).toEqual([]);
    copies[1]?.close();
    expect(desk.said()).toEqual(['close 1']);
  });

  test('R9 each is closed by itself', async () => {
    const desk = new Desk();
    const receiver = desk.receiver();
    const copy = receiver.clone();
    receiver.close();
    expect([receiver.closed, copy.closed]).toEqual([true, false]);
    expect(await now(receiver.receive())).toMatchObject({ code: 'END_CLOSED' });
    const received = copy.receive();
    desk.deliver(1, 'a');
    expect(await now(received)).toBe('a');
  });

  test('R9 closing one leaves its receives waiting, for the copies are one end', async () => {
    const desk = new Desk();
    const receiver = desk.receiver();
    const copy = receiver.clone();
    const received = receiver.receive();
    receiver.close();
    expect(desk.said()).toEqual(['1: receive on 1']);
    desk.deliver(1, 'a');
    expect(await now(received)).toBe('a');
    copy.close();
  });

  test('R9 a closed one cannot be cloned', () => {
    const desk = new Desk();
    const sender = desk.sender();
    sender.close();
    expect(() => sender.clone()).toThrow(EndClosedError);
    expect(() => sender.clone()).toThrow(/^cannot clone an end of "lines"/);
  });

  test('R9 `using` closes it', () => {
    const desk = new Desk();
    {
      using sender = desk.sender();
      expect(sender.closed).toBe(false);
    }
    expect(desk.said()).toEqual(['close 1']);
  });
});

describe('R9 an end that is given away', () => {
  test('R9 cannot be used here any more', async () => {
    const desk = new Desk();
    const sender = desk.sender();
    Handle.move(sender, 'stage "parser"');
    expect(sender.closed).toBe(true);
    const error = await now(sender.send('a'));
    expect(error).toBeInstanceOf(EndMovedError);
    expect(error).toMatchObject({
      code: 'END_MOVED',
      channel: 'lines',
      message:
        'cannot send on "lines": its sender was given to stage "parser" and can be used only there. For another holder give a copy: sender.clone()',
    });
    expect(() => sender.clone()).toThrow(EndMovedError);
  });

  test('R9 is not closed by closing it here', () => {
    const desk = new Desk();
    const receiver = desk.receiver();
    Handle.move(receiver, 'stage "parser"');
    receiver.close();
    expect(desk.said()).toEqual([]);
  });

  test('R9 must have nothing under way, or leave a copy', () => {
    const desk = new Desk();
    const sender = desk.sender();
    void sender.send('a');
    expect(() => Handle.move(sender, 'stage "parser"')).toThrow(TopologyError);
    expect(() => Handle.move(sender, 'stage "parser"')).toThrow(/while operations on it wait/);
    const copy = sender.clone();
    Handle.move(copy, 'stage "parser"');
    expect([sender.closed, copy.closed]).toEqual([false, true]);
  });

  test('R9 can be given away only once', () => {
    const desk = new Desk();
    const sender = desk.sender();
    Handle.move(sender, 'one');
    expect(() => Handle.move(sender, 'two')).toThrow(EndMovedError);
  });
});
