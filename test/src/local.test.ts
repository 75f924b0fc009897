import {
  AbortedError,
  ChannelEndedError,
  type ChannelOptions,
  channel,
  EndClosedError,
  EndMovedError,
  TimedOutError,
  TopologyError,
} from 'handover';
import { describe, expect, test } from 'vitest';
import { LocalChannels } from '../../src/local.ts';
import { SimulatedClock } from '../simulation/clock.ts';
import { now } from './party/desk.ts';

describe('R1 inside one process', () => {
  test('R1 a send waits for a receiver', async () => {
    const [tx, rx] = channel<string>();
    const sent = tx.send('a');
    expect(await now(sent)).toBe('waiting');
    expect(await rx.receive()).toBe('a');
    expect(await now(sent)).toBeUndefined();
  });

  test('R1 a receive waits for a sender', async () => {
    const [tx, rx] = channel<string>();
    const received = rx.receive();
    expect(await now(received)).toBe('waiting');
    await tx.send('a');
    expect(await now(received)).toBe('a');
  });

  test.each(['sender', 'receiver'])(
    'R1 the receiver goes on first when the %s came first',
    async (first) => {
      const [tx, rx] = channel<string>();
      const story: string[] = [];
      const begin = {
        sender: () => tx.send('a').then(() => story.push('sent')),
        receiver: () => rx.receive().then(() => story.push('received')),
      };
      const both =
        first === 'sender'
          ? [begin.sender(), begin.receiver()]
          : [begin.receiver(), begin.sender()];
      await Promise.all(both);
      expect(story).toEqual(['received', 'sent']);
    },
  );

  test('R1 values are the very same', async () => {
    const [tx, rx] = channel<unknown>();
    for (const value of [undefined, null, () => {}, new Map(), Symbol('s'), Number.NaN]) {
      void tx.send(value);
      expect(await rx.receive()).toBe(value);
    }
  });

  test('R1 also undefined', async () => {
    const [tx, rx] = channel<undefined>();
    const sent = tx.send(undefined);
    expect(await rx.receive()).toBeUndefined();
    await sent;
  });

  test('R1 an end is a value like any other, and is not moved', async () => {
    const [tx, rx] = channel<unknown>();
    const received = rx.receive();
    await tx.send(tx);
    expect(await received).toBe(tx);
    expect(tx.closed).toBe(false);
  });

  test('R1 a channel with a capacity takes values without a receiver', async () => {
    const [tx, rx] = channel<number>({ capacity: 2 });
    await tx.send(1);
    await tx.send(2);
    const third = tx.send(3);
    expect(await now(third)).toBe('waiting');
    expect(await rx.receive()).toBe(1);
    expect(await now(third)).toBeUndefined();
  });
});

describe('R4 trying', () => {
  test('R4 trySend tells whether somebody took it', async () => {
    const [tx, rx] = channel<string>();
    expect(await tx.trySend('a')).toBe(false);
    const received = rx.receive();
    expect(await tx.trySend('b')).toBe(true);
    expect(await received).toBe('b');
  });

  test('R4 tryReceive has a value in a box, also undefined', async () => {
    const [tx, rx] = channel<undefined>();
    expect(await rx.tryReceive()).toBeUndefined();
    const sent = tx.send(undefined);
    expect(await rx.tryReceive()).toEqual({ value: undefined });
    await sent;
  });

  test('R4 two who only try never meet', async () => {
    const [tx, rx] = channel<string>();
    const [sent, received] = await Promise.all([tx.trySend('a'), rx.tryReceive()]);
    expect([sent, received]).toEqual([false, undefined]);
  });
});

