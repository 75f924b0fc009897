import {
  AbortedError,
  at,
  type Channel,
  ChannelEndedError,
  channel,
  EndClosedError,
  EndMovedError,
  every,
  after as inTime,
  never,
  type Receiver,
  type Sender,
  Supervisor,
  select,
  TopologyError,
} from 'handover';
import { describe, expect, expectTypeOf, test, vi } from 'vitest';
import { LocalChannels } from '../../../src/local.ts';
import { Ticker } from '../../../src/select/guards.ts';
import { type SelectOptions, selectOn } from '../../../src/select/select.ts';
import { Random } from '../../model/random.ts';
import { SimulatedClock } from '../../simulation/clock.ts';
import { rejection } from '../../support/failures.ts';
import { stageModule } from '../../support/stage-module.ts';
import { now } from '../party/desk.ts';

const many = 10_000;
const seed = Number(process.env.HANDOVER_SEED ?? Math.floor(Math.random() * 2 ** 32));

describe('R6 a select commits to exactly one guard', () => {
  test('R6 a guard that receives gives its value, and the others have no effect', async () => {
    const [a, b] = [channel<number>(), channel<string>()];
    const choice = select({ number: a.receiver.onReceive(), text: b.receiver.onReceive() });
    await b.sender.send('b');
    expect(await choice).toEqual({ guard: 'text', done: false, value: 'b' });
    expect(await a.sender.trySend(1)).toBe(false);
  });

  test('R6 a guard that sends is chosen when its value was taken', async () => {
    const [a, b] = [channel<number>(), channel<number>()];
    const choice = select({ a: a.sender.onSend(1), b: b.sender.onSend(2) });
    expect(await now(choice)).toBe('waiting');
    expect(await b.receiver.receive()).toBe(2);
    expect(await choice).toEqual({ guard: 'b' });
    expect(await a.receiver.tryReceive()).toBeUndefined();
  });

  test('R6 undefined can be sent and received by a guard', async () => {
    const [tx, rx] = channel<undefined>();
    const choices = [select({ send: tx.onSend(undefined) }), select({ receive: rx.onReceive() })];
    expect(await Promise.all(choices)).toEqual([
      { guard: 'send' },
      { guard: 'receive', done: false, value: undefined },
    ]);
  });

  test('R6 the same channel in both directions never pairs with itself', async () => {
    const [tx, rx] = channel<number>();
    const choice = select({ send: tx.onSend(1), receive: rx.onReceive() });
    expect(await now(choice)).toBe('waiting');
    expect(await rx.receive()).toBe(1);
    expect(await choice).toEqual({ guard: 'send' });
  });

  test('R6 two selects over one channel in both directions meet each other', async () => {
    const [tx, rx] = channel<number>();
    const both = (value: number) => select({ send: tx.onSend(value), receive: rx.onReceive() });
    const [first, second] = await Promise.all([both(1), both(2)]);
    expect([first.guard, second.guard].sort()).toEqual(['receive', 'send']);
    const received = first.guard === 'receive' ? first : second;
    expect(received).toMatchObject({ value: first.guard === 'receive' ? 2 : 1 });
  });

  test('R6 several guards on one channel: one of them has an effect', async () => {
    const [tx, rx] = channel<string>();
    const choice = select({ a: tx.onSend('a'), b: tx.onSend('b') });
    const value = await rx.receive();
    expect(await choice).toEqual({ guard: value });
    expect(await rx.tryReceive()).toBeUndefined();
  });

  test('R6 four selects around a ring: each takes part in one rendezvous', async () => {
    const ring = Array.from({ length: 4 }, () => channel<number>());
    const choices = ring.map(({ sender }, at) =>
      select({
        next: sender.onSend(at),
        previous: (ring[(at + 3) % 4] as (typeof ring)[0]).receiver.onReceive(),
      }),
    );
    const guards = (await Promise.all(choices)).map(({ guard }) => guard);
    expect(guards.filter((guard) => guard === 'next')).toHaveLength(2);
  });

  test('R6 ten selects that fight over two channels get a value each', async () => {
    const [a, b] = [channel<number>(), channel<number>()];
    const fighters = Array.from({ length: 10 }, () =>
      select({ a: a.receiver.onReceive(), b: b.receiver.onReceive() }),
    );
    const sent = Array.from({ length: 10 }, (_, value) =>
      (value % 3 === 0 ? a : b).sender.send(value),
    );
    const got = (await Promise.all(fighters)).map(({ value }) => value as number);
    await Promise.all(sent);
    expect(got.sort((x, y) => x - y)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('R6 more selects than the window has room for all have their turn', async () => {
    await using supervisor = new Supervisor();
    const [a, b] = [supervisor.channel<number>('a'), supervisor.channel<number>('b')];
    const choices = Array.from({ length: 500 }, () =>
      select({ a: a.receiver.onReceive(), b: b.receiver.onReceive() }),
    );
    for (let value = 0; value < 500; value++) await (value % 2 ? a : b).sender.send(value);
    const values = (await Promise.all(choices)).map(({ value }) => value);
    expect(values).toEqual(Array.from({ length: 500 }, (_, value) => value));
  });
});

describe('R6 which guard', () => {
  test('R6 of ready guards each is as likely as any other', async () => {
    const channels = Array.from({ length: 4 }, () => channel<number>({ capacity: 1 }));
    await expectFair(channels);
  });

  test('R6 with priority it is the first that is ready', async () => {
    const [a, b] = [channel<number>({ capacity: 9 }), channel<number>({ capacity: 9 })];
    for (let value = 0; value < 9; value++) {
      await a.sender.send(value);
      await b.sender.send(value);
    }
    const order = { b: b.receiver.onReceive(), a: a.receiver.onReceive() };
    const chosen: string[] = [];
    for (let turn = 0; turn < 18; turn++) {
      chosen.push((await select(order, { priority: true })).guard);
    }
    expect(chosen).toEqual([...Array(9).fill('b'), ...Array(9).fill('a')]);
  });

  test('R6 otherwise: no guard is ready, and it does not wait', async () => {
    const [tx, rx] = channel<number>();
    const guards = { send: tx.onSend(1) };
    expect(await select(guards, { otherwise: true })).toEqual({ guard: 'otherwise' });
    expect(await rx.tryReceive()).toBeUndefined();
    const waiting = rx.receive();
    expect(await select(guards, { otherwise: true })).toEqual({ guard: 'send' });
    expect(await waiting).toBe(1);
    expect(await select({}, { otherwise: true })).toEqual({ guard: 'otherwise' });
  });

  test('R6 what is null or undefined is never ready', async () => {
    const [tx, rx] = channel<number>();
    const choice = select({ off: null, gone: undefined, on: rx.onReceive() });
    await tx.send(7);
    expect(await choice).toEqual({ guard: 'on', done: false, value: 7 });
    expect(await now(select({ off: null }))).toBe('waiting');
  });
});

describe('R9 a guard whose other side is gone', () => {
  test('R9 that receives is ready, and says that the channel has ended', async () => {
    const [a, b] = [channel<number>(), channel<number>()];
    const choice = select({ a: a.receiver.onReceive(), b: b.receiver.onReceive() });
    a.sender.close();
    expect(await choice).toEqual({ guard: 'a', done: true });
    const again = { a: a.receiver.onReceive(), b: b.sender.onSend(1) };
    expect(await select(again)).toEqual({ guard: 'a', done: true });
  });

  test('R9 that sends fails, with its value', async () => {
    const [a, b] = [channel<number>(), channel<number>()];
    const outcome = rejection(select({ a: a.sender.onSend(5), b: b.receiver.onReceive() }));
    a.receiver.close();
    const error = await outcome;
    expect(error).toBeInstanceOf(ChannelEndedError);
    expect(error).toMatchObject({ value: 5, attempts: 0 });
  });

  test('R9 an end that was closed here, before or while the select waits, fails it', async () => {
    const [a, b] = [channel<number>(), channel<number>()];
    const guards = { a: a.receiver.onReceive(), b: b.receiver.onReceive() };
    const waiting = rejection(select(guards));
    a.receiver.close();
    expect(await waiting).toBeInstanceOf(EndClosedError);
    expect(await rejection(select(guards))).toBeInstanceOf(EndClosedError);
    expect(await b.sender.trySend(1)).toBe(false);
  });

  test('R9 an end on which a select waits cannot be given away', async () => {
    await using supervisor = new Supervisor();
    const [tx, rx] = supervisor.channel<number>('values');
    const choice = select({ value: rx.onReceive() });
    const give = () =>
      supervisor.stage('taker', { module: stageModule('echo'), ends: { input: rx } });
    expect(give).toThrow(/while operations on it wait/);
    await tx.send(1);
    await choice;
  });
});

describe('R6 a select over channels of this process and of a supervisor', () => {
  test('R6 receives here or there, and the other has no effect', async () => {
    await using supervisor = new Supervisor();
    const [near, far] = [channel<number>(), supervisor.channel<number>('far')];
    const guards = { near: near.receiver.onReceive(), far: far.receiver.onReceive() };
    for (const [name, { sender }] of Object.entries({ near, far })) {
      const choice = select(guards);
      await sender.send(7);
      expect(await choice).toEqual({ guard: name, done: false, value: 7 });
    }
    expect(await near.sender.trySend(1)).toBe(false);
    expect(await far.sender.trySend(1)).toBe(false);
  });

  test('R6 of ready guards each is as likely as any other', async () => {
    await using supervisor = new Supervisor();
    const channels = Array.from({ length: 4 }, (_, at) =>
      at === 0
        ? channel<number>({ capacity: 1 })
        : supervisor.channel<number>(`c${at}`, { capacity: 1 }),
    );
    await expectFair(channels);
  });

  test.each(['near', 'far'])('R6 one %s guard among 64 does not starve', async (place) => {
    await using supervisor = new Supervisor();
    const one = place === 'near' ? channel<number>() : supervisor.channel<number>('one');
    const others = Array.from({ length: 63 }, (_, at) =>
      place === 'near' ? supervisor.channel<number>(`c${at}`) : channel<number>(),
    );
    let isOver = false;
    const keepSending = async (sender: Sender<number>) => {
      while (!isOver) await sender.send(0).catch(() => {});
    };
    const floods = [one, ...others].map(({ sender }) => keepSending(sender));
    let chosen = 0;
    for (let turn = 0; turn < 2_000; turn++) {
      const guards = Object.fromEntries(
        others.map(({ receiver }, at) => [`other ${at}`, receiver.onReceive()]),
      );
      const { guard } = await select({ one: one.receiver.onReceive(), ...guards });
      if (guard === 'one') chosen++;
    }
    expect(chosen).toBeGreaterThan(0);
    isOver = true;
    for (const { receiver } of [one, ...others]) receiver.close();
    await Promise.all(floods);
  });

  test('R6 ten selects fighting over two near and two far channels: nobody hangs, nothing is lost', async () => {
    await using supervisor = new Supervisor();
    const channels = [
      channel<number>(),
      channel<number>(),
      supervisor.channel<number>('c'),
      supervisor.channel<number>('d'),
    ];
    const [sent, received] = [new Set<number>(), new Set<number>()];
    const turns = 200;
    let open = 10;
    const controller = new AbortController();
    const fight = async (fighter: number) => {
      for (let turn = 0; turn < turns; turn++) {
        const value = fighter * turns + turn;
        const guards = Object.fromEntries(
          channels.flatMap(({ sender, receiver }, at) => [
            [`send ${at}`, sender.onSend(value)],
            [`receive ${at}`, receiver.onReceive()],
          ]),
        );
        const chosen = await select(guards, controller).catch(() => undefined);
        if (chosen === undefined) break;
        if (chosen.guard.startsWith('send')) sent.add(value);
        else if ('value' in chosen) received.add(chosen.value as number);
      }
      // The last one alone finds nobody any more.
      if (--open === 1) controller.abort();
    };
    await Promise.all(Array.from({ length: 10 }, (_, fighter) => fight(fighter)));
    expect(received).toEqual(sent);
    expect(sent.size).toBeGreaterThan((10 * turns) / 2 - 10 - turns);
  });

  test('R6 with priority it is the first that is ready, here or there', async () => {
    await using supervisor = new Supervisor();
    const open = { capacity: 3 };
    const [a, c] = [supervisor.channel<number>('a', open), supervisor.channel<number>('c', open)];
    const b = channel<number>(open);
    for (const { sender } of [a, b, c]) for (const value of [1, 2, 3]) await sender.send(value);
    const [first, second, third] = [a, b, c].map(({ receiver }) => receiver.onReceive());
    const guards = { a: first, b: second, c: third };
    const chosen: string[] = [];
    for (let turn = 0; turn < 9; turn++) {
      chosen.push((await select(guards, { priority: true })).guard);
    }
    expect(chosen.join('')).toBe('aaabbbccc');
    expect(await select(guards, { otherwise: true, priority: true })).toEqual({
      guard: 'otherwise',
    });
  });
});

describe('R4 time and signals', () => {
  test('R4 a time that comes first is chosen, and the others have no effect', async () => {
    const [tx, rx] = channel<number>();
    const guards = { value: rx.onReceive(), late: inTime(1), later: inTime(60_000) };
    expect(await select(guards)).toEqual({ guard: 'late' });
    expect(await tx.trySend(1)).toBe(false);
    expect(await select({ soon: inTime(0) })).toEqual({ guard: 'soon' });
  });

  test('R4 a guard that comes first wins, and no timer stays behind', async () => {
    const [tx, rx] = channel<number>();
    const timers = () =>
      process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const choice = select({ value: rx.onReceive(), late: inTime(2 ** 40) });
    await tx.send(1);
    expect(await choice).toEqual({ guard: 'value', done: false, value: 1 });
    expect(timers()).toBe(before);
  });

  test('R4 one that is ready at once leaves no timer and no listener behind', async () => {
    const [tx, rx] = channel<number>({ capacity: 1 });
    const clock = new SimulatedClock();
    const { signal } = new AbortController();
    const removed = vi.spyOn(signal, 'removeEventListener');
    await tx.send(1);
    const guards = { value: rx.onReceive(), late: inTime(60_000) };
    expect(await selectOn(clock, guards, { signal })).toMatchObject({ guard: 'value', value: 1 });
    expect(clock.isWaitedFor).toBe(false);
    expect(removed).toHaveBeenCalledOnce();
  });

  test('R4 ten thousand races of a timer against a rendezvous: both sides tell the same story', async () => {
    const clock = new SimulatedClock();
    const random = new Random(seed);
    const [tx, rx] = new LocalChannels(clock).open<number>({});
    const [taken, said] = [new Set<number>(), new Set<number>()];
    for (let value = 0; value < many; value++) {
      const choice = selectOn(clock, { sent: tx.onSend(value), late: inTime(1) }, {});
      const take = async () => {
        const box = await rx.tryReceive();
        if (box !== undefined) taken.add(box.value);
      };
      const takes: Promise<void>[] = [];
      if (random.chance(0.5)) takes.push(take());
      if (random.chance(0.5)) await Promise.resolve();
      if (clock.isWaitedFor) clock.advance();
      if (random.chance(0.5)) takes.push(take());
      if ((await choice).guard === 'sent') said.add(value);
      await Promise.all(takes);
    }
    expect(said, `seed ${seed}`).toEqual(taken);
    expect(said.size).toBeGreaterThan(many / 4);
    expect(said.size).toBeLessThan((many * 3) / 4);
  });

  test('R4 a signal ends it with the reason, before or while it waits', async () => {
    const [tx, rx] = channel<number>();
    const controller = new AbortController();
    const guards = { value: rx.onReceive(), late: inTime(60_000) };
    const outcome = rejection(select(guards, { signal: controller.signal }));
    controller.abort(new Error('enough'));
    for (const error of [await outcome, await rejection(select(guards, controller))]) {
      expect(error).toBeInstanceOf(AbortedError);
      expect(error).toMatchObject({ operation: 'select', cause: { message: 'enough' } });
    }
    expect(await tx.trySend(1)).toBe(false);
  });

  test('R4 an option that there is not is refused: a timeout would be waited for in vain', async () => {
    const [, rx] = channel<number>();
    const error = await rejection(
      select({ value: rx.onReceive() }, { timeout: 50 } as SelectOptions),
    );
    expect(error).toBeInstanceOf(TopologyError);
    expect(error).toMatchObject({
      message:
        'select (a time is a guard: after(50)): there is no option timeout; there are priority, signal, otherwise',
    });
  });

  test('R4 at() is ready from a moment on', async () => {
    const clock = new SimulatedClock();
    const [, rx] = channel<number>();
    const choice = selectOn(clock, { value: rx.onReceive(), noon: at(new Date(500)) }, {});
    expect(await now(choice)).toBe('waiting');
    clock.advance();
    expect(await choice).toEqual({ guard: 'noon' });
    expect(clock.now).toBe(500);
    const passed = selectOn(clock, { value: rx.onReceive(), noon: at(500) }, {});
    expect(await passed).toEqual({ guard: 'noon' });
    expect(await select({ noon: at(Date.now() + 1) })).toEqual({ guard: 'noon' });
    expect(() => at(new Date('no date'))).toThrow(RangeError);
  });

  test('R4 every() is ready at each multiple of its period, and queues no ticks up', async () => {
    const clock = new SimulatedClock();
    const tick = new Ticker(clock, 100);
    const [tx, rx] = channel<number>();
    const choose = () => selectOn(clock, { tick, value: rx.onReceive() }, {});
    const first = choose();
    clock.advance();
    expect(await first).toEqual({ guard: 'tick' });
    expect(clock.now).toBe(100);
    // Another guard is chosen meanwhile: that does not put the next tick off.
    clock.pass(50);
    const sent = tx.send(1);
    expect(await choose()).toMatchObject({ guard: 'value' });
    await sent;
    const second = choose();
    clock.advance();
    expect([await second, clock.now]).toEqual([{ guard: 'tick' }, 200]);
    // Three are missed: one of them is ready at once, the others are no more.
    clock.pass(350);
    expect(await choose()).toEqual({ guard: 'tick' });
    const next = choose();
    expect(await now(next)).toBe('waiting');
    clock.advance();
    expect([await next, clock.now]).toEqual([{ guard: 'tick' }, 600]);
  });

  test('R4 every() of this machine’s time', async () => {
    const tick = every(1);
    for (let turn = 0; turn < 3; turn++) expect(await select({ tick })).toEqual({ guard: 'tick' });
    expect(() => every(0)).toThrow(RangeError);
    expect(() => every(Number.POSITIVE_INFINITY)).toThrow('more than 0, not Infinity');
  });

  test('R6 a tick that is due does not starve beside a flood of values', async () => {
    const clock = new SimulatedClock();
    const tick = new Ticker(clock, 1);
    const [tx, rx] = channel<number>({ capacity: 1 });
    const counts: Record<string, number> = { tick: 0, value: 0 };
    for (let turn = 0; turn < many; turn++) {
      clock.pass(1);
      await tx.trySend(1);
      const { guard } = await selectOn(clock, { tick, value: rx.onReceive() }, {});
      counts[guard] = (counts[guard] ?? 0) + 1;
    }
    const tenSigma = 10 * Math.sqrt(many * 0.25);
    expect(Math.abs((counts.tick ?? 0) - many / 2)).toBeLessThan(tenSigma);
  });

  test('R6 of times that have come already, each is as likely as any other', async () => {
    const clock = new SimulatedClock();
    const [, rx] = channel<number>();
    const guards = {
      value: rx.onReceive(),
      passed: at(0),
      one: new Ticker(clock, 1),
      other: new Ticker(clock, 1),
    };
    const counts = { value: 0, passed: 0, one: 0, other: 0 };
    for (let turn = 0; turn < many; turn++) {
      clock.pass(1);
      counts[(await selectOn(clock, guards, {})).guard as keyof typeof counts]++;
    }
    const tenSigma = 10 * Math.sqrt(many * (1 / 3) * (2 / 3));
    const { value, ...times } = counts;
    expect(value).toBe(0);
    for (const count of Object.values(times)) {
      expect(Math.abs(count - many / 3)).toBeLessThan(tenSigma);
    }
  });

  test('R6 with priority a tick that is due waits for what is written before it, and for no more', async () => {
    const clock = new SimulatedClock();
    const tick = new Ticker(clock, 10);
    const [a, b] = [channel<number>({ capacity: 1 }), channel<number>({ capacity: 1 })];
    await b.sender.send(2);
    const choose = () =>
      selectOn(
        clock,
        { a: a.receiver.onReceive(), tick, b: b.receiver.onReceive() },
        {
          priority: true,
        },
      );
    clock.pass(10);
    expect(await choose()).toEqual({ guard: 'tick' });
    clock.pass(10);
    await a.sender.send(1);
    expect(await choose()).toMatchObject({ guard: 'a' });
    expect(await choose()).toEqual({ guard: 'tick' });
    expect(await choose()).toMatchObject({ guard: 'b' });
  });

  test('R4 otherwise: a moment that has passed is ready, one that has not is not', async () => {
    const clock = new SimulatedClock();
    const guards = { noon: at(10), soon: inTime(0) };
    expect(await selectOn(clock, guards, { otherwise: true })).toEqual({ guard: 'otherwise' });
    clock.pass(10);
    expect(await selectOn(clock, guards, { otherwise: true })).toEqual({ guard: 'noon' });
  });

  test('R6 never is never ready', async () => {
    const [tx, rx] = channel<number>();
    expect(await select({ never }, { otherwise: true })).toEqual({ guard: 'otherwise' });
    const choice = select({ never, value: rx.onReceive() });
    await tx.send(1);
    expect(await choice).toMatchObject({ guard: 'value' });
  });

  test('R4 after() takes a number of milliseconds', () => {
    expect(() => inTime(-1)).toThrow(RangeError);
    expect(() => inTime(Number.NaN)).toThrow('0 or more, not NaN');
  });
});

describe('R10 mistakes', () => {
  test('R10 channels of two supervisors in one select', async () => {
    await using supervisor = new Supervisor();
    await using another = new Supervisor();
    const near = channel<number>();
    const [left, right] = [supervisor.channel<number>('left'), another.channel<number>('right')];
    const error = await rejection(
      select({
        near: near.receiver.onReceive(),
        left: left.receiver.onReceive(),
        right: right.receiver.onReceive(),
      }),
    );
    expect(error).toBeInstanceOf(TopologyError);
    expect(String(error)).toContain('"left", "right"');
    expect(await near.sender.trySend(1)).toBe(false);
  });

  test('R10 a value that cannot travel fails the whole select, with its path', async () => {
    await using supervisor = new Supervisor();
    const [a, b] = [supervisor.channel<unknown>('a'), supervisor.channel<number>('b')];
    const guards = { a: a.sender.onSend({ f: () => 1 }), b: b.receiver.onReceive() };
    expect(await rejection(select(guards))).toMatchObject({ code: 'NOT_ENCODABLE', path: '$.f' });
    expect(await b.sender.trySend(1)).toBe(false);
  });

  test('R10 an end that was given away', async () => {
    await using supervisor = new Supervisor();
    const { receiver } = supervisor.channel<number>('values');
    const module = stageModule('echo');
    const { sender } = supervisor.channel<number>('back');
    supervisor.stage('echo', { module, ends: { input: receiver, output: sender } });
    expect(await rejection(select({ value: receiver.onReceive() }))).toBeInstanceOf(EndMovedError);
    await supervisor.stop({ drain: 0, terminate: 0 });
  });
});

test('R6 the outcome is typed by the name of the guard', () => {
  const types = async (lines: Receiver<string>, words: Sender<number>) => {
    const guards = { line: lines.onReceive(), word: words.onSend(1), late: inTime(1) };
    const chosen = await select(guards);
    if (chosen.guard === 'line') expectTypeOf(chosen.value).toEqualTypeOf<string | undefined>();
    if (chosen.guard === 'line' && !chosen.done) expectTypeOf(chosen.value).toEqualTypeOf<string>();
    expectTypeOf(chosen.guard).toEqualTypeOf<'line' | 'word' | 'late'>();
    const other = await select({ ...guards, noon: at(0), tick: every(1), never, off: null });
    expectTypeOf(other.guard).toEqualTypeOf<'line' | 'word' | 'late' | 'noon' | 'tick'>();
    if (other.guard === 'tick') expectTypeOf(other).toEqualTypeOf<{ readonly guard: 'tick' }>();
    const now = await select(guards, { otherwise: true });
    expectTypeOf(now.guard).toEqualTypeOf<'line' | 'word' | 'late' | 'otherwise'>();
  };
  expect(types).toBeTypeOf('function');
});

/** One value waits in each of four channels: each is chosen a quarter of the time. */
async function expectFair(channels: readonly Channel<number>[]): Promise<void> {
  const counts = [0, 0, 0, 0];
  for (const { sender } of channels) await sender.send(0);
  for (let turn = 0; turn < many; turn++) {
    const guards = Object.fromEntries(
      channels.map(({ receiver }, at) => [String(at), receiver.onReceive()]),
    );
    const at = Number((await select(guards)).guard);
    (counts[at] as number)++;
    await channels[at]?.sender.send(0);
  }
  const tenSigma = 10 * Math.sqrt(many * 0.25 * 0.75);
  for (const count of counts) expect(Math.abs(count - many / 4)).toBeLessThan(tenSigma);
}
