/** Choice that does not wait. */
import assert from 'node:assert/strict';
import { after, select } from 'handover/child';
import { type Case, expectation, of } from '../case.ts';
import { both } from '../guards.ts';
import { outcomeOf, sendAll, turn, untilChannelShows, upTo } from '../watching.ts';

export const cases: Case[] = [
  expectation({
    title: 'R6 otherwise is chosen when nothing is ready, and never when something is',
    channels: { numbers: of<number>({ capacity: 1 }), others: of<number>() },
    participants: (cast) => ({
      alone: cast(
        { sends: ['numbers', 'others'], receives: ['numbers', 'others'] },
        async ({ to, from: { numbers, others } }) => {
          const otherwise = { otherwise: true };
          assert.deepEqual(await select(both(numbers, others), otherwise), { guard: 'otherwise' });
          assert.deepEqual(await select({ out: to.others.onSend(1) }, otherwise), {
            guard: 'otherwise',
          });
          assert.equal((await select({ out: to.numbers.onSend(7) }, otherwise)).guard, 'out');
          assert.equal((await select({ out: to.numbers.onSend(8) }, otherwise)).guard, 'otherwise');
          assert.deepEqual(await select(both(numbers, others), otherwise), {
            guard: 'one',
            done: false,
            value: 7,
          });
          assert.deepEqual(await select({}, otherwise), { guard: 'otherwise' });
        },
      ),
    }),
  }),

  expectation({
    title: 'R6 otherwise meets who waits, in a receive and in a select, to send and to receive',
    channels: { there: of<number>(), back: of<number>() },
    participants: (cast) => ({
      'who tries': cast(
        { sends: ['there'], receives: ['back'] },
        async ({ to: { there }, from: { back } }) => {
          const otherwise = { otherwise: true };
          for (const number of upTo(2)) {
            await untilChannelShows(there, { waitingReceivers: 1 });
            assert.equal((await select({ out: there.onSend(number) }, otherwise)).guard, 'out');
            await untilChannelShows(back, { waitingSenders: 1 });
            const chosen = await select({ in: back.onReceive() }, otherwise);
            assert.deepEqual(chosen, { guard: 'in', done: false, value: number });
          }
        },
      ),
      'who waits': cast(
        { sends: ['back'], receives: ['there'] },
        async ({ to: { back }, from: { there } }) => {
          await back.send(await there.receive());
          const chosen = await select({ in: there.onReceive(), other: null });
          assert.deepEqual(chosen, { guard: 'in', done: false, value: 1 });
          await select({ out: back.onSend(1), in: there.onReceive() });
        },
      ),
    }),
  }),

  expectation({
    title: 'R6 otherwise is never chosen while at least one of two channels always has a value',
    channels: {
      one: of<number>({ capacity: 1 }),
      other: of<number>({ capacity: 1 }),
      start: of<number>(),
      end: of<number>(),
    },
    participants: (cast) => ({
      'who selects': cast(
        { sends: ['start', 'end', 'one'], receives: ['one', 'other'] },
        async ({ to, from: { one, other } }) => {
          for (const number of upTo(200)) {
            await to.start.send(number);
            await to.one.send(number);
            const chosen = await select(both(one, other), { otherwise: true });
            assert.notEqual(chosen.guard, 'otherwise');
            await to.end.send(number);
            await outcomeOf(other.tryReceive());
          }
          // What a capacity has accepted has to be taken in the end.
          await outcomeOf(one.tryReceive());
        },
      ),
      'who takes away': cast(
        { sends: ['other'], receives: ['one', 'start', 'end'] },
        async ({ to: { other }, from: { one, start, end } }) => {
          for (const number of upTo(200)) {
            await start.receive();
            await other.send(number);
            await outcomeOf(one.tryReceive());
            await end.receive();
          }
        },
      ),
    }),
  }),

  expectation({
    title: 'R6 after no time at all is never chosen while at least one of two channels has a value',
    notOverBothKinds:
      'what is ready inside the process is taken when the supervisor has answered; a time that comes before wins',
    channels: { one: of<number>({ capacity: 1 }), other: of<number>({ capacity: 1 }) },
    participants: (cast) => ({
      alone: cast(
        { sends: ['one', 'other'], receives: ['one', 'other'] },
        async ({ to, from: { one, other } }) => {
          for (const number of upTo(100)) {
            await (number % 2 === 0 ? to.one : to.other).send(number);
            const chosen = await select({ ...both(one, other), late: after(0) });
            assert.notEqual(chosen.guard, 'late');
          }
        },
      ),
    }),
  }),

  expectation({
    title: 'R6 otherwise is not chosen when a channel has ended',
    channels: {
      one: of<number>({ capacity: 1 }),
      ending: of<number>(),
      forEver: of<number>(),
    },
    participants: (cast) => ({
      'who ends': cast({ sends: ['ending'] }, async () => {}),
      'who selects': cast(
        { receives: ['ending', 'forEver'], sends: ['forEver'] },
        async ({ from: { ending, forEver } }) => {
          await untilChannelShows(ending, { senders: 0 });
          for (const how of [{ otherwise: true }, {}]) {
            for (const _ of upTo(20)) {
              const chosen = await select(both(ending, forEver), how);
              assert.deepEqual(chosen, { guard: 'one', done: true });
            }
          }
        },
      ),
    }),
  }),

  expectation({
    title: 'R6 three that try again and again until somebody meets them: one does, the others stop',
    channels: { one: of<number>(), other: of<number>(), stop: of<number>() },
    participants: (cast) => ({
      'who tries to send': cast(
        { sends: ['one'], receives: ['stop'] },
        async ({ to: { one }, from: { stop } }) => {
          for (;;) {
            if ((await outcomeOf(one.trySend(1))) === true) return 'met';
            const { guard } = await select({ stop: stop.onReceive() }, { otherwise: true });
            if (guard === 'stop') return 'stopped';
            await turn();
          }
        },
      ),
      'who tries to receive': cast(
        { receives: ['other', 'stop'] },
        async ({ from: { other, stop } }) => {
          for (;;) {
            if (typeof (await outcomeOf(other.tryReceive())) === 'object') return 'met';
            const { guard } = await select({ stop: stop.onReceive() }, { otherwise: true });
            if (guard === 'stop') return 'stopped';
            await turn();
          }
        },
      ),
      'who selects': cast(
        { receives: ['one'], sends: ['other', 'stop'] },
        async ({ from: { one }, to: { other } }) => {
          await select({ in: one.onReceive(), out: other.onSend(2) });
        },
      ),
    }),
    check: (reports) =>
      assert.deepEqual([reports['who tries to send'], reports['who tries to receive']].toSorted(), [
        'met',
        'stopped',
      ]),
  }),

  expectation({
    title:
      'R6 guards that lost leave nothing behind: neither in waiting selects nor in those that chose otherwise',
    channels: { numbers: of<number>(), others: of<number>() },
    participants: (cast) => ({
      'who selects': cast(
        { receives: ['numbers', 'others'], sends: ['others'] },
        async ({ from: { numbers, others }, to }) => {
          for (const number of upTo(500)) {
            const chosen = await select(both(numbers, others));
            assert.deepEqual(chosen, { guard: 'one', done: false, value: number });
            const tried = await select({ out: to.others.onSend(number) }, { otherwise: true });
            assert.equal(tried.guard, 'otherwise');
          }
          await untilChannelShows(others, { waitingReceivers: 0, waitingSenders: 0 });
        },
      ),
      sender: cast({ sends: ['numbers'] }, ({ to: { numbers } }) => sendAll(numbers, upTo(500))),
    }),
  }),

  expectation({
    title:
      'R6 otherwise is not chosen while one of two channels has a value and the other comes to its end',
    channels: { one: of<number>({ capacity: 1 }), ending: of<number>() },
    participants: (cast) => ({
      'who selects': cast({ receives: ['one', 'ending'] }, async ({ from: { one, ending } }) => {
        await untilChannelShows(one, { buffered: 1 });
        const chosen = await select(both(one, ending), { otherwise: true });
        assert.notEqual(chosen.guard, 'otherwise');
        await outcomeOf(one.receive());
      }),
      'who ends': cast({ sends: ['one', 'ending'] }, ({ to: { one } }) => one.send(1)),
    }),
  }),
];