describe('R4 timeouts and aborts', () => {
  function timed(options: ChannelOptions = {}) {
    const clock = new SimulatedClock();
    const [tx, rx] = new LocalChannels(clock).open<string>({ ...options, name: 'lines' });
    return { clock, tx, rx };
  }

  test('R4 a send that times out was not taken, and gives the value back', async () => {
    const { clock, tx, rx } = timed();
    const sent = tx.send('a', { timeout: 100 });
    clock.advance();
    const error = await now(sent);
    expect(error).toBeInstanceOf(TimedOutError);
    expect(error).toMatchObject({ value: 'a', attempts: 0, timeout: 100, channel: 'lines' });
    expect(await rx.tryReceive()).toBeUndefined();
  });

  test('R4 a receive that times out leaves the value to others', async () => {
    const { clock, tx, rx } = timed();
    const received = rx.receive({ timeout: 100 });
    clock.advance();
    expect(await now(received)).toMatchObject({ code: 'TIMED_OUT', operation: 'receive' });
    const sent = tx.send('a');
    expect(await rx.receive()).toBe('a');
    await sent;
  });

  test('R4 a completion stops the timer', async () => {
    const { clock, tx, rx } = timed();
    const sent = tx.send('a', { timeout: 100 });
    await rx.receive({ timeout: 100 });
    await sent;
    expect(clock.isWaitedFor).toBe(false);
  });

  test('R4 an abort ends what waits, with its reason', async () => {
    const { tx, rx } = timed();
    const abort = new AbortController();
    const all = [
      tx.send('a', { signal: abort.signal }),
      timed().rx.receive({ signal: abort.signal }),
    ];
    const reason = new Error('enough');
    abort.abort(reason);
    for (const operation of all) {
      const error = await now(operation as Promise<unknown>);
      expect(error).toBeInstanceOf(AbortedError);
      expect((error as Error).cause).toBe(reason);
    }
    expect(await rx.tryReceive()).toBeUndefined();
  });

  test('R4 the machine’s clock works too', async () => {
    const [, rx] = channel<string>();
    await expect(rx.receive({ timeout: 1 })).rejects.toThrow(TimedOutError);
    await expect(rx.receive({ signal: AbortSignal.timeout(1) })).rejects.toThrow(AbortedError);
  });

  test('R4 a timed out send that stood first lets the next be first', async () => {
    const { clock, tx, rx } = timed();
    const first = tx.send('a', { timeout: 100 });
    const second = tx.send('b');
    clock.advance();
    await now(first);
    expect(await rx.receive()).toBe('b');
    await second;
  });
});

describe('R9 the end of a channel', () => {
  test('R9 receivers drain it, and then see the end', async () => {
    const [tx, rx] = channel<number>({ capacity: 2 });
    await tx.send(1);
    await tx.send(2);
    tx.close();
    expect(await rx.receive()).toBe(1);
    expect(await rx.tryReceive()).toEqual({ value: 2 });
    await expect(rx.receive()).rejects.toThrow(ChannelEndedError);
    await expect(rx.tryReceive()).rejects.toThrow(ChannelEndedError);
  });

  test('R9 a send that waits when its sender is closed is still received', async () => {
    const [tx, rx] = channel<number>();
    const sent = tx.send(1);
    tx.close();
    const values: number[] = [];
    for await (const value of rx) values.push(value);
    expect(values).toEqual([1]);
    await sent;
  });

  test('R9 who waits sees the end too', async () => {
    const [tx, rx] = channel<number>();
    const waiting = [rx.receive(), rx.receive()];
    tx.close();
    for (const received of waiting) {
      expect(await now(received)).toMatchObject({ code: 'CHANNEL_ENDED', operation: 'receive' });
    }
  });

  test('R9 without receivers senders fail at once, and get the value back', async () => {
    const [tx, rx] = channel<string>();
    const waiting = tx.send('a');
    rx.close();
    expect(await now(waiting)).toMatchObject({ code: 'CHANNEL_ENDED', value: 'a', attempts: 0 });
    expect(await now(tx.send('b'))).toMatchObject({ code: 'CHANNEL_ENDED', value: 'b' });
    expect(await now(tx.trySend('c'))).toMatchObject({ code: 'CHANNEL_ENDED', value: 'c' });
  });

  test('R9 a receive on an end closed here says so', async () => {
    const [, rx] = channel<string>();
    const waiting = rx.receive();
    rx.close();
    expect(await now(waiting)).toBeInstanceOf(EndClosedError);
    expect(await now(rx.receive())).toBeInstanceOf(EndClosedError);
  });

  test('R9 copies are counted', async () => {
    const [tx, rx] = channel<number>();
    const copies = [tx.clone(), tx.clone()];
    const waiting = rx.receive();
    tx.close();
    copies[0]?.close();
    expect(await now(waiting)).toBe('waiting');
    copies[1]?.close();
    expect(await now(waiting)).toMatchObject({ code: 'CHANNEL_ENDED' });
  });

  test('R9 `using` closes an end when its block is left, also by a throw', async () => {
    const [tx, rx] = channel<number>();
    const work = async (): Promise<void> => {
      using sender = tx;
      await sender.send(1);
      throw new Error('oops');
    };
    const failed = work();
    expect(await rx.receive()).toBe(1);
    await expect(failed).rejects.toThrow('oops');
    await expect(rx.receive()).rejects.toThrow(ChannelEndedError);
  });

  test('R9 both ends by name', () => {
    const both = channel<number>({ name: 'lines' });
    expect(both.sender).toBe(both[0]);
    expect(both.receiver).toBe(both[1]);
    expect([both.name, both.sender.channel, both.receiver.channel]).toEqual(Array(3).fill('lines'));
  });
});

