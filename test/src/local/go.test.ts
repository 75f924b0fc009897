/** What Go's own tests of channels ask (runtime/chan_test.go), of ours: the parts that need no select. */
import { channel, type Receiver, type Sender } from 'handover';
import { describe, expect, test } from 'vitest';
import { now } from '../party/desk.ts';

const capacities = [0, 1, 2, 10, 64];

describe.each(capacities)('Go, capacity %i', (capacity) => {
  test(`R1 capacity ${capacity}: a receive on an empty channel waits`, async () => {
    const [tx, rx] = channel<number>({ capacity });
    const waiting = [rx.receive(), rx.receive()];
    for (const received of waiting) expect(await now(received)).toBe('waiting');
    await tx.send(1);
    await tx.send(2);
    expect(await Promise.all(waiting)).toEqual([1, 2]);
  });

  test(`R4 capacity ${capacity}: trying to receive from an empty channel has nothing`, async () => {
    const [, rx] = channel<number>({ capacity });
    expect(await rx.tryReceive()).toBeUndefined();
  });

  test(`R5 capacity ${capacity}: a send on a full channel waits`, async () => {
    const [tx, rx] = channel<number>({ capacity });
    for (let value = 0; value < capacity; value++) await tx.send(value);
    const waiting = tx.send(99);
    expect(await now(waiting)).toBe('waiting');
    await rx.receive();
    expect(await now(waiting)).toBeUndefined();
  });

  test(`R4 capacity ${capacity}: trying to send on a full channel does not`, async () => {
    const [tx, rx] = channel<number>({ capacity });
    for (let value = 0; value < capacity; value++) expect(await tx.trySend(value)).toBe(true);
    expect(await tx.trySend(99)).toBe(false);
    if (capacity > 0) expect(await rx.receive()).toBe(0);
  });

  test(`R9 capacity ${capacity}: a closed channel gives what it has, and then its end`, async () => {
    const [tx, rx] = channel<number>({ capacity });
    for (let value = 0; value < capacity; value++) await tx.send(value);
    tx.close();
    for (let value = 0; value < capacity; value++) expect(await rx.receive()).toBe(value);
    for (let times = 0; times < 2; times++) {
      expect(await now(rx.receive())).toMatchObject({ code: 'CHANNEL_ENDED' });
      expect(await now(rx.tryReceive())).toMatchObject({ code: 'CHANNEL_ENDED' });
    }
  });

  test(`R9 capacity ${capacity}: closing wakes who waits`, async () => {
    const [tx, rx] = channel<number>({ capacity });
    const waiting = Promise.allSettled(Array.from({ length: 10 }, () => rx.receive()));
    tx.close();
    for (const { status } of await waiting) expect(status).toBe('rejected');
  });

  test(`R3 capacity ${capacity}: 100 values arrive in order`, async () => {
    const [tx, rx] = channel<number>({ capacity });
    const sending = (async () => {
      for (let value = 0; value < 100; value++) await tx.send(value);
    })();
    for (let value = 0; value < 100; value++) expect(await rx.receive()).toBe(value);
    await sending;
  });

  test(`R2 capacity ${capacity}: 100 values of each of 4 senders reach 4 receivers once each`, async () => {
    const [tx, rx] = channel<string>({ capacity });
    const senders = [0, 1, 2, 3].map(async (who) => {
      using sender = tx.clone();
      for (let value = 0; value < 100; value++) await sender.send(`${who}.${value}`);
    });
    tx.close();
    const got: string[] = [];
    const receivers = [0, 1, 2, 3].map(async () => {
      for await (const value of rx) got.push(value);
    });
    await Promise.all([...senders, ...receivers]);
    expect(got).toHaveLength(400);
    expect(new Set(got).size).toBe(400);
    for (const who of [0, 1, 2, 3]) {
      const own = got.filter((value) => value.startsWith(`${who}.`));
      expect(own).toEqual(Array.from({ length: 100 }, (_, value) => `${who}.${value}`));
    }
  });

  test(`R5 capacity ${capacity}: its length and capacity are known`, async () => {
    const [tx, rx] = channel<number>({ capacity });
    for (let value = 0; value < capacity; value++) {
      expect(await rx.statistics()).toMatchObject({ capacity, buffered: value });
      await tx.send(value);
    }
    expect(await tx.statistics()).toMatchObject({ capacity, buffered: capacity });
  });
});

