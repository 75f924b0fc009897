/** Channels that hold values themselves. */
import assert from 'node:assert/strict';
import { channel } from 'handover/child';
import { type Case, expectation, of, reportsOf, several, task } from '../case.ts';
import {
  all,
  ascending,
  assertWaits,
  givenBack,
  outcomeOf,
  sendAll,
  untilChannelShows,
  upTo,
} from '../watching.ts';

const each = (capacity: number): Case[] => [
  expectation({
    title: `R5 capacity ${capacity}: it holds so many, and the next send waits until one is taken`,
    channels: { numbers: of<number>({ capacity }), signs: of<string>() },
    participants: (cast) => ({
      sender: cast({ sends: ['numbers', 'signs'] }, async ({ to: { numbers, signs } }) => {
        await sendAll(numbers, upTo(capacity));
        const sending = numbers.send(capacity);
        await assertWaits(sending, numbers);
        await signs.send('full');
        await sending;
      }),
      receiver: cast({ receives: ['numbers', 'signs'] }, async ({ from: { numbers, signs } }) => {
        await signs.receive();
        assert.deepEqual(await all(numbers), upTo(capacity + 1));
      }),
    }),
  }),

  expectation({
    title: `R4 capacity ${capacity}: who tries is told when it is full, and when it is empty`,
    channels: { numbers: of<number>({ capacity }) },
    participants: (cast) => ({
      alone: cast(
        { sends: ['numbers'], receives: ['numbers'] },
        async ({ to, from: { numbers } }) => {
          assert.equal(await numbers.tryReceive(), undefined);
          for (const number of upTo(capacity)) assert.equal(await to.numbers.trySend(number), true);
          assert.equal(await to.numbers.trySend(99), false);
          for (const value of upTo(capacity)) {
            assert.deepEqual(await numbers.tryReceive(), { value });
          }
          assert.equal(await numbers.tryReceive(), undefined);
        },
      ),
    }),
  }),

  expectation({
    title: `R9 capacity ${capacity}: after the last sender is gone it gives what it has, and then its end`,
    channels: { numbers: of<number>({ capacity }) },
    participants: (cast) => ({
      sender: cast({ sends: ['numbers'] }, ({ to: { numbers } }) =>
        sendAll(numbers, upTo(capacity)),
      ),
      receiver: cast({ receives: ['numbers'] }, async ({ from: { numbers } }) => {
        await untilChannelShows(numbers, { senders: 0 });
        assert.deepEqual(await all(numbers), upTo(capacity));
        assert.equal(await outcomeOf(numbers.receive()), 'CHANNEL_ENDED');
        assert.equal(await outcomeOf(numbers.tryReceive()), 'CHANNEL_ENDED');
      }),
    }),
  }),

  expectation({
    title: `R2 capacity ${capacity}: what four send and four receive is received exactly once, in order of each`,
    channels: { values: of<{ who: number; number: number }>({ capacity }) },
    participants: (cast) => ({
      ...several(4, 'sender', (who) =>
        cast({ sends: ['values'] }, ({ to: { values } }) =>
          sendAll(
            values,
            upTo(100).map((number) => ({ who, number })),
          ),
        ),
      ),
      ...several(4, 'receiver', () =>
        cast({ receives: ['values'] }, ({ from: { values } }) => all(values)),
      ),
    }),
    check: (reports) => {
      const received = reportsOf<{ who: number; number: number }[]>('receiver', reports);
      for (const who of upTo(4)) {
        const own = received.map((values) =>
          values.filter((value) => value.who === who).map(({ number }) => number),
        );
        for (const numbers of own) assert.deepEqual(numbers, ascending(numbers));
        assert.deepEqual(ascending(own.flat()), upTo(100));
      }
    },
  }),
];

