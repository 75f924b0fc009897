/** Guards of a select that are ready when their time has come. */
import assert from 'node:assert/strict';
import { after, select } from 'handover/child';
import { expectation, of } from '../case.ts';
import { sendAll, upTo } from '../watching.ts';

/** Timers may ring a little early by this clock, which is finer than theirs. */
const early = 2;

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
];
