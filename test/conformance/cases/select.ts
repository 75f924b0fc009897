/** Choice: one of several sends and receives. */
import assert from 'node:assert/strict';
import { after, type Receiver, type Sender, select } from 'handover/child';
import { type Case, expectation, of, reportsOf, several } from '../case.ts';
import {
  all,
  ascending,
  assertWaits,
  givenBack,
  outcomeOf,
  sendAll,
  turn,
  untilChannelShows,
  upTo,
} from '../watching.ts';

const both = (one: Receiver<number>, other: Receiver<number>) => ({
  one: one.onReceive(),
  other: other.onReceive(),
});

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
    title: 'R6 a select never meets itself',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      alone: cast(
        { sends: ['numbers'], receives: ['numbers'] },
        async ({ to, from: { numbers } }) => {
          const guards = { out: to.numbers.onSend(1), in: numbers.onReceive() };
          assert.equal((await select(guards, { otherwise: true })).guard, 'otherwise');
          assert.equal((await select({ ...guards, late: after(10) })).guard, 'late');
        },
      ),
    }),
  }),

  expectation({
    title: 'R6 a select that waits never meets itself, also when others leave its channel',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      'who selects': cast(
        { sends: ['numbers'], receives: ['numbers'] },
        async ({ to, from: { numbers } }) => {
          const controller = new AbortController();
          const choosing = select(
            { out: to.numbers.onSend(1), in: numbers.onReceive() },
            { signal: controller.signal },
          );
          await untilChannelShows(numbers, { senders: 1, receivers: 1 });
          await assertWaits(choosing, numbers);
          controller.abort();
          assert.equal(await outcomeOf(choosing), 'ABORTED');
        },
      ),
      'who leaves': cast(
        { sends: ['numbers'], receives: ['numbers'] },
        async ({ from: { numbers } }) => {
          await untilChannelShows(numbers, { waitingSenders: 1, waitingReceivers: 1 });
        },
      ),
    }),
  }),

  expectation({
    title: 'R6 two that each would send or receive meet each other, never themselves',
    channels: { names: of<number>(), buffered: of<number>({ capacity: 10 }) },
    participants: (cast) =>
      several(2, 'participant', (own) =>
        cast({ sends: ['names'], receives: ['names'] }, async ({ to, from: { names } }) => {
          for (const round of upTo(300)) {
            const guards =
              round % 2 === own
                ? { out: to.names.onSend(own), in: names.onReceive() }
                : { in: names.onReceive(), out: to.names.onSend(own) };
            const chosen = await select(guards);
            if (chosen.guard === 'in') assert.equal(chosen.value, 1 - own);
          }
        }),
      ),
  }),

  expectation({
    title: 'R6 of twenty that each would send or receive, all meet one other',
    channels: { names: of<number>() },
    participants: (cast) =>
      several(20, 'participant', (own) =>
        cast({ sends: ['names'], receives: ['names'] }, async ({ to, from: { names } }) => {
          const chosen = await select({ out: to.names.onSend(own), in: names.onReceive() });
          if (chosen.guard === 'out') return own;
          assert.notEqual(chosen.value, own);
          return -1;
        }),
      ),
    check: (reports) => {
      const senders = reportsOf<number>('participant', reports).filter((own) => own >= 0);
      assert.equal(senders.length, 10);
    },
  }),

  expectation({
    title:
      'R6 of twenty-one that each would send or receive, the one that is left meets a plain send',
    channels: { names: of<number>() },
    participants: (cast) => ({
      ...several(21, 'participant', (own) =>
        cast({ sends: ['names'], receives: ['names'] }, async ({ to, from: { names } }) => {
          const chosen = await select({ out: to.names.onSend(own), in: names.onReceive() });
          return chosen.guard === 'out' ? own : -1;
        }),
      ),
      'plain sender': cast({ sends: ['names'] }, ({ to: { names } }) => names.send(99)),
    }),
    check: (reports) => {
      const senders = reportsOf<number>('participant', reports).filter((own) => own >= 0);
      assert.equal(senders.length, 10);
    },
  }),

  expectation({
    title: 'R6 a receive that lost in one select does not take a value from who waits after it',
    channels: { contested: of<number>(), other: of<number>(), done: of<number>() },
    participants: (cast) => ({
      'who selects': cast(
        { receives: ['contested', 'other'], sends: ['done'] },
        async ({ from: { contested, other }, to: { done } }) => {
          const chosen = await select({
            first: contested.onReceive(),
            second: contested.onReceive(),
            other: other.onReceive(),
          });
          assert.deepEqual(chosen, { guard: 'other', done: false, value: 7 });
          await done.send(9);
        },
      ),
      'who waits after it': cast({ receives: ['contested'] }, async ({ from: { contested } }) => {
        await untilChannelShows(contested, { waitingReceivers: 2 });
        assert.equal(await contested.receive(), 8);
      }),
      sender: cast(
        { sends: ['contested', 'other'], receives: ['done'] },
        async ({ to: { contested, other }, from: { done } }) => {
          await untilChannelShows(contested, { waitingReceivers: 3 });
          await other.send(7);
          assert.equal(await done.receive(), 9);
          await contested.send(8);
        },
      ),
    }),
  }),

  expectation({
    title: 'R6 a select whose guard lost leaves the receives before and behind it in order',
    channels: { contested: of<number>(), other: of<number>(), done: of<number>() },
    participants: (cast) => ({
      'before it': cast({ receives: ['contested'] }, ({ from: { contested } }) =>
        contested.receive(),
      ),
      'who selects': cast(
        { receives: ['contested', 'other'], sends: ['done'] },
        async ({ from: { contested, other }, to: { done } }) => {
          await untilChannelShows(contested, { waitingReceivers: 1 });
          const chosen = await select(both(contested, other));
          assert.equal(chosen.guard, 'other');
          await done.send(1);
          return contested.receive();
        },
      ),
      sender: cast(
        { sends: ['contested', 'other'], receives: ['done'] },
        async ({ to: { contested, other }, from: { done } }) => {
          await untilChannelShows(contested, { waitingReceivers: 2 });
          await other.send(7);
          await done.receive();
          await untilChannelShows(contested, { waitingReceivers: 2 });
          await sendAll(contested, [1, 2]);
        },
      ),
    }),
    check: (reports) => assert.deepEqual([reports['before it'], reports['who selects']], [1, 2]),
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

  expectation({
    title: 'R4 two selects that give up again and again hand over every value once, in order',
    channels: { numbers: of<number>({ capacity: 2 }), others: of<number>() },
    participants: (cast) => ({
      sender: cast({ sends: ['numbers'] }, async ({ to: { numbers } }) => {
        for (const number of upTo(100)) {
          let guard: string;
          do {
            ({ guard } = await select({ out: numbers.onSend(number), late: after(number % 3) }));
            await turn();
          } while (guard === 'late');
        }
      }),
      receiver: cast(
        { receives: ['numbers', 'others'], sends: ['others'] },
        async ({ from: { numbers, others } }) => {
          for (const number of upTo(100)) {
            let chosen: { guard: string; value?: number | undefined };
            do {
              chosen = await select({ ...both(numbers, others), late: after(number % 2) });
              await turn();
            } while (chosen.guard === 'late');
            assert.equal(chosen.value, number);
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
    title: 'R6 a chaos of sends, receives and selects on four channels comes to its end',
    channels: {
      a: of<number>(),
      b: of<number>(),
      c: of<number>({ capacity: 2 }),
      d: of<number>({ capacity: 3 }),
    },
    participants: (cast) => ({
      'plain senders': cast({ sends: ['a', 'b', 'c', 'd'] }, async ({ to }) => {
        await Promise.all(Object.values(to).map((sender) => sendAll(sender, upTo(200))));
      }),
      'plain receivers': cast({ receives: ['a', 'b', 'c', 'd'] }, async ({ from }) => {
        const receive = async (receiver: Receiver<number>) => {
          for (const _ of upTo(200)) await receiver.receive();
        };
        await Promise.all(Object.values(from).map(receive));
      }),
      'selecting sender': cast({ sends: ['a', 'b', 'c', 'd'] }, async ({ to }) => {
        const left = { a: 200, b: 200, c: 200, d: 200 };
        for (const number of upTo(800)) {
          const { guard } = await select({
            d: left.d > 0 ? to.d.onSend(number) : null,
            c: left.c > 0 ? to.c.onSend(number) : null,
            a: left.a > 0 ? to.a.onSend(number) : null,
            b: left.b > 0 ? to.b.onSend(number) : null,
          });
          left[guard]--;
        }
        assert.deepEqual(left, { a: 0, b: 0, c: 0, d: 0 });
      }),
      'selecting receiver': cast({ receives: ['a', 'b', 'c', 'd'] }, async ({ from }) => {
        const left = { a: 200, b: 200, c: 200, d: 200 };
        for (const _ of upTo(800)) {
          const { guard } = await select({
            a: left.a > 0 ? from.a.onReceive() : null,
            b: left.b > 0 ? from.b.onReceive() : null,
            c: left.c > 0 ? from.c.onReceive() : null,
            d: left.d > 0 ? from.d.onReceive() : null,
          });
          left[guard]--;
        }
        assert.deepEqual(left, { a: 0, b: 0, c: 0, d: 0 });
      }),
    }),
  }),

  expectation({
    title: 'R6 what four selects receive from three channels is received exactly once',
    channels: { a: of<number>(), b: of<number>({ capacity: 1 }), c: of<number>({ capacity: 5 }) },
    participants: (cast) => ({
      sender: cast({ sends: ['a', 'b', 'c'] }, async ({ to: { a, b, c } }) => {
        await Promise.all(
          [a, b, c].map((sender, index) =>
            sendAll(
              sender,
              upTo(100).map((number) => 100 * index + number),
            ),
          ),
        );
      }),
      ...several(3, 'receiver', () =>
        cast({ receives: ['a', 'b', 'c'] }, async ({ from }) => {
          const received: number[] = [];
          const open = new Set(['a', 'b', 'c'] as const);
          while (open.size > 0) {
            const chosen = await select({
              a: open.has('a') ? from.a.onReceive() : null,
              b: open.has('b') ? from.b.onReceive() : null,
              c: open.has('c') ? from.c.onReceive() : null,
            });
            if (chosen.done) open.delete(chosen.guard);
            else received.push(chosen.value);
          }
          return received;
        }),
      ),
    }),
    check: (reports) =>
      assert.deepEqual(ascending(reportsOf<number[]>('receiver', reports).flat()), upTo(300)),
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

/** Takes what the channel still has: it answers for what it has accepted. */
async function sendNothingMore(sender: Sender<number>, receiver: Receiver<number>): Promise<void> {
  sender.close();
  await all(receiver);
}

/** A guard of a closed end fails where it is made or where it is used. */
async function selectOnce(guard: () => Parameters<typeof select>[0][string]): Promise<unknown> {
  return select({ only: guard() });
}
