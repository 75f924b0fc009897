/** What trio's tests of memory channels ask (tests/test_channel.py), of ours. */
import { channel, EndClosedError, type Receiver, type Sender } from 'handover';
import { describe, expect, test } from 'vitest';
import { now } from '../party/desk.ts';

describe('trio', () => {
  test('R5 a channel with some room', async () => {
    const [tx, rx] = channel<unknown>({ capacity: 2 });
    expect(await rx.tryReceive()).toBeUndefined();
    expect(await tx.trySend(1)).toBe(true);
    await tx.send(2);
    expect(await tx.trySend(null)).toBe(false);
    const third = tx.send(3);
    expect(await rx.tryReceive()).toEqual({ value: 1 });
    await third;
    expect([await rx.receive(), await rx.receive()]).toEqual([2, 3]);
    expect(await rx.tryReceive()).toBeUndefined();
  });

  test('R4 an abandoned receive does not eat a value', async () => {
    const [tx, rx] = channel<string>({ capacity: 1 });
    const abort = new AbortController();
    const abandoned = rx.receive({ signal: abort.signal });
    abort.abort();
    expect(await now(abandoned)).toMatchObject({ code: 'ABORTED' });
    await tx.send('hi');
    expect(await rx.tryReceive()).toEqual({ value: 'hi' });
  });

  async function produce(tx: Sender<number>, values: readonly number[]): Promise<void> {
    using sender = tx;
    for (const value of values) await sender.send(value);
  }

  async function consume(rx: Receiver<number>, got: number[]): Promise<void> {
    using receiver = rx;
    for await (const value of receiver) got.push(value);
  }

  const ten = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

  test('R9 several producers: the channel ends with the last of them', async () => {
    const [tx, rx] = channel<number>();
    const producing = [0, 10, 20].map((base) =>
      produce(
        tx.clone(),
        ten.map((n) => base + n),
      ),
    );
    tx.close();
    const got: number[] = [];
    await Promise.all([...producing, consume(rx, got)]);
    expect(got.sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, n) => n));
  });

  test('R2 several consumers: each value goes to one', async () => {
    const [tx, rx] = channel<number>();
    const got: number[] = [];
    const consuming = [0, 1, 2].map(() => consume(rx.clone(), got));
    rx.close();
    await Promise.all([produce(tx, ten), ...consuming]);
    expect(got.sort((a, b) => a - b)).toEqual(ten);
  });

  test('R9 closing the receiving side fails sends, before and after', async () => {
    const [tx, rx] = channel<number>({ capacity: 0 });
    const blocked = tx.send(1);
    rx.close();
    expect(await now(blocked)).toMatchObject({ code: 'CHANNEL_ENDED' });
    expect(await now(tx.send(2))).toMatchObject({ code: 'CHANNEL_ENDED' });
    expect(await now(tx.trySend(2))).toMatchObject({ code: 'CHANNEL_ENDED' });
  });

  test('R9 closing one’s own end fails one’s own operations, and says so', async () => {
    const [tx, rx] = channel<number>();
    const blocked = rx.receive();
    rx.close();
    expect(await now(blocked)).toBeInstanceOf(EndClosedError);
    tx.close();
    expect(await now(tx.send(1))).toBeInstanceOf(EndClosedError);
    expect(await now(rx.receive())).toBeInstanceOf(EndClosedError);
  });

  test('R9 a clone lives on when the original is closed', async () => {
    const [tx, rx] = channel<string>({ capacity: 10 });
    const receiver = rx.clone();
    await tx.send('hello');
    rx.close();
    expect(await now(rx.receive())).toBeInstanceOf(EndClosedError);
    expect(await receiver.receive()).toBe('hello');
    await tx.send('world');
    expect(await receiver.receive()).toBe('world');
    expect(() => rx.clone()).toThrow(EndClosedError);
  });

  test('R9 of two receivers the second keeps the channel open', async () => {
    const [tx, rx] = channel<string>();
    const second = rx.clone();
    rx.close();
    const sent = tx.send('a');
    expect(await now(sent)).toBe('waiting');
    expect(await second.receive()).toBe('a');
    second.close();
    expect(await now(tx.send('b'))).toMatchObject({ code: 'CHANNEL_ENDED', value: 'b' });
  });

  test('R5 statistics at every step', async () => {
    const [tx, rx] = channel<number>({ capacity: 2 });
    const look = async () => {
      const { buffered, senders, receivers, waitingSenders, waitingReceivers } =
        await tx.statistics();
      return [buffered, senders, receivers, waitingSenders, waitingReceivers];
    };
    expect(await look()).toEqual([0, 1, 1, 0, 0]);
    await tx.send(1);
    expect(await look()).toEqual([1, 1, 1, 0, 0]);
    await tx.send(2);
    const third = tx.send(3);
    expect(await look()).toEqual([2, 1, 1, 1, 0]);
    await rx.receive();
    await third;
    expect(await look()).toEqual([2, 1, 1, 0, 0]);
    await rx.receive();
    await rx.receive();
    const waiting = rx.receive();
    expect(await look()).toEqual([0, 1, 1, 0, 1]);
    await tx.send(4);
    await waiting;
  });

  test('R3 the one who has waited longest is served, though another could be quicker', async () => {
    const [tx, rx] = channel<number>({ capacity: 1 });
    // A task that sends and receives in a loop must not starve the one that waits.
    const waiting = rx.receive();
    expect(await now(waiting)).toBe('waiting');
    await tx.send(1);
    expect(await rx.tryReceive()).toBeUndefined();
    await tx.send(2);
    expect(await waiting).toBe(1);
    expect(await rx.tryReceive()).toEqual({ value: 2 });
  });

  test('R1 an unbuffered channel', async () => {
    const [tx, rx] = channel<number>();
    expect(await rx.tryReceive()).toBeUndefined();
    expect(await tx.trySend(1)).toBe(false);
    const [received] = await Promise.all([rx.receive(), tx.send(1)]);
    expect(received).toBe(1);
    expect(await tx.trySend(2)).toBe(false);
  });
});
