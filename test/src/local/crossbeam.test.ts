/** What crossbeam-channel's tests of its zero and array flavours ask, of ours. */
import { channel } from 'handover';
import { describe, expect, test } from 'vitest';
import { LocalChannels } from '../../../src/local.ts';
import { SimulatedClock } from '../../simulation/clock.ts';
import { now } from '../party/desk.ts';

describe('crossbeam, zero', () => {
  test('R5 a rendezvous is empty and full at once', async () => {
    const [tx, rx] = channel<number>();
    expect(await tx.statistics()).toMatchObject({ capacity: 0, buffered: 0 });
    expect(await rx.tryReceive()).toBeUndefined();
    expect(await tx.trySend(1)).toBe(false);
  });

  test('R4 a receive with a limit gets what comes in time, then times out, then sees the end', async () => {
    const clock = new SimulatedClock();
    const [tx, rx] = new LocalChannels(clock).open<number>({});
    const first = rx.receive({ timeout: 1_000 });
    clock.advance();
    expect(await now(first)).toMatchObject({ code: 'TIMED_OUT' });
    const second = rx.receive({ timeout: 1_000 });
    await tx.send(7);
    expect(await second).toBe(7);
    const third = rx.receive({ timeout: 1_000 });
    tx.close();
    expect(await now(third)).toMatchObject({ code: 'CHANNEL_ENDED' });
    expect(clock.isWaitedFor).toBe(false);
  });

  test('R4 a send with a limit times out, is taken, or sees that nobody is left', async () => {
    const clock = new SimulatedClock();
    const [tx, rx] = new LocalChannels(clock).open<number>({});
    const first = tx.send(7, { timeout: 1_000 });
    clock.advance();
    expect(await now(first)).toMatchObject({ code: 'TIMED_OUT', value: 7 });
    const second = tx.send(8, { timeout: 1_000 });
    expect(await rx.receive()).toBe(8);
    await second;
    const third = tx.send(9, { timeout: 1_000 });
    rx.close();
    expect(await now(third)).toMatchObject({ code: 'CHANNEL_ENDED', value: 9 });
  });

  test('R9 disconnecting wakes a sender, and a receiver', async () => {
    const [one, two] = [channel<string>(), channel<string>()];
    const sent = one.sender.send('a');
    const received = two.receiver.receive();
    one.receiver.close();
    two.sender.close();
    expect(await now(sent)).toMatchObject({ code: 'CHANNEL_ENDED' });
    expect(await now(received)).toMatchObject({ code: 'CHANNEL_ENDED' });
  });

  test('R2 one-shot channels, 5,000 of them', async () => {
    const rounds = Array.from({ length: 5_000 }, async (_, round) => {
      const [tx, rx] = channel<number>();
      const [received] = await Promise.all([rx.receive(), tx.send(round)]);
      return received;
    });
    expect(await Promise.all(rounds)).toEqual(rounds.map((_, round) => round));
  });

  test('R2 many to many: each value is received as often as it was sent', async () => {
    const [tx, rx] = channel<number>();
    const [count, tasks] = [500, 4];
    const seen = new Array<number>(count).fill(0);
    const receiving = Array.from({ length: tasks }, async () => {
      for (let times = 0; times < count; times++) {
        const value = await rx.receive();
        seen[value] = (seen[value] ?? 0) + 1;
      }
    });
    const sending = Array.from({ length: tasks }, async () => {
      for (let value = 0; value < count; value++) await tx.send(value);
    });
    await Promise.all([...receiving, ...sending]);
    expect(new Set(seen)).toEqual(new Set([tasks]));
  });

  test('R3 who waits at two channels in turn gets as much from both', async () => {
    const [one, two] = [channel<void>(), channel<void>()];
    const counts = [0, 0];
    const feeding = [one, two].map(async ({ sender }) => {
      for (let times = 0; times < 1_000; times++) await sender.send();
      sender.close();
    });
    const eating = [one, two].map(async ({ receiver }, index) => {
      for await (const _ of receiver) counts[index] = (counts[index] ?? 0) + 1;
    });
    await Promise.all([...feeding, ...eating]);
    expect(counts).toEqual([1_000, 1_000]);
  });

  test('R9 what was not received is given back, not lost', async () => {
    for (let round = 0; round < 100; round++) {
      const [tx, rx] = channel<number>();
      const sends = Array.from({ length: 10 }, (_, value) => tx.send(value));
      const taken: number[] = [];
      for (let times = 0; times < round % 11; times++) taken.push(await rx.receive());
      rx.close();
      const outcomes = await Promise.allSettled(sends);
      const back = outcomes.flatMap((outcome) =>
        outcome.status === 'rejected' ? [outcome.reason.value as number] : [],
      );
      expect([...taken, ...back]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
  });

  test('R1 a receiver of receivers', async () => {
    type Nested = { readonly rest: { readonly receive: () => Promise<Nested> } | undefined };
    const depth = 100;
    const outer = channel<Nested>();
    const sending = (async () => {
      let tx = outer.sender;
      for (let level = 0; level < depth; level++) {
        const inner = channel<Nested>();
        await tx.send({ rest: inner.receiver });
        tx = inner.sender;
      }
      await tx.send({ rest: undefined });
    })();
    let rest: Nested['rest'] = outer.receiver;
    let level = 0;
    while (rest !== undefined) {
      ({ rest } = await rest.receive());
      level++;
    }
    await sending;
    expect(level).toBe(depth + 1);
  });
});

describe('crossbeam, array', () => {
  test('R5 its length follows what is sent and received', async () => {
    const [tx, rx] = channel<number>({ capacity: 2 });
    const length = async () => (await rx.statistics()).buffered;
    expect(await length()).toBe(0);
    await tx.send(1);
    expect(await length()).toBe(1);
    await tx.send(2);
    expect(await length()).toBe(2);
    expect(await tx.trySend(3)).toBe(false);
    await rx.receive();
    expect(await length()).toBe(1);
    expect(await tx.trySend(3)).toBe(true);
  });

  test('R9 sending after the receivers are gone fails, also where there is room', async () => {
    const [tx, rx] = channel<number>({ capacity: 100 });
    await tx.send(1);
    rx.close();
    for (const attempt of [
      () => tx.send(2),
      () => tx.trySend(3),
      () => tx.send(4, { timeout: 9 }),
    ]) {
      expect(await now(attempt() as Promise<unknown>)).toMatchObject({ code: 'CHANNEL_ENDED' });
    }
  });

  test('R9 receiving after the senders are gone gives all that was sent', async () => {
    const [tx, rx] = channel<number>({ capacity: 100 });
    for (const value of [1, 2, 3]) await tx.send(value);
    tx.close();
    expect([await rx.receive(), await rx.receive(), await rx.receive()]).toEqual([1, 2, 3]);
    expect(await now(rx.receive())).toMatchObject({ code: 'CHANNEL_ENDED' });
  });

  test('R5 never holds more than its capacity, whatever senders do', async () => {
    const capacity = 3;
    const [tx, rx] = channel<number>({ capacity });
    let most = 0;
    const sending = Array.from({ length: 10 }, async () => {
      for (let value = 0; value < 50; value++) {
        await tx.send(value);
        most = Math.max(most, (await tx.statistics()).buffered);
      }
    });
    for (let times = 0; times < 500; times++) {
      await rx.receive();
      most = Math.max(most, (await rx.statistics()).buffered);
    }
    await Promise.all(sending);
    expect(most).toBe(capacity);
  });

  test('R2 linearizable: a value that was put in can be got out at once', async () => {
    const [tx, rx] = channel<number>({ capacity: 4 });
    const tasks = Array.from({ length: 4 }, async () => {
      for (let round = 0; round < 500; round++) {
        await tx.send(round);
        expect(await rx.tryReceive()).toBeDefined();
      }
    });
    await Promise.all(tasks);
  });

  test('R2 iterating ends with the channel, and has seen all', async () => {
    for (const capacity of [0, 1, 7]) {
      const [tx, rx] = channel<number>({ capacity });
      const sending = (async () => {
        for (let value = 1; value <= 100; value++) await tx.send(value);
        tx.close();
      })();
      let sum = 0;
      for await (const value of rx) sum += value;
      await sending;
      expect(sum).toBe(5_050);
    }
  });
});
