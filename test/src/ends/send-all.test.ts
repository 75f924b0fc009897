import {
  AbortedError,
  type ChannelOptions,
  channel,
  EndClosedError,
  NotAllTakenError,
  TimedOutError,
  TopologyError,
} from 'handover';
import { describe, expect, test } from 'vitest';
import { Desk, now } from '../party/desk.ts';

/** A source that tells how far it was drawn, and whether it was closed. */
class Drawn<T> implements Iterable<T> {
  readonly values: readonly T[];
  drawn = 0;
  isClosed = false;

  constructor(values: readonly T[]) {
    this.values = values;
  }

  *[Symbol.iterator](): Generator<T> {
    try {
      for (const value of this.values) {
        this.drawn++;
        yield value;
      }
    } finally {
      this.isClosed = true;
    }
  }
}

/** An asynchronous source that the test holds back. */
class Held<T> implements AsyncIterable<T> {
  #asked: PromiseWithResolvers<IteratorResult<T>> | undefined;
  isClosed = false;

  get isAsked(): boolean {
    return this.#asked !== undefined;
  }

  give(value: T): void {
    this.#answer((asked) => asked.resolve({ value, done: false }));
  }

  end(): void {
    this.#answer((asked) => asked.resolve({ value: undefined, done: true }));
  }

  fail(error: Error): void {
    this.#answer((asked) => asked.reject(error));
  }

  #answer(answer: (asked: PromiseWithResolvers<IteratorResult<T>>) => void): void {
    const asked = this.#asked;
    this.#asked = undefined;
    if (asked !== undefined) answer(asked);
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return {
      next: () => {
        this.#asked = Promise.withResolvers();
        return this.#asked.promise;
      },
      return: async () => {
        this.isClosed = true;
        return { value: undefined, done: true };
      },
    };
  }
}

const letters = ['a', 'b', 'c', 'd', 'e'];

/** What became of what was drawn. */
function account(error: unknown) {
  if (!(error instanceof NotAllTakenError)) throw error;
  const { drawn, taken, notTaken, maybeTaken } = error;
  expect(taken + notTaken.length + maybeTaken.length).toBe(drawn);
  const inShort = ({ index, value }: { index: number; value: unknown }) => `${index}: ${value}`;
  return {
    drawn,
    taken,
    notTaken: notTaken.map(inShort),
    maybeTaken: maybeTaken.map(inShort),
    cause: error.cause,
  };
}

function failureOf(sending: Promise<number>): Promise<unknown> {
  return sending.then(
    (count) => expect.fail(`all ${count} were taken`),
    (error: unknown) => error,
  );
}

