/** How a channel comes to its end, and what those see who wait on it or come later. */
import assert from 'node:assert/strict';
import { select } from 'handover/child';
import { expectation, of, reportsOf, several } from '../case.ts';
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

export const cases = [
  expectation({
    title: 'R9 when the last sender is closed, who waits sees the end, and so does who comes later',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      closer: cast({ sends: ['numbers'] }, async ({ to: { numbers } }) => {
        await untilChannelShows(numbers, { waitingReceivers: 20 });
      }),
      ...several(2, 'receiver', () =>
        cast({ receives: ['numbers'] }, async ({ from: { numbers } }) => {
          const receiving = upTo(10).map(() => outcomeOf(numbers.receive()));
          for (const outcome of await Promise.all(receiving)) {
            assert.equal(outcome, 'CHANNEL_ENDED');
          }
          assert.equal(await outcomeOf(numbers.receive()), 'CHANNEL_ENDED');
          assert.equal(await outcomeOf(numbers.tryReceive()), 'CHANNEL_ENDED');
        }),
      ),
    }),
  }),

  expectation({
    title:
      'R9 when the last receiver is closed, who waits has its value back, and so has who comes later',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      closer: cast({ receives: ['numbers'] }, async ({ from: { numbers } }) => {
        await untilChannelShows(numbers, { waitingSenders: 20 });
      }),
      ...several(2, 'sender', () =>
        cast({ sends: ['numbers'] }, async ({ to: { numbers } }) => {
          const sending = upTo(10).map((number) =>
            givenBack(numbers.send(number), 'CHANNEL_ENDED'),
          );
          assert.deepEqual(await Promise.all(sending), upTo(10));
          assert.equal(await givenBack(numbers.send(10), 'CHANNEL_ENDED'), 10);
          assert.equal(await givenBack(numbers.trySend(11), 'CHANNEL_ENDED'), 11);
        }),
      ),
    }),
  }),

  expectation({
    title: 'R9 of ten sends that wait when the last receiver goes, each was taken or is given back',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      sender: cast({ sends: ['numbers'] }, async ({ to: { numbers } }) => {
        const sending = upTo(10).map((number) => numbers.send(number));
        const [taken, left] = [sending.slice(0, 4), sending.slice(4)];
        const back = left.map((send) => givenBack(send, 'CHANNEL_ENDED'));
        await Promise.all(taken);
        assert.deepEqual(await Promise.all(back), [4, 5, 6, 7, 8, 9]);
      }),
      receiver: cast({ receives: ['numbers'] }, async ({ from: { numbers } }) => {
        await untilChannelShows(numbers, { waitingSenders: 10 });
        for (const number of upTo(4)) assert.equal(await numbers.receive(), number);
      }),
    }),
  }),

  expectation({
    title: 'R9 a channel that nobody ever used ends as well',
    channels: { there: of<number>(), back: of<number>() },
    participants: (cast) => ({
      one: cast(
        { receives: ['there'], sends: ['back'] },
        async ({ from: { there }, to: { back } }) => {
          back.close();
          assert.deepEqual(await all(there), []);
        },
      ),
      other: cast(
        { receives: ['back'], sends: ['there'] },
        async ({ from: { back }, to: { there } }) => {
          there.close();
          assert.deepEqual(await all(back), []);
        },
      ),
    }),
  }),

  expectation({
    title: 'R9 with several senders the channel ends with the last of them',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      ...several(10, 'sender', (index) =>
        cast({ sends: ['numbers'] }, ({ to: { numbers } }) =>
          sendAll(
            numbers,
            upTo(3).map((number) => 3 * index + number),
          ),
        ),
      ),
      receiver: cast({ receives: ['numbers'] }, ({ from: { numbers } }) => all(numbers)),
    }),
    check: ({ receiver }) => assert.deepEqual(ascending(receiver), upTo(30)),
  }),

  expectation({
    title: 'R9 with several receivers the channel stays open until the last of them is closed',
    channels: { numbers: of<number>(), signs: of<string>() },
    participants: (cast) => ({
      sender: cast(
        { sends: ['numbers'], receives: ['signs'] },
        async ({ to: { numbers }, from: { signs } }) => {
          await untilChannelShows(numbers, { receivers: 1 });
          await numbers.send(1);
          assert.equal(await outcomeOf(signs.receive()), 'CHANNEL_ENDED');
          await untilChannelShows(numbers, { receivers: 0 });
          assert.equal(await outcomeOf(numbers.send(2)), 'CHANNEL_ENDED');
        },
      ),
      'who goes at once': cast({ receives: ['numbers'] }, async () => {}),
      'who stays': cast(
        { receives: ['numbers'], sends: ['signs'] },
        async ({ from: { numbers } }) => {
          const clones = [numbers.clone(), numbers.clone()];
          for (const clone of clones) clone.close();
          assert.equal(await numbers.receive(), 1);
        },
      ),
    }),
  }),

  expectation({
    title:
      'R9 one’s own end that is closed is of no use any more, and says so; closing twice is closing once',
    channels: { numbers: of<number>({ capacity: 2 }) },
    participants: (cast) => ({
      alone: cast(
        { sends: ['numbers'], receives: ['numbers'] },
        async ({ to, from: { numbers } }) => {
          await to.numbers.send(1);
          to.numbers.close();
          to.numbers.close();
          assert.equal(to.numbers.closed, true);
          assert.equal(await givenBack(to.numbers.send(2), 'END_CLOSED'), 2);
          assert.equal(await outcomeOf(to.numbers.trySend(2)), 'END_CLOSED');
          assert.throws(() => to.numbers.clone(), { code: 'END_CLOSED' });
          assert.equal(await numbers.receive(), 1);
          assert.equal(await outcomeOf(numbers.receive()), 'CHANNEL_ENDED');
          numbers.close();
          numbers.close();
          assert.equal(await outcomeOf(numbers.receive()), 'END_CLOSED');
          assert.equal(await outcomeOf(numbers.tryReceive()), 'END_CLOSED');
          assert.throws(() => numbers.clone(), { code: 'END_CLOSED' });
        },
      ),
    }),
  }),

  expectation({
    title: 'R9 closing a sender does not take back what it has sent',
    channels: { words: of<string>() },
    participants: (cast) => ({
      sender: cast({ sends: ['words'] }, async ({ to: { words } }) => {
        const sending = words.send('before');
        words.close();
        await sending;
      }),
      receiver: cast({ receives: ['words'] }, async ({ from: { words } }) => {
        assert.deepEqual(await all(words), ['before']);
      }),
    }),
  }),

  expectation({
    title: 'R9 closing a receiver ends the receives and the selects that wait on it',
    channels: { words: of<string>(), others: of<string>() },
    participants: (cast) => ({
      receiver: cast({ receives: ['words', 'others'] }, async ({ from: { words, others } }) => {
        const receiving = outcomeOf(words.receive());
        const choosing = select({ one: words.onReceive(), other: others.onReceive() });
        await untilChannelShows(words, { waitingReceivers: 2 });
        words.close();
        assert.equal(await receiving, 'END_CLOSED');
        assert.equal(await outcomeOf(choosing), 'END_CLOSED');
      }),
      sender: cast({ sends: ['words', 'others'] }, async ({ to: { words } }) => {
        await untilChannelShows(words, { receivers: 0 });
        assert.equal(await outcomeOf(words.send('nobody')), 'CHANNEL_ENDED');
      }),
    }),
  }),

  expectation({
    title:
      'R9 clones in one process are one end: what waits goes on when one is closed, and ends with the last',
    channels: { words: of<string>(), signs: of<string>() },
    participants: (cast) => ({
      receiver: cast(
        { receives: ['words'], sends: ['signs'] },
        async ({ from: { words }, to: { signs } }) => {
          const other = words.clone();
          const [first, second] = [words.receive(), outcomeOf(other.receive())];
          words.close();
          await assertWaits(first, other);
          await signs.send('closed one');
          assert.equal(await first, 'ok');
          other.close();
          assert.equal(await second, 'END_CLOSED');
        },
      ),
      sender: cast(
        { sends: ['words'], receives: ['signs'] },
        async ({ to: { words }, from: { signs } }) => {
          await signs.receive();
          await words.send('ok');
          await untilChannelShows(words, { receivers: 0 });
        },
      ),
    }),
  }),

  expectation({
    title: 'R9 a loop that is left leaves the receiver open, and the next loop goes on',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      sender: cast({ sends: ['numbers'] }, ({ to: { numbers } }) => sendAll(numbers, upTo(10))),
      receiver: cast({ receives: ['numbers'] }, async ({ from: { numbers } }) => {
        for await (const number of numbers) if (number === 4) break;
        assert.equal(await numbers.receive(), 5);
        assert.deepEqual(await all(numbers), [6, 7, 8, 9]);
      }),
    }),
  }),

  expectation({
    title: 'R2 a loop within a loop over the same receiver: each value goes to one of them',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      sender: cast({ sends: ['numbers'] }, ({ to: { numbers } }) => sendAll(numbers, upTo(6))),
      receiver: cast({ receives: ['numbers'] }, async ({ from: { numbers } }) => {
        const outer: number[] = [];
        const inner: number[] = [];
        for await (const number of numbers) {
          outer.push(number);
          for await (const next of numbers) {
            inner.push(next);
            if (inner.length % 2 === 0) break;
          }
        }
        assert.deepEqual(outer, [0, 3]);
        assert.deepEqual(inner, [1, 2, 4, 5]);
      }),
    }),
  }),

  expectation({
    title: 'R9 a channel that is closed while one sends: each value was taken or is given back',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      sender: cast({ sends: ['numbers'] }, async ({ to: { numbers } }) => {
        let taken = 0;
        for (;;) {
          const outcome = await outcomeOf(numbers.send(taken));
          if (outcome === 'CHANNEL_ENDED') return taken;
          taken++;
        }
      }),
      receiver: cast({ receives: ['numbers'] }, async ({ from: { numbers } }) => {
        for (const number of upTo(100)) assert.equal(await numbers.receive(), number);
        return 100;
      }),
    }),
    check: ({ sender, receiver }) => assert.equal(sender, receiver),
  }),

  expectation({
    title: 'R9 ends are counted, and so is who waits, at every step',
    channels: { numbers: of<number>({ capacity: 2 }) },
    participants: (cast) => ({
      alone: cast(
        { sends: ['numbers'], receives: ['numbers'] },
        async ({ to: { numbers: tx }, from: { numbers: rx } }) => {
          const shows = async (counts: object) => {
            const [sending, receiving] = [await tx.statistics(), await rx.statistics()];
            assert.deepEqual(sending, receiving);
            assert.deepEqual(sending, { ...sending, ...counts });
          };
          await shows({ capacity: 2, buffered: 0, senders: 1, receivers: 1 });
          await tx.send(1);
          await shows({ buffered: 1 });
          const [secondTx, secondRx] = [tx.clone(), rx.clone()];
          // Clones in one process count as one end.
          await shows({ senders: 1, receivers: 1 });
          secondTx.close();
          secondRx.close();
          await shows({ senders: 1, receivers: 1 });
          await tx.send(2);
          const giveUp = new AbortController();
          const sends = [3, 4].map((number) =>
            outcomeOf(tx.send(number, { signal: giveUp.signal })),
          );
          await shows({ buffered: 2, waitingSenders: 2 });
          giveUp.abort();
          assert.deepEqual(await Promise.all(sends), ['ABORTED', 'ABORTED']);
          await shows({ buffered: 2, waitingSenders: 0 });
          assert.deepEqual([await rx.receive(), await rx.receive()], [1, 2]);
          const receiving = rx.receive();
          await shows({ buffered: 0, waitingReceivers: 1, taken: 2 });
          await tx.send(5);
          assert.equal(await receiving, 5);
          await shows({ waitingReceivers: 0, taken: 3 });
        },
      ),
    }),
  }),

  expectation({
    title:
      'R9 of three who try where the last sender is closed, one gets the value, and all come to the end',
    channels: { numbers: of<number>({ capacity: 1 }) },
    participants: (cast) => ({
      sender: cast({ sends: ['numbers'] }, ({ to: { numbers } }) => numbers.send(1)),
      ...several(3, 'receiver', () =>
        cast({ receives: ['numbers'] }, async ({ from: { numbers } }) => {
          await untilChannelShows(numbers, { senders: 0 });
          const received: unknown[] = [];
          for (;;) {
            const outcome = await outcomeOf(numbers.tryReceive());
            if (outcome === 'CHANNEL_ENDED') return received;
            // While another has the value in hand, it may still come back: then there is nothing, and no end.
            if (outcome !== undefined) received.push(outcome);
            await turn();
          }
        }),
      ),
    }),
    check: (reports) =>
      assert.deepEqual(reportsOf<unknown[]>('receiver', reports).flat(), [{ value: 1 }]),
  }),

  expectation({
    title: 'R9 who clones an end and closes the first goes on with the clone',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      sender: cast({ sends: ['numbers'] }, async ({ to: { numbers } }) => {
        const clone = numbers.clone();
        numbers.close();
        await sendAll(clone, upTo(3));
        clone.close();
      }),
      receiver: cast({ receives: ['numbers'] }, async ({ from: { numbers } }) => {
        const clone = numbers.clone();
        numbers.close();
        assert.deepEqual(await all(clone), upTo(3));
        clone.close();
      }),
    }),
  }),
];