describe('R9 for code that passes values on', () => {
  test('R9 a sender that is broken: receivers get what is there, and then the very error as the cause', async () => {
    const channels = new LocalChannels(new SimulatedClock());
    const { sender, receiver } = channels.open<string>({ name: 'lines', capacity: 1 });
    const error = new Error('out of paper');
    await sender.send('a');
    channels.break(sender, error);
    expect(await receiver.receive()).toBe('a');
    const broken = await now(receiver.receive());
    expect(broken).toMatchObject({ code: 'CHANNEL_BROKEN', channel: 'lines' });
    expect((broken as Error).cause).toBe(error);
    expect((broken as Error).message).toContain('out of paper');
    await expect(sender.send('b')).rejects.toThrow(EndMovedError);
  });

  test('R9 other senders go on after one was broken, and the end is broken all the same', async () => {
    const channels = new LocalChannels(new SimulatedClock());
    const [tx, rx] = channels.open<string>({});
    const other = tx.clone();
    channels.break(tx, new Error('out of paper'));
    const sent = other.send('a');
    expect(await rx.receive()).toBe('a');
    await sent;
    other.close();
    expect(await now(rx.receive())).toMatchObject({ code: 'CHANNEL_BROKEN' });
  });

  test('R9 the last receiver of a channel is closed: that is heard at once, and once', async () => {
    const channels = new LocalChannels(new SimulatedClock());
    const { receiver } = channels.open<string>({});
    let heard = 0;
    channels.onAbandoned(receiver, () => heard++);
    const other = receiver.clone();
    const waiting = now(other.receive());
    receiver.close();
    expect(heard).toBe(0);
    other.close();
    expect(heard).toBe(1);
    expect(await waiting).toMatchObject({ code: 'END_CLOSED' });
    other.close();
    expect(heard).toBe(1);
  });
});

describe('R5 statistics', () => {
  test('R5 tell of the whole channel, from either end', async () => {
    const [tx, rx] = channel<number>({ capacity: 2 });
    const more = tx.clone();
    await tx.send(1);
    await tx.send(2);
    void more.send(3);
    await rx.receive();
    const expected = {
      capacity: 2,
      senders: 1,
      receivers: 1,
      waitingSenders: 0,
      waitingReceivers: 0,
      buffered: 2,
      inHand: 0,
      taken: 1,
      discarded: 0,
      deadLetters: 0,
      isDirect: false,
    };
    expect(await tx.statistics()).toEqual(expected);
    expect(await rx.statistics()).toEqual(expected);
    more.close();
    expect(await tx.statistics()).toEqual(expected);
  });

  test('R5 count what was dropped', async () => {
    const [tx, rx] = channel<number>({ capacity: 1, overflow: 'drop-oldest' });
    for (const value of [1, 2, 3]) await tx.send(value);
    expect(await rx.statistics()).toMatchObject({ buffered: 1, discarded: 2 });
    expect(await rx.receive()).toBe(3);
  });
});

describe('R5 overflow', () => {
  test('R5 drop-newest keeps the first', async () => {
    const [tx, rx] = channel<number>({ capacity: 2, overflow: 'drop-newest' });
    for (const value of [1, 2, 3, 4]) await tx.send(value);
    tx.close();
    const values: number[] = [];
    for await (const value of rx) values.push(value);
    expect(values).toEqual([1, 2]);
  });

  test('R5 drop-oldest keeps the last', async () => {
    const [tx, rx] = channel<number>({ capacity: 2, overflow: 'drop-oldest' });
    for (const value of [1, 2, 3, 4]) await tx.send(value);
    tx.close();
    const values: number[] = [];
    for await (const value of rx) values.push(value);
    expect(values).toEqual([3, 4]);
  });
});

describe('R5 options that make no channel', () => {
  test('R5 a name in the place of the options', () => {
    const open = () => channel('lines' as ChannelOptions);
    expect(open).toThrow(TopologyError);
    expect(open).toThrow("its options must be an object, such as { name: 'numbers' }, not lines");
  });

  const wrong: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
    [
      'a negative capacity',
      { capacity: -1 },
      /capacity must be a whole number of 0 or more, not -1/,
    ],
    ['half a capacity', { capacity: 0.5 }, /capacity .* not 0\.5/],
    ['a capacity that is no number', { capacity: Number.NaN }, /capacity .* not NaN/],
    ['an infinite capacity', { capacity: Number.POSITIVE_INFINITY }, /capacity .* not Infinity/],
    ['an unknown overflow', { capacity: 1, overflow: 'explode' }, /overflow must be one of block,/],
    ['overflow without a capacity', { overflow: 'drop-oldest' }, /needs a capacity of 1 or more/],
    ['no attempt', { maxAttempts: 0 }, /maxAttempts must be a whole number of 1 or more, not 0/],
  ];
  test.each(wrong)('R5 %s', (_, options, sentence) => {
    const open = () => channel({ ...options, name: 'lines' } as ChannelOptions);
    expect(open).toThrow(TopologyError);
    expect(open).toThrow(sentence);
    expect(open).toThrow(/^channel "lines": /);
  });
});