describe('R1 sendAll', () => {
  test('R1 resolves when the last value was taken, with how many there were', async () => {
    const [tx, rx] = channel<string>();
    const sending = tx.sendAll(letters);
    for (const letter of letters) {
      expect(await now(sending)).toBe('waiting');
      expect(await rx.receive()).toBe(letter);
    }
    expect(await sending).toBe(5);
  });

  test('R1 resolves with 0 where there is nothing to send', async () => {
    const [tx] = channel<string>();
    expect(await tx.sendAll([])).toBe(0);
    expect(await tx.sendAll((async function* () {})())).toBe(0);
  });

  test('R5 draws no more than the window has room for', async () => {
    const desk = new Desk();
    const source = new Drawn(letters);
    void desk.sender<string>().sendAll(source, { window: 2 });
    expect(source.drawn).toBe(2);
    expect(desk.said()).toEqual(['1: send "a" on 1', '2: send "b" on 1']);
    desk.complete(1);
    await now(Promise.resolve());
    expect(source.drawn).toBe(3);
    expect(desk.said()).toEqual(['3: send "c" on 1']);
  });

  test('R5 what the window of the link has no room for waits in the process', async () => {
    const desk = new Desk({ window: { operations: 2, bytes: 1_000 } });
    const source = new Drawn(letters);
    void desk.sender<string>().sendAll(source, { window: 4 });
    expect(source.drawn).toBe(4);
    expect(desk.said()).toHaveLength(2);
  });

  test('R5 has 64 under way, unless it is told otherwise', () => {
    const [tx] = channel<number>();
    const source = new Drawn(Array.from({ length: 100 }, (_, index) => index));
    void tx.sendAll(source);
    expect(source.drawn).toBe(64);
  });

  test('R3 keeps the order of an asynchronous source', async () => {
    const [tx, rx] = channel<string>();
    const sending = tx.sendAll(
      (async function* () {
        for (const letter of letters) yield letter;
      })(),
      { window: 3 },
    );
    for (const letter of letters) expect(await rx.receive()).toBe(letter);
    expect(await sending).toBe(5);
  });

  test('R1 passes on what a receiver gets', async () => {
    const [tx, middle] = channel<string>();
    const [onward, rx] = channel<string>();
    const sending = onward.sendAll(middle);
    void tx.sendAll(letters).then(() => tx.close());
    for (const letter of letters) expect(await rx.receive()).toBe(letter);
    expect(await sending).toBe(5);
  });

  const stores: readonly ChannelOptions<string>[] = [
    { capacity: 2 },
    { capacity: 2, overflow: 'drop-newest' },
    { capacity: 2, overflow: 'drop-oldest' },
  ];
  test.each(stores)('R1 fills a channel with %j', async (options) => {
    const [tx, rx] = channel<string>(options);
    const sending = tx.sendAll(letters);
    if (options.overflow === undefined) {
      expect(await now(sending)).toBe('waiting');
      for (const letter of letters) expect(await rx.receive()).toBe(letter);
    }
    expect(await sending).toBe(5);
  });

  test('R1 a value that becomes a dead letter is sent', async () => {
    const [dead, letterBox] = channel<{ value: string }>();
    const [tx, rx] = channel<string>({ maxAttempts: 1, deadLetters: dead as never });
    const sending = tx.sendAll(['a', 'b']);
    const read = letterBox.receive();
    const loop = rx.extended()[Symbol.asyncIterator]();
    (await loop.next()).value?.fail();
    expect(await rx.receive()).toBe('b');
    expect((await read).value).toBe('a');
    expect(await sending).toBe(2);
  });
});

