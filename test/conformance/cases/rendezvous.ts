/** A channel that holds nothing: sender and receiver meet. */
import assert from 'node:assert/strict';
import { expectation, of, reportsOf, several, task } from '../case.ts';
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
    title: 'R1 who only tries meets nobody on a channel where nobody waits',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      'who tries': cast(
        { sends: ['numbers'], receives: ['numbers'] },
        async ({ to: { numbers }, from }) => {
          assert.equal(await numbers.trySend(7), false);
          assert.equal(await from.numbers.tryReceive(), undefined);
          assert.equal(await numbers.trySend(8), false);
        },
      ),
    }),
  }),

  expectation({
    title: 'R1 who only tries meets who waits',
    channels: { numbers: of<number>(), words: of<string>() },
    participants: (cast) => ({
      'who tries': cast(
        { sends: ['numbers'], receives: ['words'] },
        async ({ to: { numbers }, from: { words } }) => {
          await untilChannelShows(numbers, { waitingReceivers: 1 });
          assert.equal(await numbers.trySend(7), true);
          assert.equal(await numbers.trySend(8), false);
          await untilChannelShows(words, { waitingSenders: 1 });
          assert.deepEqual(await words.tryReceive(), { value: 'there' });
          assert.equal(await words.tryReceive(), undefined);
        },
      ),
      'who waits': cast(
        { sends: ['words'], receives: ['numbers'] },
        async ({ to: { words }, from: { numbers } }) => {
          assert.equal(await numbers.receive(), 7);
          await words.send('there');
          // Until the other is over: it tries a last time while this one is still there.
          assert.equal(await outcomeOf(numbers.receive()), 'CHANNEL_ENDED');
        },
      ),
    }),
  }),

  expectation({
    title: 'R1 a send waits until somebody receives',
    channels: { numbers: of<number>(), signs: of<string>() },
    participants: (cast) => ({
      sender: cast({ sends: ['numbers', 'signs'] }, async ({ to: { numbers, signs } }) => {
        const sending = numbers.send(1);
        await assertWaits(sending, numbers);
        await signs.send('waited');
        await sending;
      }),
      receiver: cast({ receives: ['numbers', 'signs'] }, async ({ from: { numbers, signs } }) => {
        assert.equal(await signs.receive(), 'waited');
        assert.equal(await numbers.receive(), 1);
      }),
    }),
  }),

  expectation({
    title: 'R1 a receive waits until somebody sends',
    channels: { numbers: of<number>(), signs: of<string>() },
    participants: (cast) => ({
      receiver: cast(
        { sends: ['signs'], receives: ['numbers'] },
        async ({ to: { signs }, from: { numbers } }) => {
          const receiving = [numbers.receive(), numbers.receive()];
          for (const one of receiving) await assertWaits(one, numbers);
          await signs.send('waited');
          assert.deepEqual(await Promise.all(receiving), [1, 2]);
        },
      ),
      sender: cast(
        { sends: ['numbers'], receives: ['signs'] },
        async ({ to: { numbers }, from: { signs } }) => {
          assert.equal(await signs.receive(), 'waited');
          await numbers.send(1);
          await numbers.send(2);
        },
      ),
    }),
  }),

  expectation({
    title: 'R1 a send that has resolved was taken: the receiver is never behind',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      sender: cast({ sends: ['numbers'] }, async ({ to: { numbers } }) => {
        for (const number of upTo(300)) {
          await numbers.send(number);
          const { taken, buffered } = await numbers.statistics();
          assert.deepEqual({ taken, buffered }, { taken: number + 1, buffered: 0 });
        }
      }),
      receiver: cast({ receives: ['numbers'] }, ({ from: { numbers } }) => all(numbers)),
    }),
    check: ({ receiver }) => assert.deepEqual(receiver, upTo(300)),
  }),

  expectation({
    title: 'R3 what one sends, another receives in order, to the end',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      sender: cast({ sends: ['numbers'] }, ({ to: { numbers } }) => sendAll(numbers, upTo(2_000))),
      receiver: cast({ receives: ['numbers'] }, async ({ from: { numbers } }) => {
        for (const number of upTo(2_000)) assert.equal(await numbers.receive(), number);
        assert.equal(await outcomeOf(numbers.receive()), 'CHANNEL_ENDED');
      }),
    }),
  }),

  expectation({
    title: 'R2 what four send and four receive is received exactly once',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      ...several(4, 'sender', () =>
        cast({ sends: ['numbers'] }, ({ to: { numbers } }) => sendAll(numbers, upTo(250))),
      ),
      ...several(4, 'receiver', () =>
        cast({ receives: ['numbers'] }, ({ from: { numbers } }) => all(numbers)),
      ),
    }),
    check: (reports) => {
      const received = reportsOf<number[]>('receiver', reports).flat();
      const expected = upTo(250).flatMap((number) => [number, number, number, number]);
      assert.deepEqual(ascending(received), expected);
    },
  }),

  expectation({
    title: 'R3 of four that receive, each gets what a sender sends in order',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      sender: cast({ sends: ['numbers'] }, ({ to: { numbers } }) => sendAll(numbers, upTo(1_000))),
      ...several(4, 'receiver', () =>
        cast({ receives: ['numbers'] }, ({ from: { numbers } }) => all(numbers)),
      ),
    }),
    check: (reports) => {
      const received = reportsOf<number[]>('receiver', reports);
      for (const numbers of received) assert.deepEqual(numbers, ascending(numbers));
      assert.deepEqual(ascending(received.flat()), upTo(1_000));
    },
  }),

  expectation({
    title: 'R3 who waits longest is served first: each of five that wait gets two of ten',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      sender: cast({ sends: ['numbers'] }, async ({ to: { numbers } }) => {
        for (const first of [0, 5]) {
          await untilChannelShows(numbers, { waitingReceivers: 5 });
          await sendAll(
            numbers,
            upTo(5).map((number) => first + number),
          );
        }
      }),
      ...several(5, 'receiver', () =>
        cast({ receives: ['numbers'] }, ({ from: { numbers } }) => all(numbers)),
      ),
    }),
    check: (reports) => {
      const received = reportsOf<number[]>('receiver', reports);
      assert.deepEqual(
        received.map(({ length }) => length),
        [2, 2, 2, 2, 2],
      );
      assert.deepEqual(ascending(received.flat()), upTo(10));
    },
  }),

  expectation({
    title: 'R3 a value belongs to who waits for it: another who tries at that moment gets nothing',
    channels: { numbers: of<number>({ capacity: 1 }) },
    participants: (cast) => ({
      'who waits': cast({ receives: ['numbers'] }, ({ from: { numbers } }) => numbers.receive()),
      'who tries': cast(
        { sends: ['numbers'], receives: ['numbers'] },
        async ({ to, from: { numbers } }) => {
          await untilChannelShows(numbers, { waitingReceivers: 1 });
          const sending = to.numbers.trySend(2);
          assert.equal(await numbers.tryReceive(), undefined);
          assert.equal(await sending, true);
        },
      ),
    }),
    check: (reports) => assert.equal(reports['who waits'], 2),
  }),

  expectation({
    title: 'R4 a receive gives up after its time, and takes nothing from who comes later',
    channels: { numbers: of<number>(), signs: of<string>() },
    participants: (cast) => ({
      receiver: cast(
        { sends: ['signs'], receives: ['numbers'] },
        async ({ to: { signs }, from: { numbers } }) => {
          assert.equal(await outcomeOf(numbers.receive({ timeout: 20 })), 'TIMED_OUT');
          await signs.send('gave up');
          assert.equal(await numbers.receive({ timeout: 60_000 }), 7);
          assert.equal(await outcomeOf(numbers.receive({ timeout: 60_000 })), 'CHANNEL_ENDED');
        },
      ),
      sender: cast(
        { sends: ['numbers'], receives: ['signs'] },
        async ({ to: { numbers }, from: { signs } }) => {
          await signs.receive();
          await numbers.send(7);
        },
      ),
    }),
  }),

  expectation({
    title: 'R4 a send gives up after its time, and has its value back',
    channels: { numbers: of<number>(), signs: of<string>() },
    participants: (cast) => ({
      sender: cast({ sends: ['numbers', 'signs'] }, async ({ to: { numbers, signs } }) => {
        assert.equal(await givenBack(numbers.send(7, { timeout: 20 }), 'TIMED_OUT'), 7);
        await signs.send('gave up');
        await numbers.send(8, { timeout: 60_000 });
        const tooLate = numbers.send(9, { timeout: 60_000 });
        assert.equal(await givenBack(tooLate, 'CHANNEL_ENDED'), 9);
      }),
      receiver: cast({ receives: ['numbers', 'signs'] }, async ({ from: { numbers, signs } }) => {
        await signs.receive();
        assert.equal(await numbers.receive(), 8);
      }),
    }),
  }),

  expectation({
    title: 'R4 two that give up again and again hand over every value once, in order',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      sender: cast({ sends: ['numbers'] }, async ({ to: { numbers } }) => {
        for (const number of upTo(100)) {
          const patience = { timeout: number % 3 };
          while ((await outcomeOf(numbers.send(number, patience))) === 'TIMED_OUT') await turn();
        }
      }),
      receiver: cast({ receives: ['numbers'] }, async ({ from: { numbers } }) => {
        for (const number of upTo(100)) {
          let got: number | string;
          do {
            await turn();
            got = await outcomeOf(numbers.receive({ timeout: number % 4 }));
          } while (got === 'TIMED_OUT');
          assert.equal(got, number);
        }
      }),
    }),
  }),

  expectation({
    title: 'R4 of many that give up while one sends, nobody takes a value away',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      sender: cast({ sends: ['numbers'] }, ({ to: { numbers } }) => sendAll(numbers, upTo(300))),
      ...several(3, 'receiver', (index) =>
        cast({ receives: ['numbers'] }, async ({ from: { numbers } }) => {
          const received: number[] = [];
          for (;;) {
            const got = await outcomeOf(numbers.receive({ timeout: index }));
            if (got === 'CHANNEL_ENDED') return received;
            if (typeof got === 'number') received.push(got);
            await turn();
          }
        }),
      ),
    }),
    check: (reports) => {
      const received = reportsOf<number[]>('receiver', reports).flat();
      assert.deepEqual(ascending(received), upTo(300));
    },
  }),

  expectation({
    title: 'R1 a value goes there and back 1,000 times',
    channels: { there: of<number>(), back: of<number>() },
    participants: (cast) => ({
      one: cast(
        { sends: ['there'], receives: ['back'] },
        async ({ to: { there }, from: { back } }) => {
          let number = 0;
          for (const _ of upTo(1_000)) {
            await there.send(number);
            number = await back.receive();
          }
          assert.equal(number, 1_000);
        },
      ),
      other: cast(
        { sends: ['back'], receives: ['there'] },
        async ({ to: { back }, from: { there } }) => {
          for await (const number of there) await back.send(number + 1);
        },
      ),
    }),
  }),

  expectation({
    title: 'R2 a question that only tries is answered by a loop that receives',
    channels: { questions: of<string>(), answers: of<number>() },
    participants: (cast) => ({
      'who asks': cast(
        { sends: ['questions'], receives: ['answers'] },
        async ({ to: { questions }, from: { answers } }) => {
          for (let count = 0; count < 100; ) {
            const answer = await answers.tryReceive();
            if (answer !== undefined) count += answer.value;
            else await questions.trySend('more?');
            await turn();
          }
        },
      ),
      'who answers': cast(
        { sends: ['answers'], receives: ['questions'] },
        async ({ to: { answers }, from: { questions } }) => {
          for await (const _ of questions) {
            if ((await outcomeOf(answers.send(1))) === 'CHANNEL_ENDED') break;
          }
        },
      ),
    }),
  }),

  expectation({
    title: 'R4 a receive with no time at all takes what is there, and else times out',
    channels: { numbers: of<number>() },
    participants: (cast) => ({
      sender: cast({ sends: ['numbers'] }, ({ to: { numbers } }) => numbers.send(5)),
      receiver: cast(
        { sends: ['numbers'], receives: ['numbers'] },
        async ({ from: { numbers } }) => {
          await untilChannelShows(numbers, { waitingSenders: 1 });
          assert.equal(await numbers.receive({ timeout: 0 }), 5);
          assert.equal(await outcomeOf(numbers.receive({ timeout: 0 })), 'TIMED_OUT');
        },
      ),
    }),
  }),

  expectation({
    title: 'R5 a thousand sends that are begun at once wait, and arrive in order',
    channels: { numbers: of<number>(), signs: of<string>() },
    participants: (cast) => ({
      sender: cast({ sends: ['numbers', 'signs'] }, async ({ to: { numbers, signs } }) => {
        const sending = upTo(1_100).map((number) => numbers.send(number));
        await assertWaits(Promise.race(sending), numbers);
        await signs.send('all begun');
        await Promise.all(sending);
      }),
      receiver: cast({ receives: ['numbers', 'signs'] }, async ({ from: { numbers, signs } }) => {
        await signs.receive();
        assert.deepEqual(await all(numbers), upTo(1_100));
      }),
    }),
  }),

  expectation({
    title: 'R5 a thousand receives that are begun at once wait, and are served in order',
    channels: { numbers: of<number>(), signs: of<string>() },
    participants: (cast) => ({
      receiver: cast(
        { receives: ['numbers'], sends: ['signs'] },
        async ({ from: { numbers }, to: { signs } }) => {
          const receiving = upTo(1_100).map(() => numbers.receive());
          await signs.send('all begun');
          assert.deepEqual(await Promise.all(receiving), upTo(1_100));
        },
      ),
      sender: cast(
        { sends: ['numbers'], receives: ['signs'] },
        async ({ to: { numbers }, from: { signs } }) => {
          await signs.receive();
          await sendAll(numbers, upTo(1_100));
        },
      ),
    }),
  }),

  expectation({
    title: 'R1 two thousand channels, one value over each',
    channels: {},
    participants: () => ({
      alone: task(async ({ open }) => {
        const handovers = upTo(2_000).map(async (number) => {
          const [tx, rx] = open<number>();
          const [received] = await Promise.all([rx.receive(), tx.send(number)]);
          assert.equal(received, number);
        });
        await Promise.all(handovers);
      }),
    }),
  }),

  expectation({
    title: 'R9 two thousand channels, each closed on one side in the midst of a send or a receive',
    channels: {},
    participants: () => ({
      alone: task(async ({ open }) => {
        for (const number of upTo(1_000)) {
          const [tx, rx] = open<number>();
          const sending = givenBack(tx.send(number), 'CHANNEL_ENDED');
          rx.close();
          assert.equal(await sending, number);
        }
        for (const _ of upTo(1_000)) {
          const [tx, rx] = open<number>();
          const receiving = outcomeOf(rx.receive());
          tx.close();
          assert.equal(await receiving, 'CHANNEL_ENDED');
        }
      }),
    }),
  }),
];