describe('Go, programs', () => {
  test('R4 of many who try at a channel that is being closed, none waits', async () => {
    for (let round = 0; round < 200; round++) {
      const [tx, rx] = channel<number>({ capacity: 1 });
      await tx.send(1);
      const tries = Promise.allSettled([rx.tryReceive(), rx.tryReceive(), rx.tryReceive()]);
      tx.close();
      const [first] = await tries;
      expect(first).toEqual({ status: 'fulfilled', value: { value: 1 } });
    }
  });

  test('R2 many producers, many consumers, a chain of work: nothing is lost or doubled', async () => {
    const [jobs, work] = channel<number>({ capacity: 10 });
    const [results, done] = channel<number>({ capacity: 10 });
    const workers = Array.from({ length: 10 }, async () => {
      using sender = results.clone();
      for await (const job of work) await sender.send(job);
    });
    results.close();
    const total = 2_000;
    const producing = (async () => {
      for (let job = 0; job < total; job++) await jobs.send(job);
      jobs.close();
    })();
    const got: number[] = [];
    for await (const result of done) got.push(result);
    await Promise.all([producing, ...workers]);
    expect(got.sort((a, b) => a - b)).toEqual(Array.from({ length: total }, (_, job) => job));
  });

  test('R1 ping-pong between two tasks, 10,000 times', async () => {
    const [ping, pong] = [channel<number>(), channel<number>()];
    const echo = (async () => {
      for await (const value of ping.receiver) await pong.sender.send(value + 1);
      pong.sender.close();
    })();
    let value = 0;
    for (let round = 0; round < 10_000; round++) {
      void ping.sender.send(value);
      value = await pong.receiver.receive();
    }
    ping.sender.close();
    await echo;
    expect(value).toBe(10_000);
  });

  test('R1 a chain of 1,000 tasks passes a value from one end to the other', async () => {
    const first = channel<number>();
    let last: Receiver<number> = first.receiver;
    for (let link = 0; link < 1_000; link++) {
      const from = last;
      const [tx, rx] = channel<number>();
      void from.receive().then((value) => tx.send(value + 1));
      last = rx;
    }
    await Promise.all([first.sender.send(0), expect(last.receive()).resolves.toBe(1_000)]);
  });

  test('R1 the sieve of primes: a task for each', async () => {
    const counted = channel<number>();
    const abort = new AbortController();
    const { signal } = abort;
    const count = async (): Promise<void> => {
      for (let n = 2; ; n++) await counted.sender.send(n, { signal });
    };
    const filter = async (from: Receiver<number>, to: Sender<number>, prime: number) => {
      for (;;) {
        const n = await from.receive({ signal });
        if (n % prime !== 0) await to.send(n, { signal });
      }
    };
    const tasks = [count()];
    const primes: number[] = [];
    let from: Receiver<number> = counted.receiver;
    while (primes.length < 40) {
      const prime = await from.receive();
      primes.push(prime);
      const [tx, rx] = channel<number>();
      tasks.push(filter(from, tx, prime));
      from = rx;
    }
    abort.abort();
    for (const { status } of await Promise.allSettled(tasks)) expect(status).toBe('rejected');
    expect(primes.slice(0, 10)).toEqual([2, 3, 5, 7, 11, 13, 17, 19, 23, 29]);
    expect(primes.at(-1)).toBe(173);
  });

  test('R9 an end can be sent over a channel of its own process', async () => {
    const [tx, rx] = channel<Sender<string>>();
    const [reply, answer] = channel<string>();
    const server = (async () => {
      const sender = await rx.receive();
      await sender.send('hello');
    })();
    await tx.send(reply);
    expect(await answer.receive()).toBe('hello');
    await server;
  });
});