describe('R4 sendAll, when a send fails', () => {
  test('R4 names what was taken, what was not, and draws no more', async () => {
    const [tx, rx] = channel<string>({ name: 'lines' });
    const source = new Drawn(letters);
    const failure = failureOf(tx.sendAll(source, { window: 3 }));
    await rx.receive();
    rx.close();
    const error = await failure;
    expect(account(error)).toMatchObject({
      drawn: 4,
      taken: 1,
      notTaken: ['1: b', '2: c', '3: d'],
      maybeTaken: [],
      cause: { code: 'CHANNEL_ENDED', value: 'b' },
    });
    expect(source).toMatchObject({ drawn: 4, isClosed: true });
    expect(String(error)).toBe(
      'NotAllTakenError: not all was sent on "lines": 1 taken, 3 not taken (see notTaken), 0 perhaps (see maybeTaken). What failed first: cannot send on "lines": every receiver is closed, so nobody can take a value any more',
    );
  });

  test('R4 withdraws the newest first, so that nothing that was held back goes out', async () => {
    const desk = new Desk({ window: { operations: 2, bytes: 1_000 } });
    const failure = failureOf(desk.sender<string>().sendAll(letters, { window: 4 }));
    desk.said();
    desk.fail(1, { kind: 'lost', failures: [] }, 3);
    expect(desk.said()).toEqual(['3: send "c" on 1', '3: withdraw, final', '2: withdraw, final']);
    desk.withdrawn(3);
    expect(await now(failure)).toBe('waiting');
    desk.complete(2);
    expect(account(await failure)).toMatchObject({
      drawn: 4,
      taken: 1,
      notTaken: ['2: c', '3: d'],
      maybeTaken: ['0: a'],
      cause: { code: 'LOST', attempts: 3 },
    });
  });

  test('R4 waits for whoever has a value in hand, and says that it may have been taken', async () => {
    const desk = new Desk();
    const failure = failureOf(desk.sender<string>().sendAll(['a', 'b']));
    desk.fail(1, { kind: 'ended' });
    desk.late(2);
    expect(await now(failure)).toBe('waiting');
    desk.withdrawn(2, 1);
    expect(account(await failure)).toMatchObject({ notTaken: ['0: a'], maybeTaken: ['1: b'] });
  });

  test('R4 a value that cannot travel is named, and nothing after it is drawn', async () => {
    const desk = new Desk({ window: { operations: 9, bytes: 1_000 } });
    const source = new Drawn(['a', () => {}, 'c']);
    const failure = failureOf(desk.sender<unknown>().sendAll(source));
    expect(source).toMatchObject({ drawn: 2, isClosed: true });
    desk.complete(1);
    expect(account(await failure)).toMatchObject({
      taken: 1,
      notTaken: ['1: () => {}'],
      cause: { code: 'NOT_ENCODABLE' },
    });
  });

  test('R4 waits for the value that an asynchronous source is just making, and names it', async () => {
    const [tx, rx] = channel<string>();
    const source = new Held<string>();
    const failure = failureOf(tx.sendAll(source));
    source.give('a');
    await now(failure);
    rx.close();
    expect(await now(failure)).toBe('waiting');
    expect(source).toMatchObject({ isAsked: true, isClosed: true });
    source.give('b');
    expect(account(await failure)).toMatchObject({ notTaken: ['0: a', '1: b'], taken: 0 });
  });

  test('R2 a receiver that it draws from keeps what was not drawn yet', async () => {
    const [tx, middle] = channel<string>();
    const [onward, rx] = channel<string>();
    const failure = failureOf(onward.sendAll(middle));
    await tx.send('a');
    await now(failure);
    rx.close();
    expect(account(await failure)).toMatchObject({ drawn: 1, notTaken: ['0: a'] });
    const sent = tx.send('b');
    expect(await now(sent)).toBe('waiting');
    expect(await middle.receive()).toBe('b');
    await sent;
  });

  test('R2 what a receiver is given in that moment is named, and not lost', async () => {
    const desk = new Desk();
    const receiver = desk.receiver<string>();
    const failure = failureOf(desk.sender<string>().sendAll(receiver));
    desk.deliver(1, 'a');
    await now(failure);
    desk.said();
    desk.fail(2, { kind: 'ended' });
    expect(desk.said()).toEqual(['3: withdraw, final']);
    desk.deliver(3, 'b');
    expect(account(await failure)).toMatchObject({ drawn: 2, notTaken: ['0: a', '1: b'] });
  });

  test('R4 shows the values only to who asks', async () => {
    const [tx, rx] = channel<string>();
    rx.close();
    const error = await failureOf(tx.sendAll(['a']));
    expect(Object.keys(error as object)).not.toContain('notTaken');
    expect(Object.keys(error as object)).not.toContain('maybeTaken');
  });
});

describe('R4 sendAll, when its source fails', () => {
  test('R4 what is under way goes on, and the error is the cause', async () => {
    const [tx, rx] = channel<string>();
    const source = new Held<string>();
    const failure = failureOf(tx.sendAll(source));
    source.give('a');
    await now(failure);
    const broken = new Error('no more paper');
    source.fail(broken);
    expect(await now(failure)).toBe('waiting');
    expect(await rx.receive()).toBe('a');
    expect(account(await failure)).toEqual({
      drawn: 1,
      taken: 1,
      notTaken: [],
      maybeTaken: [],
      cause: broken,
    });
    expect(source.isClosed).toBe(false);
  });

  test('R4 also one that is not asynchronous, or cannot even begin', async () => {
    const [tx] = channel<string>();
    const broken = new Error('no paper');
    const source = {
      [Symbol.iterator]: () => ({
        next: () => {
          throw broken;
        },
      }),
    };
    expect(account(await failureOf(tx.sendAll(source))).cause).toBe(broken);
  });

  test.each([
    ['nothing', undefined],
    [
      'what cannot be read',
      new Proxy(
        {},
        {
          get: () => {
            throw new Error('torn');
          },
        },
      ),
    ],
  ])('R4 also one that answers with %s', async (_, answer) => {
    const broken = [
      { [Symbol.iterator]: () => ({ next: () => answer as IteratorResult<string> }) },
      { [Symbol.asyncIterator]: () => ({ next: async () => answer as IteratorResult<string> }) },
    ];
    for (const source of broken) {
      const [tx] = channel<string>();
      const story = account(await failureOf(tx.sendAll(source)));
      expect(story).toMatchObject({ drawn: 0, cause: expect.any(Error) });
    }
  });

  test('R4 an error on closing the source does not hide what failed first', async () => {
    const [tx, rx] = channel<number>();
    rx.close();
    const closings = [
      () => {
        throw new Error('stuck');
      },
      () => Promise.reject(new Error('stuck')),
    ];
    for (const close of closings) {
      const source = {
        [Symbol.asyncIterator]: () => ({
          next: async () => ({ value: 1, done: false as const }),
          return: close,
        }),
      };
      const { cause } = account(await failureOf(tx.sendAll(source)));
      expect(cause).toMatchObject({ code: 'CHANNEL_ENDED' });
    }
  });
});

