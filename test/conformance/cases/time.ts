/** Guards of a select that are ready when their time has come. */
import assert from 'node:assert/strict';
import { after, at, every, never, select } from 'handover/child';
import { expectation, of } from '../case.ts';
import { both } from '../guards.ts';
import { all, sendAll, upTo } from '../watching.ts';

/** Timers may ring a little early by this clock, which is finer than theirs. */
const early = 2;

/** Longer than any test. */
const long = 60_000;

/** A period so short that there is always a tick that is due. */
const always = 0.000_001;

/** How often each of some guards is chosen at least, when it should be a hundred times. */
const fairShare = 50;

export const cases = [
  expectation({
    title: 'R6 after is not ready before its time, and the select takes no value with it',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      alone: cast({ sends: ['numbers'], receives: ['numbers'] }, async ({ from: { numbers } }) => {
        const begun = performance.now();
        const chosen = await select({ in: numbers.onReceive(), late: after(50) });
        assert.deepEqual(chosen, { guard: 'late' });
        assert.ok(performance.now() - begun >= 50 - early);
      }),
    }),
  }),

  expectation({
    title: 'R6 of several times the earliest is chosen, wherever it stands',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      alone: cast({ sends: ['numbers'], receives: ['numbers'] }, async ({ from: { numbers } }) => {
        const never = numbers.onReceive();
        const first = await select({ never, soon: after(5), late: after(60_000) });
        assert.equal(first.guard, 'soon');
        const second = await select({ late: after(60_000), soon: after(5), never });
        assert.equal(second.guard, 'soon');
      }),
    }),
  }),

  expectation({
    title: 'R6 four that wait for different times go on in the order of their times',
    channels: { order: of<number>() },
    participants: (cast) => ({
      'who waits': cast({ sends: ['order'] }, async ({ to: { order } }) => {
        const waiting = [80, 40, 60, 20].map(async (milliseconds) => {
          await select({ rings: after(milliseconds) });
          await order.send(milliseconds);
        });
        await Promise.all(waiting);
      }),
      'who looks': cast({ receives: ['order'] }, async ({ from: { order } }) => {
        const seen: number[] = [];
        for await (const milliseconds of order) seen.push(milliseconds);
        assert.deepEqual(seen, [20, 40, 60, 80]);
      }),
    }),
  }),

  expectation({
    title: 'R6 a guard of time is measured from the beginning of each select in which it stands',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      alone: cast({ sends: ['numbers'], receives: ['numbers'] }, async ({ from: { numbers } }) => {
        const guards = { in: numbers.onReceive(), late: after(15) };
        for (const _ of upTo(3)) {
          const begun = performance.now();
          assert.equal((await select(guards)).guard, 'late');
          assert.ok(performance.now() - begun >= 15 - early);
        }
      }),
    }),
  }),

  expectation({
    title: 'R6 time alone can be waited for, and otherwise does not wait for it',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      alone: cast({ receives: ['numbers'] }, async () => {
        assert.deepEqual(await select({ late: after(5) }), { guard: 'late' });
        const { guard } = await select({ late: after(0) }, { otherwise: true });
        assert.equal(guard, 'otherwise');
      }),
    }),
  }),

  expectation({
    title: 'R6 a time that comes again and again loses against values that are there',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      sender: cast({ sends: ['numbers'] }, ({ to: { numbers } }) => sendAll(numbers, upTo(200))),
      'who selects': cast({ receives: ['numbers'] }, async ({ from: { numbers } }) => {
        const received: number[] = [];
        for (;;) {
          const chosen = await select({ in: numbers.onReceive(), late: after(1) });
          if (chosen.guard === 'late') continue;
          if (chosen.done) break;
          received.push(chosen.value);
        }
        assert.deepEqual(received, upTo(200));
      }),
    }),
  }),

  expectation({
    title: 'R6 two that wait for the same time both go on',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      one: cast({ receives: ['numbers'] }, async () => {
        assert.equal((await select({ first: after(10), second: after(20) })).guard, 'first');
      }),
      other: cast({ sends: ['numbers'] }, async () => {
        assert.equal((await select({ first: after(10), second: after(20) })).guard, 'first');
      }),
    }),
  }),

  expectation({
    title: 'R6 a moment is not ready before its time, and from then on it is, in each select',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      alone: cast({ sends: ['numbers'], receives: ['numbers'] }, async ({ from: { numbers } }) => {
        const soon = Date.now() + 20;
        const guards = { in: numbers.onReceive(), soon: at(soon) };
        assert.deepEqual(await select(guards), { guard: 'soon' });
        assert.ok(Date.now() >= soon);
        for (const how of [{ otherwise: true }, {}]) {
          assert.deepEqual(await select(guards, how), { guard: 'soon' });
        }
        const far = { in: numbers.onReceive(), far: at(soon + long) };
        assert.equal((await select(far, { otherwise: true })).guard, 'otherwise');
        assert.equal((await select({ ...far, late: after(5) })).guard, 'late');
      }),
    }),
  }),

  expectation({
    title: 'R6 two that wait for the same moment both go on, and neither before it',
    channels: { moments: of<number>() },
    participants: (cast) => ({
      one: cast({ sends: ['moments'] }, async ({ to: { moments } }) => {
        const soon = Date.now() + 30;
        await moments.send(soon);
        await select({ soon: at(soon), late: after(long) });
        return [soon, Date.now()];
      }),
      other: cast({ receives: ['moments'] }, async ({ from: { moments } }) => {
        const soon = await moments.receive();
        await select({ late: after(long), soon: at(new Date(soon)) });
        return [soon, Date.now()];
      }),
    }),
    check: (reports) => {
      for (const [soon = 0, seen = 0] of Object.values(reports)) assert.ok(seen >= soon);
    },
  }),

  expectation({
    title: 'R6 of a hundred moments each is chosen once, and none before its time',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      alone: cast({ sends: ['numbers'], receives: ['numbers'] }, async ({ from: { numbers } }) => {
        const begun = Date.now();
        const guards = new Map(
          upTo(100).map((number) => [`${number}`, at(begun + Math.floor(number / 2))]),
        );
        while (guards.size > 0) {
          const { guard } = await select({
            ...Object.fromEntries(guards),
            in: numbers.onReceive(),
            late: after(long),
          });
          assert.ok(Date.now() >= (guards.get(guard)?.at ?? Number.POSITIVE_INFINITY), guard);
          guards.delete(guard);
        }
      }),
    }),
  }),

  expectation({
    title: 'R6 a ticker is ready once for each of its periods, and never before',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      alone: cast({ sends: ['numbers'], receives: ['numbers'] }, async ({ from: { numbers } }) => {
        const begun = performance.now();
        const guards = { in: numbers.onReceive(), tick: every(10) };
        for (const ticks of upTo(5)) {
          assert.deepEqual(await select(guards), { guard: 'tick' });
          assert.ok(performance.now() - begun >= 10 * (ticks + 1) - early);
        }
        const slow = { in: numbers.onReceive(), tick: every(long) };
        assert.equal((await select(slow, { otherwise: true })).guard, 'otherwise');
      }),
    }),
  }),

  expectation({
    title: 'R6 of the ticks that were missed one is ready at once, the next at its own time',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      alone: cast({ sends: ['numbers'], receives: ['numbers'] }, async ({ from: { numbers } }) => {
        const begun = performance.now();
        const guards = { in: numbers.onReceive(), tick: every(20) };
        await select({ late: after(70) });
        assert.equal((await select(guards, { otherwise: true })).guard, 'tick');
        assert.equal((await select(guards)).guard, 'tick');
        assert.ok(performance.now() - begun >= 80 - early);
      }),
    }),
  }),

  expectation({
    title: 'R6 of a ticker and a time, or of two tickers, the one that is due first is chosen',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      alone: cast({ sends: ['numbers'], receives: ['numbers'] }, async ({ from: { numbers } }) => {
        const guards = { in: numbers.onReceive(), tick: every(5), rare: every(long) };
        for (const _ of upTo(3)) {
          assert.equal((await select({ ...guards, late: after(long) })).guard, 'tick');
          assert.equal((await select({ ...guards, tick: null, late: after(5) })).guard, 'late');
          assert.equal((await select({ rare: guards.rare, tick: guards.tick })).guard, 'tick');
        }
      }),
    }),
  }),

  expectation({
    title: 'R6 two that each wait on two tickers again and again both come to their end',
    channels: { numbers: of<number>() },
    participants: (cast) => {
      const wait = async () => {
        const guards = { one: every(5), other: every(5) };
        for (const _ of upTo(10)) await select(guards);
      };
      return {
        one: cast({ receives: ['numbers'] }, wait),
        other: cast({ sends: ['numbers'] }, wait),
      };
    },
  }),

  expectation({
    title: 'R6 two tickers until a moment: each is chosen at most once in each of its periods',
    channels: { numbers: of<number>() },
    participants: (cast) => {
      const count = async () => {
        const begun = performance.now();
        const guards = { often: every(8), seldom: every(12), end: at(Date.now() + 60) };
        const ticks = { often: 0, seldom: 0 };
        for (;;) {
          const { guard } = await select(guards);
          const passed = performance.now() - begun + early;
          if (guard === 'end') return;
          ticks[guard]++;
          assert.ok(8 * ticks.often <= passed && 12 * ticks.seldom <= passed);
        }
      };
      return {
        one: cast({ receives: ['numbers'] }, count),
        other: cast({ sends: ['numbers'] }, count),
      };
    },
  }),

  expectation({
    title: 'R6 otherwise is not chosen when a tick is due or a moment has passed',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      alone: cast({ sends: ['numbers'], receives: ['numbers'] }, async ({ from: { numbers } }) => {
        const tick = every(5);
        for (const _ of upTo(10)) {
          const passed = { in: numbers.onReceive(), passed: at(0) };
          assert.equal((await select(passed, { otherwise: true })).guard, 'passed');
          await select({ late: after(7) });
          const due = { in: numbers.onReceive(), tick };
          assert.equal((await select(due, { otherwise: true })).guard, 'tick');
        }
      }),
    }),
  }),

  expectation({
    title: 'R6 a tick that is due and a moment that has passed are chosen as often as values',
    channels: { one: of<number>({ capacity: 400 }), other: of<number>({ capacity: 400 }) },
    participants: (cast) => ({
      alone: cast(
        { sends: ['one', 'other'], receives: ['one', 'other'] },
        async ({ to, from: { one, other } }) => {
          await Promise.all([sendAll(to.one, upTo(400)), sendAll(to.other, upTo(400))]);
          const counts = { one: 0, other: 0, passed: 0, tick: 0 };
          const guards = { ...both(one, other), passed: at(0), tick: every(always) };
          for (const _ of upTo(400)) counts[(await select(guards)).guard]++;
          assert.ok(Math.min(...Object.values(counts)) > fairShare, JSON.stringify(counts));
          to.one.close();
          to.other.close();
          await Promise.all([all(one), all(other)]);
        },
      ),
    }),
  }),

  expectation({
    title: 'R6 of ticks that are due, of one ticker or of several, each is chosen about as often',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      alone: cast({ sends: ['numbers'], receives: ['numbers'] }, async ({ from: { numbers } }) => {
        const [tick, another] = [every(always), every(always)];
        for (const second of [another, tick]) {
          const counts = { in: 0, first: 0, second: 0 };
          for (const _ of upTo(200)) {
            counts[(await select({ in: numbers.onReceive(), first: tick, second })).guard]++;
          }
          const { first, second: others } = counts;
          assert.ok(Math.min(first, others) > fairShare, JSON.stringify(counts));
        }
      }),
    }),
  }),

  expectation({
    title: 'R6 a ticker beside a flood of values has its turn, and no value is lost',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      sender: cast({ sends: ['numbers'] }, ({ to: { numbers } }) => sendAll(numbers, upTo(200))),
      'who selects': cast({ receives: ['numbers'] }, async ({ from: { numbers } }) => {
        const received: number[] = [];
        let ticks = 0;
        const guards = { in: numbers.onReceive(), tick: every(always) };
        for (;;) {
          const chosen = await select(guards);
          if (chosen.guard === 'tick') ticks++;
          else if (chosen.done) break;
          else received.push(chosen.value);
        }
        assert.deepEqual(received, upTo(200));
        assert.ok(ticks > fairShare, `${ticks} ticks`);
      }),
    }),
  }),

  expectation({
    title: 'R6 never is never ready: not at once, not later, and what took its place is again',
    channels: { numbers: of<number>({ capacity: 2 }) },
    participants: (cast) => ({
      alone: cast(
        { sends: ['numbers'], receives: ['numbers'] },
        async ({ to, from: { numbers } }) => {
          await sendAll(to.numbers, [1, 2]);
          const otherwise = { otherwise: true };
          assert.deepEqual(await select({ never }, otherwise), { guard: 'otherwise' });
          for (const [guard, expected] of [
            [numbers.onReceive(), 'some'],
            [never, 'otherwise'],
            [numbers.onReceive(), 'some'],
          ] as const) {
            assert.equal((await select({ some: guard }, otherwise)).guard, expected);
          }
          for (const _ of upTo(2)) {
            const begun = performance.now();
            assert.deepEqual(await select({ never, late: after(15) }), { guard: 'late' });
            assert.ok(performance.now() - begun >= 15 - early);
          }
        },
      ),
    }),
  }),

  expectation({
    title: 'R6 a ticker that is switched off after ten ticks is not chosen an eleventh time',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      alone: cast({ sends: ['numbers'], receives: ['numbers'] }, async ({ from: { numbers } }) => {
        const tick = every(3);
        let ticks = 0;
        for (;;) {
          const { guard } = await select({
            in: numbers.onReceive(),
            tick: ticks < 10 ? tick : never,
            late: after(20),
          });
          if (guard === 'late') break;
          ticks++;
          assert.ok(ticks <= 10, 'an eleventh tick');
        }
        assert.equal(ticks, 10);
      }),
    }),
  }),
];
