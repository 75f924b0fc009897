/** Choice: one of several sends and receives. */
import assert from 'node:assert/strict';
import { after, type Receiver, type Sender, select } from 'handover/child';
import { type Case, expectation, of } from '../case.ts';
import { both } from '../guards.ts';
import {
  all,
  assertWaits,
  givenBack,
  outcomeOf,
  sendAll,
  untilChannelShows,
  upTo,
} from '../watching.ts';

/** How often each of two guards is chosen out of 400 times at least, when both are always ready. */
const fairShare = 100;

export const cases: Case[] = [
  expectation({
    title: 'R6 select receives from the channel that has a value',
    channels: { first: of<number>(), second: of<number>(), signs: of<string>() },
    participants: (cast) => ({
      'who selects': cast(
        { receives: ['first', 'second'], sends: ['signs'] },
        async ({ from: { first, second }, to: { signs } }) => {
          const guards = () => both(first, second);
          assert.deepEqual(await select(guards()), { guard: 'one', done: false, value: 1 });
          await signs.send('next');
          assert.deepEqual(await select(guards()), { guard: 'other', done: false, value: 2 });
        },
      ),
      sender: cast(
        { sends: ['first', 'second'], receives: ['signs'] },
        async ({ to: { first, second }, from: { signs } }) => {
          await first.send(1);
          await signs.receive();
          await second.send(2);
        },
      ),
    }),
  }),

  expectation({
    title: 'R6 select of five channels receives from the only one that has a value',
    channels: {
      a: of<number>({ capacity: 1 }),
      b: of<number>({ capacity: 1 }),
      c: of<number>({ capacity: 1 }),
      d: of<number>({ capacity: 1 }),
      e: of<number>({ capacity: 1 }),
    },
    participants: (cast) => ({
      alone: cast(
        { receives: ['a', 'b', 'c', 'd', 'e'], sends: ['a', 'b', 'c', 'd', 'e'] },
        async ({ from, to }) => {
          await to.e.send(5);
          const chosen = await select({
            a: from.a.onReceive(),
            b: from.b.onReceive(),
            c: from.c.onReceive(),
            d: from.d.onReceive(),
            e: from.e.onReceive(),
          });
          assert.deepEqual(chosen, { guard: 'e', done: false, value: 5 });
        },
      ),
    }),
  }),

  expectation({
    title: 'R6 select waits until one of its channels can go on, to receive or to send',
    channels: { incoming: of<number>(), outgoing: of<number>(), signs: of<string>() },
    participants: (cast) => ({
      'who selects': cast(
        { receives: ['incoming'], sends: ['outgoing', 'signs'] },
        async ({ from: { incoming }, to: { outgoing, signs } }) => {
          for (const guard of ['in', 'out']) {
            const choosing = select({ in: incoming.onReceive(), out: outgoing.onSend(2) });
            await assertWaits(choosing, outgoing);
            await signs.send('waits');
            assert.equal((await choosing).guard, guard);
          }
        },
      ),
      other: cast(
        { sends: ['incoming'], receives: ['outgoing', 'signs'] },
        async ({ to: { incoming }, from: { outgoing, signs } }) => {
          await signs.receive();
          await incoming.send(1);
          await signs.receive();
          assert.equal(await outgoing.receive(), 2);
        },
      ),
    }),
  }),

  expectation({
    title: 'R6 where it could both receive and send, it does each once in two rounds',
    channels: { incoming: of<number>(), outgoing: of<number>() },
    participants: (cast) => ({
      'who selects': cast(
        { receives: ['incoming'], sends: ['outgoing'] },
        async ({ from: { incoming }, to: { outgoing } }) => {
          for (const number of upTo(200)) {
            const guards: string[] = [];
            for (const _ of upTo(2)) {
              const chosen = await select({
                in: incoming.onReceive(),
                out: outgoing.onSend(number),
              });
              guards.push(chosen.guard);
              if (chosen.guard === 'in') assert.equal(chosen.value, number);
            }
            assert.deepEqual(guards, ['in', 'out']);
          }
        },
      ),
      other: cast(
        { sends: ['incoming'], receives: ['outgoing'] },
        async ({ to: { incoming }, from: { outgoing } }) => {
          for (const number of upTo(200)) {
            await incoming.send(number);
            assert.equal(await outgoing.receive(), number);
          }
        },
      ),
    }),
  }),

  expectation({
    title: 'R6 where all is ready, each is chosen about as often',
    channels: { one: of<number>({ capacity: 400 }), other: of<number>({ capacity: 400 }) },
    participants: (cast) => ({
      alone: cast(
        { sends: ['one', 'other'], receives: ['one', 'other'] },
        async ({ to, from: { one, other } }) => {
          await Promise.all([sendAll(to.one, upTo(400)), sendAll(to.other, upTo(400))]);
          const counts = { one: 0, other: 0 };
          for (const _ of upTo(400)) counts[(await select(both(one, other))).guard]++;
          assert.ok(Math.min(counts.one, counts.other) > fairShare, JSON.stringify(counts));
          await Promise.all([sendNothingMore(to.one, one), sendNothingMore(to.other, other)]);
        },
      ),
    }),
  }),

  expectation({
    title: 'R6 of two sends on one channel, each is chosen about as often',
    channels: { bits: of<number>() },
    participants: (cast) => ({
      sender: cast({ sends: ['bits'] }, async ({ to: { bits } }) => {
        for (const _ of upTo(400)) await select({ zero: bits.onSend(0), one: bits.onSend(1) });
      }),
      receiver: cast({ receives: ['bits'] }, async ({ from: { bits } }) => {
        const received = await all(bits);
        const ones = received.filter((bit) => bit === 1).length;
        assert.equal(received.length, 400);
        assert.ok(Math.min(ones, 400 - ones) > fairShare, `${ones} of 400 were 1`);
      }),
    }),
  }),

  expectation({
    title: 'R6 where the same channel stands in several guards, each is chosen at times',
    channels: { numbers: of<number>({ capacity: 4 }) },
    participants: (cast) => ({
      alone: cast(
        { sends: ['numbers'], receives: ['numbers'] },
        async ({ to, from: { numbers } }) => {
          const chosen = new Set<string>();
          for (const _ of upTo(1_000)) {
            const { guard } = await select({
              a: numbers.onReceive(),
              b: numbers.onReceive(),
              c: to.numbers.onSend(1),
              d: to.numbers.onSend(2),
            });
            chosen.add(guard);
          }
          assert.deepEqual([...chosen].toSorted(), ['a', 'b', 'c', 'd']);
          await sendNothingMore(to.numbers, numbers);
        },
      ),
    }),
  }),

  expectation({
    title: 'R6 with priority the first that is ready is chosen, every time',
    channels: { one: of<number>({ capacity: 50 }), other: of<number>({ capacity: 50 }) },
    participants: (cast) => ({
      alone: cast(
        { sends: ['one', 'other'], receives: ['one', 'other'] },
        async ({ to, from: { one, other } }) => {
          await Promise.all([sendAll(to.one, upTo(50)), sendAll(to.other, upTo(50))]);
          for (const guard of ['one', 'other']) {
            for (const _ of upTo(50)) {
              const chosen = await select(both(one, other), { priority: true, otherwise: true });
              assert.equal(chosen.guard, guard);
            }
          }
        },
      ),
    }),
  }),

  expectation({
    title: 'R6 select sees the end of a channel while it waits, and goes on with the others',
    channels: { ending: of<number>(), numbers: of<number>(), signs: of<string>() },
    participants: (cast) => ({
      'who selects': cast(
        { receives: ['ending', 'numbers'], sends: ['signs'] },
        async ({ from: { ending, numbers }, to: { signs } }) => {
          const choosing = select(both(ending, numbers));
          await assertWaits(choosing, numbers);
          await signs.send('waits');
          assert.deepEqual(await choosing, { guard: 'one', done: true });
          const without = await select({ one: null, other: numbers.onReceive() });
          assert.deepEqual(without, { guard: 'other', done: false, value: 5 });
          assert.deepEqual(await select({ other: numbers.onReceive() }), {
            guard: 'other',
            done: true,
          });
        },
      ),
      sender: cast(
        { sends: ['ending', 'numbers'], receives: ['signs'] },
        async ({ to: { ending, numbers }, from: { signs } }) => {
          await signs.receive();
          ending.close();
          await numbers.send(5);
        },
      ),
    }),
  }),

  expectation({
    title: 'R6 select gets what a channel still has before its end',
    channels: { numbers: of<number>({ capacity: 3 }) },
    participants: (cast) => ({
      sender: cast({ sends: ['numbers'] }, ({ to: { numbers } }) => sendAll(numbers, [1, 2])),
      'who selects': cast({ receives: ['numbers'] }, async ({ from: { numbers } }) => {
        await untilChannelShows(numbers, { senders: 0 });
        const seen: (number | undefined)[] = [];
        for (const _ of upTo(3)) seen.push((await select({ in: numbers.onReceive() })).value);
        assert.deepEqual(seen, [1, 2, undefined]);
        assert.equal(await outcomeOf(numbers.tryReceive()), 'CHANNEL_ENDED');
      }),
    }),
  }),

  expectation({
    title: 'R9 a select that would send fails when no receiver is left, and has its value back',
    channels: { numbers: of<number>(), forEver: of<number>() },
    participants: (cast) => ({
      'who selects': cast(
        { sends: ['numbers', 'forEver'], receives: ['forEver'] },
        async ({ to, from: { forEver } }) => {
          const choosing = select({ out: to.numbers.onSend(7), in: forEver.onReceive() });
          assert.equal(await givenBack(choosing, 'CHANNEL_ENDED'), 7);
          for (const how of [{ otherwise: true }, {}]) {
            const again = select({ out: to.numbers.onSend(8) }, how);
            assert.equal(await givenBack(again, 'CHANNEL_ENDED'), 8);
          }
        },
      ),
      'who goes': cast({ receives: ['numbers'] }, async ({ from: { numbers } }) => {
        await untilChannelShows(numbers, { waitingSenders: 1 });
      }),
    }),
  }),

  expectation({
    title: 'R9 a select with an end of one’s own that is closed fails, and says so',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      alone: cast(
        { sends: ['numbers'], receives: ['numbers'] },
        async ({ to, from: { numbers } }) => {
          to.numbers.close();
          numbers.close();
          for (const select of [
            selectOnce(() => to.numbers.onSend(1)),
            selectOnce(() => numbers.onReceive()),
          ]) {
            assert.equal(await outcomeOf(select), 'END_CLOSED');
          }
        },
      ),
    }),
  }),

  expectation({
    title: 'R6 a guard that is null is never ready',
    channels: { numbers: of<number>({ capacity: 2 }) },
    participants: (cast) => ({
      alone: cast(
        { sends: ['numbers'], receives: ['numbers'] },
        async ({ to, from: { numbers } }) => {
          await sendAll(to.numbers, [1, 2]);
          const otherwise = { otherwise: true };
          const first = await select({ some: numbers.onReceive() }, otherwise);
          assert.deepEqual(first, { guard: 'some', done: false, value: 1 });
          const none = await select({ some: null, other: undefined }, otherwise);
          assert.deepEqual(none, { guard: 'otherwise' });
          const late = await select({ some: null, late: after(5) });
          assert.deepEqual(late, { guard: 'late' });
          assert.equal(await numbers.receive(), 2);
        },
      ),
    }),
  }),

  expectation({
    title: 'R6 a select that only has null guards waits for ever',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      alone: cast({ receives: ['numbers'] }, async ({ from: { numbers } }) => {
        const controller = new AbortController();
        const choosing = select({ never: null }, { signal: controller.signal });
        await assertWaits(choosing, numbers);
        controller.abort();
        assert.equal(await outcomeOf(choosing), 'ABORTED');
      }),
    }),
  }),

  expectation({
    title: 'R6 a send is offered to two channels, and one of them gets it: each once, then none',
    channels: { a: of<number>({ capacity: 1 }), b: of<number>({ capacity: 1 }) },
    participants: (cast) => ({
      alone: cast({ sends: ['a', 'b'], receives: ['a', 'b'] }, async ({ to, from }) => {
        const open: { a: Sender<number> | null; b: Sender<number> | null } = { a: to.a, b: to.b };
        const sent: string[] = [];
        let made = 0;
        for (const _ of upTo(5)) {
          const { guard } = await select(
            { a: open.a?.onSend(++made), b: open.b?.onSend(++made) },
            { otherwise: true },
          );
          if (guard === 'otherwise') break;
          sent.push(guard);
          open[guard] = null;
        }
        assert.deepEqual(sent.toSorted(), ['a', 'b']);
        const received = [await from.a.receive(), await from.b.receive()];
        assert.ok(received.every((number) => number === 1 || number === 2 || number === 3));
      }),
    }),
  }),

  expectation({
    title: 'R6 a select with a single guard is a send, or a receive',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      sender: cast({ sends: ['numbers'] }, async ({ to: { numbers } }) => {
        for (const number of upTo(100)) {
          if (number % 3 === 0) await numbers.send(number);
          else await select({ out: numbers.onSend(number), never: null });
        }
      }),
      receiver: cast({ receives: ['numbers'] }, async ({ from: { numbers } }) => {
        for (const number of upTo(100)) {
          if (number % 2 === 0) assert.equal(await numbers.receive(), number);
          else assert.equal((await select({ in: numbers.onReceive() })).value, number);
        }
      }),
    }),
  }),

  expectation({
    title: 'R6 guards are made once and used for many selects',
    channels: { numbers: of<number>(), back: of<number>() },
    participants: (cast) => ({
      'who selects': cast(
        { receives: ['numbers'], sends: ['back'] },
        async ({ from: { numbers }, to: { back } }) => {
          const guards = { in: numbers.onReceive(), out: back.onSend(1) };
          for (const _ of upTo(200)) await select(guards);
        },
      ),
      other: cast(
        { sends: ['numbers'], receives: ['back'] },
        async ({ to: { numbers }, from: { back } }) => {
          for (const number of upTo(100)) {
            await numbers.send(number);
            assert.equal(await back.receive(), 1);
          }
        },
      ),
    }),
  }),

  expectation({
    title: 'R6 a select within what another select has chosen',
    channels: { numbers: of<number>({ capacity: 1 }) },
    participants: (cast) => ({
      alone: cast(
        { sends: ['numbers'], receives: ['numbers'] },
        async ({ to, from: { numbers } }) => {
          for (const number of upTo(2)) {
            const sent = await select({ out: to.numbers.onSend(number) });
            assert.equal(sent.guard, 'out');
            const received = await select({ in: numbers.onReceive() });
            assert.equal(received.value, number);
          }
        },
      ),
    }),
  }),

  expectation({
    title: 'R6 to clone and close an end while another selects changes nothing for it',
    channels: { numbers: of<number>(), others: of<number>() },
    participants: (cast) => ({
      'who selects': cast(
        { receives: ['numbers', 'others'] },
        async ({ from: { numbers, others } }) => {
          const chosen = await select(both(numbers, others));
          assert.deepEqual(chosen, { guard: 'other', done: false, value: 2 });
        },
      ),
      'who clones': cast({ sends: ['numbers', 'others'] }, async ({ to: { numbers, others } }) => {
        await untilChannelShows(numbers, { waitingReceivers: 1 });
        for (const _ of upTo(20)) numbers.clone().close();
        await others.send(2);
      }),
    }),
  }),

  expectation({
    title: 'R6 values arrive in order whether select receives them or not',
    channels: {
      one: of<number>(),
      other: of<number>({ capacity: 5 }),
      done: of<number>({ capacity: 100 }),
    },
    participants: (cast) => ({
      sender: cast(
        { sends: ['one', 'other'], receives: ['done'] },
        async ({ to: { one, other }, from: { done } }) => {
          for (const number of upTo(200)) {
            await one.send(number);
            await done.receive();
            await other.send(number);
            await done.receive();
          }
        },
      ),
      'who selects': cast(
        { receives: ['one', 'other'], sends: ['done'] },
        async ({ from: { one, other }, to: { done } }) => {
          for (const number of upTo(200)) {
            for (const guard of ['one', 'other']) {
              const chosen = await select(both(one, other));
              assert.deepEqual(chosen, { guard, done: false, value: number });
              await done.send(number);
            }
          }
        },
      ),
    }),
  }),

  expectation({
    title: 'R6 select sends on whichever of two channels somebody receives from',
    channels: { one: of<number>(), other: of<number>(), done: of<number>({ capacity: 100 }) },
    participants: (cast) => ({
      receiver: cast(
        { receives: ['one', 'other', 'done'] },
        async ({ from: { one, other, done } }) => {
          for (const number of upTo(200)) {
            assert.equal(await one.receive(), number);
            assert.equal(await other.receive(), number);
            await done.receive();
          }
        },
      ),
      'who selects': cast(
        { sends: ['one', 'other', 'done'] },
        async ({ to: { one, other, done } }) => {
          for (const number of upTo(200)) {
            for (const guard of ['one', 'other']) {
              const chosen = await select({ one: one.onSend(number), other: other.onSend(number) });
              assert.equal(chosen.guard, guard);
            }
            await done.send(number);
          }
        },
      ),
    }),
  }),

  expectation({
    title: 'R6 select gives up after its time, and a value that comes later goes to the next',
    channels: { numbers: of<number>(), others: of<number>(), signs: of<string>() },
    participants: (cast) => ({
      'who selects': cast(
        { receives: ['numbers', 'others'], sends: ['signs'] },
        async ({ from: { numbers, others }, to: { signs } }) => {
          const late = await select({ ...both(numbers, others), late: after(20) });
          assert.deepEqual(late, { guard: 'late' });
          await signs.send('gave up');
          const chosen = await select({ ...both(numbers, others), late: after(60_000) });
          assert.deepEqual(chosen, { guard: 'other', done: false, value: 2 });
        },
      ),
      sender: cast(
        { sends: ['others', 'numbers'], receives: ['signs'] },
        async ({ to: { others }, from: { signs } }) => {
          await signs.receive();
          await others.send(2);
        },
      ),
    }),
  }),
];

/** Takes what the channel still has: it answers for what it has accepted. */
async function sendNothingMore(sender: Sender<number>, receiver: Receiver<number>): Promise<void> {
  sender.close();
  await all(receiver);
}

/** A guard of a closed end fails where it is made or where it is used. */
async function selectOnce(guard: () => Parameters<typeof select>[0][string]): Promise<unknown> {
  return select({ only: guard() });
}