describe('R4 sendAll, when the sender is closed or given away meanwhile', () => {
  test('R4 what was sent before is still delivered, and nothing follows', async () => {
    const [tx, rx] = channel<string>();
    const source = new Drawn(letters);
    const failure = failureOf(tx.sendAll(source, { window: 2 }));
    tx.close();
    expect(await rx.receive()).toBe('a');
    expect(await rx.receive()).toBe('b');
    const story = account(await failure);
    expect(story).toMatchObject({ drawn: 3, taken: 2, notTaken: ['2: c'] });
    expect(story.cause).toBeInstanceOf(EndClosedError);
    expect(source).toMatchObject({ drawn: 3, isClosed: true });
  });

  test('R1 all is well if nothing was to follow', async () => {
    const [tx, rx] = channel<string>();
    const sending = tx.sendAll(['a'], { window: 1 });
    tx.close();
    expect(await rx.receive()).toBe('a');
    expect(await sending).toBe(1);
  });

  test('R4 is refused on a closed sender, after one value', async () => {
    const [tx] = channel<string>();
    tx.close();
    expect(account(await failureOf(tx.sendAll(letters)))).toMatchObject({ notTaken: ['0: a'] });
  });

  test('R4 a sender that leaves inside one of its own values sends no more', async () => {
    const desk = new Desk({ window: { operations: 9, bytes: 1_000 } });
    const sender = desk.sender<unknown>();
    const failure = failureOf(sender.sendAll(['a', sender, 'c']));
    expect(desk.said()).toEqual(['1: send "a" on 1', '1: withdraw, final', '2: send ends 1 on 1']);
    desk.withdrawn(1);
    desk.complete(2);
    expect(account(await failure)).toMatchObject({
      taken: 1,
      notTaken: ['0: a', '2: c'],
      cause: { code: 'END_MOVED' },
    });
  });
});

