/** Selects that meet each other, and what they leave behind. */
import assert from 'node:assert/strict';
import { after, type Receiver, select } from 'handover/child';
import { type Case, expectation, of, reportsOf, several } from '../case.ts';
import { both } from '../guards.ts';
import {
  ascending,
  assertWaits,
  outcomeOf,
  sendAll,
  turn,
  untilChannelShows,
  upTo,
} from '../watching.ts';

export const cases: Case[] = [
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
];