export const cases = [
  ...[0, 1, 2, 10, 100].flatMap(each),

  expectation({
    title: 'R5 its capacity and how much it holds are known at every step',
    channels: { numbers: of<number>({ capacity: 2 }) },
    participants: (cast) => ({
      alone: cast(
        { sends: ['numbers'], receives: ['numbers'] },
        async ({ to, from: { numbers } }) => {
          const holds = async () => {
            const { capacity, buffered } = await numbers.statistics();
            assert.equal(capacity, 2);
            return buffered;
          };
          assert.equal(await holds(), 0);
          await to.numbers.send(1);
          assert.equal(await holds(), 1);
          await to.numbers.send(2);
          assert.equal(await holds(), 2);
          await numbers.receive();
          assert.equal(await holds(), 1);
          await numbers.receive();
          assert.equal(await holds(), 0);
        },
      ),
    }),
  }),

  expectation({
    title: 'R5 it never holds more than its capacity, however many send',
    channels: { numbers: of<number>({ capacity: 10 }) },
    participants: (cast) => ({
      ...several(3, 'sender', () =>
        cast({ sends: ['numbers'] }, ({ to: { numbers } }) => sendAll(numbers, upTo(200))),
      ),
      receiver: cast({ receives: ['numbers'] }, async ({ from: { numbers } }) => {
        for await (const _ of numbers) {
          const { buffered } = await numbers.statistics();
          assert.ok(buffered <= 10, `it holds ${buffered}`);
        }
      }),
    }),
  }),

  expectation({
    title: 'R3 a place that becomes free belongs to who waits for it: another who tries gets none',
    channels: { numbers: of<number>({ capacity: 1 }) },
    participants: (cast) => ({
      'who waits': cast({ sends: ['numbers'] }, async ({ to: { numbers } }) => {
        await untilChannelShows(numbers, { buffered: 1 });
        await numbers.send(2);
      }),
      'who tries': cast(
        { sends: ['numbers'], receives: ['numbers'] },
        async ({ to, from: { numbers } }) => {
          await to.numbers.send(1);
          await untilChannelShows(numbers, { waitingSenders: 1 });
          assert.deepEqual(await numbers.tryReceive(), { value: 1 });
          assert.equal(await to.numbers.trySend(3), false);
          assert.equal(await numbers.receive(), 2);
        },
      ),
    }),
  }),

  expectation({
    title:
      'R4 a send gives up where there is no room, and has its value back; a receive where there is nothing',
    channels: { numbers: of<number>({ capacity: 2 }) },
    participants: (cast) => ({
      alone: cast(
        { sends: ['numbers'], receives: ['numbers'] },
        async ({ to, from: { numbers } }) => {
          assert.equal(await outcomeOf(numbers.receive({ timeout: 10 })), 'TIMED_OUT');
          await sendAll(to.numbers, [1, 2]);
          assert.equal(await givenBack(to.numbers.send(3, { timeout: 10 }), 'TIMED_OUT'), 3);
          assert.equal(await numbers.receive(), 1);
          await to.numbers.send(4, { timeout: 60_000 });
          assert.deepEqual([await numbers.receive(), await numbers.receive()], [2, 4]);
        },
      ),
    }),
  }),

  expectation({
    title: 'R9 without a receiver it accepts nothing any more, although it has room',
    channels: { numbers: of<number>({ capacity: 100 }) },
    participants: (cast) => ({
      sender: cast({ sends: ['numbers'] }, async ({ to: { numbers } }) => {
        await untilChannelShows(numbers, { receivers: 0 });
        assert.equal(await givenBack(numbers.send(4), 'CHANNEL_ENDED'), 4);
        assert.equal(await givenBack(numbers.trySend(5), 'CHANNEL_ENDED'), 5);
        assert.equal(await givenBack(numbers.send(6, { timeout: 60_000 }), 'CHANNEL_ENDED'), 6);
      }),
      receiver: cast({ receives: ['numbers'] }, async () => {}),
    }),
  }),

  expectation({
    title: 'R9 a waiting send on a full channel has its value back when the last receiver goes',
    channels: { numbers: of<number>({ capacity: 1, overflow: 'block' }) },
    participants: (cast) => ({
      sender: cast({ sends: ['numbers'] }, async ({ to: { numbers } }) => {
        await numbers.send(1);
        assert.equal(await givenBack(numbers.send(2), 'CHANNEL_ENDED'), 2);
      }),
      receiver: cast({ receives: ['numbers'] }, async ({ from: { numbers } }) => {
        await untilChannelShows(numbers, { buffered: 1, waitingSenders: 1 });
      }),
    }),
    notAcrossProcesses:
      'a channel of a supervisor answers for what it has accepted: `finished()` rejects with `UNDELIVERED`',
  }),

  expectation({
    title: 'R2 what one has put in, it gets out at once, or somebody else has got it',
    channels: { numbers: of<number>({ capacity: 4 }) },
    participants: (cast) =>
      several(4, 'participant', () =>
        cast({ sends: ['numbers'], receives: ['numbers'] }, async ({ to, from: { numbers } }) => {
          for (const number of upTo(200)) {
            await to.numbers.send(number);
            assert.notEqual(await numbers.tryReceive(), undefined);
          }
        }),
      ),
  }),

  expectation({
    title: 'R5 a full channel that drops the newest never lets a send wait, and keeps the oldest',
    channels: { numbers: of<number>({ capacity: 2, overflow: 'drop-newest' }) },
    participants: (cast) => ({
      alone: cast(
        { sends: ['numbers'], receives: ['numbers'] },
        async ({ to, from: { numbers } }) => {
          await sendAll(to.numbers, [1, 2, 3]);
          assert.equal(await to.numbers.trySend(4), true);
          const { buffered, discarded } = await numbers.statistics();
          assert.deepEqual({ buffered, discarded }, { buffered: 2, discarded: 2 });
          to.numbers.close();
          assert.deepEqual(await all(numbers), [1, 2]);
        },
      ),
    }),
  }),

  expectation({
    title: 'R5 a full channel that drops the oldest never lets a send wait, and keeps the newest',
    channels: { numbers: of<number>({ capacity: 2, overflow: 'drop-oldest' }) },
    participants: (cast) => ({
      alone: cast(
        { sends: ['numbers'], receives: ['numbers'] },
        async ({ to, from: { numbers } }) => {
          await sendAll(to.numbers, [1, 2, 3]);
          assert.equal(await to.numbers.trySend(4), true);
          const { buffered, discarded } = await numbers.statistics();
          assert.deepEqual({ buffered, discarded }, { buffered: 2, discarded: 2 });
          to.numbers.close();
          assert.deepEqual(await all(numbers), [3, 4]);
        },
      ),
    }),
  }),

  expectation({
    title: 'R5 a capacity is a whole number of 0 or more: no channel is without limit',
    channels: {},
    participants: () => ({
      alone: task(async () => {
        for (const capacity of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
          assert.throws(() => channel({ capacity }), { code: 'TOPOLOGY' });
        }
      }),
    }),
  }),
];