describe('R4 the patience of sendAll', () => {
  test('R4 a timeout is for each value, from when all before it were taken', async () => {
    const desk = new Desk({ window: { operations: 9, bytes: 1_000 } });
    const failure = failureOf(desk.sender<string>().sendAll(letters, { timeout: 10, window: 3 }));
    desk.said();
    for (const op of [1, 2]) {
      desk.clock.pass(9);
      desk.complete(op);
      await now(failure);
    }
    expect(desk.said()).toEqual(['4: send "d" on 1', '5: send "e" on 1']);
    desk.clock.advance();
    expect([desk.clock.now, desk.said()]).toEqual([28, ['3: withdraw, final']]);
    desk.withdrawn(3);
    expect(desk.said()).toEqual(['5: withdraw, final', '4: withdraw, final']);
    desk.withdrawn(5);
    desk.withdrawn(4);
    const story = account(await failure);
    expect(story).toMatchObject({ taken: 2, notTaken: ['2: c', '3: d', '4: e'] });
    expect(story.cause).toBeInstanceOf(TimedOutError);
    expect(desk.clock.isWaitedFor).toBe(false);
  });

  test('R4 a timeout that crosses the taking loses, and all goes on', async () => {
    const desk = new Desk();
    const sending = desk.sender<string>().sendAll(['a', 'b'], { timeout: 10, window: 1 });
    desk.clock.advance();
    desk.complete(1);
    await now(sending);
    expect(desk.said().at(-1)).toBe('2: send "b" on 1');
    desk.complete(2);
    expect(await sending).toBe(2);
  });

  test('R4 an abort withdraws what is under way', async () => {
    const [tx] = channel<string>();
    const controller = new AbortController();
    const source = new Drawn(letters);
    const { signal } = controller;
    const failure = failureOf(tx.sendAll(source, { signal, window: 2 }));
    controller.abort('enough');
    const story = account(await failure);
    expect(story).toMatchObject({ drawn: 2, taken: 0, notTaken: ['0: a', '1: b'] });
    expect(story.cause).toBeInstanceOf(AbortedError);
    expect((story.cause as AbortedError).cause).toBe('enough');
    expect(source.isClosed).toBe(true);
  });

  test('R4 an abort after the last value was taken is none', async () => {
    const desk = new Desk();
    const controller = new AbortController();
    const sending = desk.sender<string>().sendAll(['a'], controller);
    controller.abort();
    desk.complete(1);
    expect(await sending).toBe(1);
  });

  test('R4 a signal that has fired before lets nothing be drawn', async () => {
    const [tx] = channel<string>();
    const source = new Drawn(letters);
    const failure = failureOf(tx.sendAll(source, { signal: AbortSignal.abort() }));
    expect(account(await failure)).toMatchObject({ drawn: 0, cause: { code: 'ABORTED' } });
    expect(source.drawn).toBe(0);
  });

  test('R12 waits for others alone, unless it has a timeout or a signal', () => {
    const isPatient = (options: object) => {
      const desk = new Desk();
      void desk.sender<string>().sendAll(letters, options);
      return desk.party.isPatient;
    };
    expect(isPatient({})).toBe(true);
    expect(isPatient({ timeout: 5 })).toBe(false);
    expect(isPatient({ signal: new AbortController().signal })).toBe(false);
  });

  test('R12 one look at what code waits for finds each sendAll once, and harms none', async () => {
    const desk = new Desk();
    const sending = desk.sender<string>().sendAll(letters);
    expect([...(await desk.party.waitingCode()).keys()]).toEqual([1]);
    for (const op of [1, 2, 3, 4, 5]) {
      desk.complete(op);
      await now(sending);
    }
    expect(await sending).toBe(5);
  });
});

describe('R4 what sendAll refuses', () => {
  test.each([
    [{ windows: 3 }, TopologyError],
    [{ window: 0 }, RangeError],
    [{ window: 1.5 }, RangeError],
    [{ window: Number.POSITIVE_INFINITY }, RangeError],
    [{ timeout: -1 }, RangeError],
    [{ signal: new AbortController() }, TypeError],
  ])('R4 the options %j', async (options, error) => {
    const [tx] = channel<string>();
    const source = new Drawn(letters);
    await expect(tx.sendAll(source, options as object)).rejects.toBeInstanceOf(error);
    expect(source.drawn).toBe(0);
  });

  test.each([undefined, null, 5, {}])('R4 a source such as %s', async (source) => {
    const [tx] = channel<string>();
    await expect(tx.sendAll(source as never)).rejects.toBeInstanceOf(TypeError);
  });
});

describe('R5 the process of a sendAll', () => {
  test('R5 is busy until the last value was taken', async () => {
    const desk = new Desk();
    const sending = desk.sender<string>().sendAll(['a', 'b']);
    desk.complete(1);
    desk.complete(2);
    await sending;
    expect(desk.busy).toEqual([true, false]);
  });

  test('R8 that is about to end still delivers what is under way', () => {
    const desk = new Desk();
    const source = new Drawn(letters);
    void desk.sender<string>().sendAll(source, { window: 2 });
    desk.party.windDown();
    desk.said();
    desk.complete(1);
    expect([source.drawn, desk.said()]).toEqual([2, []]);
  });
});
