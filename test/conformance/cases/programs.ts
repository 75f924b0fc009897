/** Small programs, whole: what channels are for. */
import assert from 'node:assert/strict';
import {
  type ReceiveGuard,
  type Receiver,
  type Sender,
  type SendGuard,
  select,
} from 'handover/child';
import { type Case, type ChannelOf, expectation, of, reportsOf, several, task } from '../case.ts';
import { all, ascending, outcomeOf, sendAll, turn, upTo } from '../watching.ts';

const primes = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29];

/** So many channels named `NAME 0`, `NAME 1`, … beside others. */
function row<N extends string, C extends object>(name: N, count: number, others: C) {
  const channels = upTo(count).map((index) => [`${name} ${index}`, of<number>()]);
  const made: Readonly<Record<`${N} ${number}`, ChannelOf<number>>> = Object.fromEntries(channels);
  return Object.assign(made, others);
}

/** One of several ends, or the only one. */
function only<E>(ends: Readonly<Record<string, E>>, name = Object.keys(ends)[0] ?? ''): E {
  const end = ends[name];
  if (end === undefined) throw new Error(`this participant was to hold an end "${name}"`);
  return end;
}

export const cases: Case[] = [
  expectation({
    title: 'R6 one select sends on four channels, four pass on to one: each value comes once',
    channels: {
      a: of<number>(),
      b: of<number>(),
      c: of<number>(),
      d: of<number>(),
      out: of<number>(),
    },
    participants: (cast) => ({
      sender: cast({ sends: ['a', 'b', 'c', 'd'] }, async ({ to: { a, b, c, d } }) => {
        for (const number of upTo(500)) {
          await select({
            a: a.onSend(number),
            b: b.onSend(number),
            c: c.onSend(number),
            d: d.onSend(number),
          });
        }
      }),
      ...Object.fromEntries(
        (['a', 'b', 'c', 'd'] as const).map((name) => [
          `pass on ${name}`,
          cast({ receives: [name], sends: ['out'] }, async ({ from, to: { out } }) => {
            for await (const number of from[name]) await out.send(number);
          }),
        ]),
      ),
      receiver: cast({ receives: ['out'] }, async ({ from: { out } }) => {
        assert.deepEqual(ascending(await all(out)), upTo(500));
      }),
    }),
  }),

  expectation({
    title: 'R3 ten that hand a turn to each other send in their order',
    channels: row('turn', 11, { out: of<number>() }),
    participants: (cast) => ({
      ...several(10, 'sender', (index) =>
        cast(
          { receives: [`turn ${index}`], sends: [`turn ${index + 1}`, 'out'] },
          async ({ from, to }) => {
            await only(from).receive();
            await to.out.send(index);
            await only(to, `turn ${index + 1}`).send(0);
          },
        ),
      ),
      receiver: cast({ sends: ['turn 0'], receives: ['out', 'turn 10'] }, async ({ to, from }) => {
        await only(to).send(0);
        for (const index of upTo(10)) assert.equal(await from.out.receive(), index);
        await only(from, 'turn 10').receive();
      }),
    }),
  }),

  expectation({
    title: 'R1 a value passes through a chain of twenty, each adds one',
    channels: row('link', 21, {}),
    participants: (cast) => ({
      first: cast({ sends: ['link 0'] }, ({ to }) => only(to).send(1)),
      ...several(20, 'link', (index) =>
        cast(
          { receives: [`link ${index}`], sends: [`link ${index + 1}`] },
          async ({ from, to }) => {
            const number = await only(from).receive();
            await only(to).send(number + 1);
          },
        ),
      ),
      last: cast({ receives: ['link 20'] }, async ({ from }) => {
        assert.equal(await only(from).receive(), 21);
      }),
    }),
  }),

  expectation({
    title: 'R1 a chain of 10,000 tasks passes a value from one end to the other',
    channels: {},
    participants: () => ({
      alone: task(async ({ open }) => {
        const [first, start] = open<number>();
        let last: Receiver<number> = start;
        const links = upTo(10_000).map(async () => {
          const from = last;
          const [tx, rx] = open<number>();
          last = rx;
          await tx.send((await from.receive()) + 1);
        });
        const sending = first.send(0);
        assert.equal(await last.receive(), 10_000);
        await Promise.all([sending, ...links]);
      }),
    }),
    notAcrossProcesses: 'ten thousand processes are no program; a chain of twenty is another case',
  }),

  expectation({
    title: 'R1 the sieve of primes: one takes out the multiples of each prime',
    channels: row('numbers', 10, { primes: of<number>() }),
    participants: (cast) => ({
      source: cast({ sends: ['numbers 0'] }, async ({ to }) => {
        const numbers = only(to);
        for (let number = 2; (await outcomeOf(numbers.send(number))) === undefined; number++);
      }),
      ...several(10, 'filter', (index) =>
        cast(
          {
            receives: [`numbers ${index}`],
            sends: index < 9 ? ['primes', `numbers ${index + 1}`] : ['primes'],
          },
          async ({ from, to }) => {
            const numbers = only(from);
            const prime = await numbers.receive();
            await to.primes.send(prime);
            const next = to[`numbers ${index + 1}`];
            if (next === undefined) return;
            for await (const number of numbers) {
              if (number % prime === 0) continue;
              if ((await outcomeOf(next.send(number))) === 'CHANNEL_ENDED') break;
            }
          },
        ),
      ),
      reader: cast({ receives: ['primes'] }, async ({ from: { primes: found } }) => {
        assert.deepEqual(await all(found), primes);
      }),
    }),
  }),

  expectation({
    title: 'R2 workers share what is to be done, and their results are all there',
    channels: { jobs: of<number>({ capacity: 10 }), results: of<number>({ capacity: 10 }) },
    participants: (cast) => ({
      'who gives': cast({ sends: ['jobs'] }, ({ to: { jobs } }) => sendAll(jobs, upTo(1_000))),
      ...several(6, 'worker', () =>
        cast(
          { receives: ['jobs'], sends: ['results'] },
          async ({ from: { jobs }, to: { results } }) => {
            for await (const job of jobs) await results.send(2 * job);
          },
        ),
      ),
      'who gathers': cast({ receives: ['results'] }, async ({ from: { results } }) => {
        assert.deepEqual(
          ascending(await all(results)),
          upTo(1_000).map((job) => 2 * job),
        );
      }),
    }),
  }),

  expectation({
    title: 'R2 ten that receive by select from one channel: each value comes to one of them',
    channels: { numbers: of<number>({ capacity: 2 }) },
    participants: (cast) => ({
      sender: cast({ sends: ['numbers'] }, ({ to: { numbers } }) => sendAll(numbers, upTo(500))),
      ...several(10, 'receiver', () =>
        cast({ receives: ['numbers'] }, async ({ from: { numbers } }) => {
          const received: number[] = [];
          for (;;) {
            const chosen = await select({ in: numbers.onReceive() });
            if (chosen.done) return received;
            received.push(chosen.value);
          }
        }),
      ),
    }),
    check: (reports) =>
      assert.deepEqual(ascending(reportsOf<number[]>('receiver', reports).flat()), upTo(500)),
  }),

  expectation({
    title: 'R1 one that serves: each question brings its answer, whoever asks',
    channels: {
      questions: of<{ who: number; number: number }>(),
      'answers 0': of<number>(),
      'answers 1': of<number>(),
    },
    participants: (cast) => ({
      server: cast(
        { receives: ['questions'], sends: ['answers 0', 'answers 1'] },
        async ({ from: { questions }, to }) => {
          for await (const { who, number } of questions) {
            await (who === 0 ? to['answers 0'] : to['answers 1']).send(number * number);
          }
        },
      ),
      ...Object.fromEntries(
        (['answers 0', 'answers 1'] as const).map((answers, who) => [
          `client ${who}`,
          cast(
            { sends: ['questions'], receives: [answers] },
            async ({ to: { questions }, from }) => {
              for (const number of upTo(100)) {
                await questions.send({ who, number });
                assert.equal(await from[answers].receive(), number * number);
              }
            },
          ),
        ]),
      ),
    }),
  }),

  expectation({
    title: 'R1 a channel of capacity 1 is a lock: two never hold it at once',
    channels: { lock: of<string>({ capacity: 1 }), log: of<string>() },
    participants: (cast) => ({
      ...several(3, 'worker', (index) =>
        cast(
          { sends: ['lock', 'log'], receives: ['lock'] },
          async ({ to: { lock, log }, from }) => {
            for (const _ of upTo(50)) {
              await lock.send('held');
              await log.send(`${index} in`);
              await log.send(`${index} out`);
              await from.lock.receive();
            }
          },
        ),
      ),
      'who looks': cast({ receives: ['log'] }, async ({ from: { log } }) => {
        const seen = await all(log);
        assert.equal(seen.length, 300);
        for (let at = 0; at < seen.length; at += 2) {
          assert.equal(seen[at + 1], seen[at]?.replace('in', 'out'));
        }
      }),
    }),
  }),

  expectation({
    title: 'R1 power series as channels of coefficients: their sum, product and a check of both',
    channels: {
      ones: of<number>(),
      naturals: of<number>(),
      sum: of<number>(),
      left: of<number>(),
      right: of<number>(),
      product: of<number>(),
    },
    participants: (cast) => ({
      // 1/(1-x) = 1 + x + x² + …
      ones: cast({ sends: ['ones'] }, ({ to: { ones } }) => whileTaken(ones, () => 1)),
      // 1/(1-x)² = 1 + 2x + 3x² + …
      naturals: cast({ sends: ['naturals'] }, ({ to: { naturals } }) =>
        whileTaken(naturals, (power) => power + 1),
      ),
      adder: cast(
        { receives: ['ones', 'naturals'], sends: ['sum'] },
        async ({ from: { ones, naturals }, to: { sum } }) => {
          for (;;) {
            // Whichever comes first: both are needed.
            const [a, b] = await Promise.all([ones.receive(), naturals.receive()]);
            if ((await outcomeOf(sum.send(a + b))) === 'CHANNEL_ENDED') return;
          }
        },
      ),
      'left factor': cast({ sends: ['left'] }, ({ to: { left } }) => whileTaken(left, () => 1)),
      'right factor': cast({ sends: ['right'] }, ({ to: { right } }) => whileTaken(right, () => 1)),
      multiplier: cast(
        { receives: ['left', 'right'], sends: ['product'] },
        async ({ from: { left, right }, to: { product } }) => {
          const [as, bs]: [number[], number[]] = [[], []];
          for (;;) {
            as.push(await left.receive());
            bs.push(await right.receive());
            const coefficient = as.reduce(
              (sum, a, power) => sum + a * (bs[bs.length - 1 - power] ?? 0),
              0,
            );
            if ((await outcomeOf(product.send(coefficient))) === 'CHANNEL_ENDED') return;
          }
        },
      ),
      reader: cast({ receives: ['sum', 'product'] }, async ({ from: { sum, product } }) => {
        // (1/(1-x))² is what the naturals say it is, and the sum is one more.
        for (const power of upTo(20)) {
          assert.equal(await product.receive(), power + 1);
          assert.equal(await sum.receive(), power + 2);
        }
      }),
    }),
  }),

  expectation({
    title:
      'R6 one asks two and hears both, in whatever order: who has had its turn is switched off',
    channels: {
      askOne: of<number>(),
      hearOne: of<number>(),
      askOther: of<number>(),
      hearOther: of<number>(),
    },
    participants: (cast) => ({
      'who asks': cast(
        { sends: ['askOne', 'askOther'], receives: ['hearOne', 'hearOther'] },
        async ({ to: { askOne, askOther }, from: { hearOne, hearOther } }) => {
          for (const number of upTo(50)) {
            const answers: number[] = [];
            const guards: {
              askOne: SendGuard | null;
              askOther: SendGuard | null;
              hearOne: ReceiveGuard<number> | null;
              hearOther: ReceiveGuard<number> | null;
            } = {
              askOne: askOne.onSend(number),
              askOther: askOther.onSend(number),
              hearOne: null,
              hearOther: null,
            };
            for (const _ of upTo(4)) {
              const chosen = await select(guards);
              guards[chosen.guard] = null;
              if (chosen.guard === 'askOne') guards.hearOne = hearOne.onReceive();
              else if (chosen.guard === 'askOther') guards.hearOther = hearOther.onReceive();
              else answers.push(chosen.value ?? Number.NaN);
            }
            assert.deepEqual(ascending(answers), [number, number + 1]);
          }
        },
      ),
      one: cast(
        { receives: ['askOne'], sends: ['hearOne'] },
        async ({ from: { askOne }, to: { hearOne } }) => {
          for await (const number of askOne) await hearOne.send(number);
        },
      ),
      other: cast(
        { receives: ['askOther'], sends: ['hearOther'] },
        async ({ from: { askOther }, to: { hearOther } }) => {
          for await (const number of askOther) await hearOther.send(number + 1);
        },
      ),
    }),
  }),

  expectation({
    title: 'R1 two lists are compared number by number, each in its own pace',
    channels: { one: of<number>(), other: of<number>(), verdicts: of<boolean>() },
    participants: (cast) => ({
      one: cast({ sends: ['one'] }, ({ to: { one } }) => sendAll(one, upTo(100))),
      other: cast({ sends: ['other'] }, ({ to: { other } }) => sendAll(other, upTo(100))),
      'who compares': cast(
        { receives: ['one', 'other'], sends: ['verdicts'] },
        async ({ from: { one, other }, to: { verdicts } }) => {
          for await (const number of one) await verdicts.send(number === (await other.receive()));
          assert.equal(await outcomeOf(other.receive()), 'CHANNEL_ENDED');
        },
      ),
      reader: cast({ receives: ['verdicts'] }, async ({ from: { verdicts } }) => {
        assert.deepEqual(
          await all(verdicts),
          upTo(100).map(() => true),
        );
      }),
    }),
  }),

  expectation({
    title: 'R6 several channels are merged into one, which ends when all of them have',
    channels: { short: of<number>(), long: of<number>(), merged: of<number>() },
    participants: (cast) => ({
      short: cast({ sends: ['short'] }, ({ to: { short } }) => sendAll(short, upTo(10))),
      long: cast({ sends: ['long'] }, ({ to: { long } }) => sendAll(long, upTo(500))),
      'who merges': cast(
        { receives: ['short', 'long'], sends: ['merged'] },
        async ({ from, to: { merged } }) => {
          const open: { short: Receiver<number> | null; long: Receiver<number> | null } = {
            short: from.short,
            long: from.long,
          };
          while (open.short !== null || open.long !== null) {
            const chosen = await select({
              short: open.short?.onReceive(),
              long: open.long?.onReceive(),
            });
            if (chosen.done) open[chosen.guard] = null;
            else await merged.send(chosen.value);
          }
        },
      ),
      reader: cast({ receives: ['merged'] }, async ({ from: { merged } }) => {
        assert.deepEqual(ascending(await all(merged)), ascending([...upTo(10), ...upTo(500)]));
      }),
    }),
  }),

  expectation({
    title: 'R5 who tells several waits for the slowest of them',
    channels: { news: of<number>(), a: of<number>(), b: of<number>(), told: of<number>() },
    participants: (cast) => ({
      source: cast({ sends: ['news', 'told'] }, async ({ to: { news, told } }) => {
        await news.send(1);
        await told.send(1);
        await news.send(2);
      }),
      'who tells': cast(
        { receives: ['news'], sends: ['a', 'b'] },
        async ({ from: { news }, to: { a, b } }) => {
          for await (const item of news) await Promise.all([a.send(item), b.send(item)]);
        },
      ),
      listeners: cast({ receives: ['a', 'b', 'told'] }, async ({ from: { a, b, told } }) => {
        assert.equal(await told.receive(), 1);
        assert.equal(await a.receive(), 1);
        // The second news cannot be told to anybody while one of them has not heard the first.
        assert.equal(await a.tryReceive(), undefined);
        assert.equal(await b.receive(), 1);
        assert.deepEqual([await a.receive(), await b.receive()], [2, 2]);
      }),
    }),
  }),

  expectation({
    title: 'R9 a row of stages drains and ends from its source to its last',
    channels: { raw: of<number>(), odd: of<number>(), squares: of<number>() },
    participants: (cast) => ({
      source: cast({ sends: ['raw'] }, ({ to: { raw } }) => sendAll(raw, upTo(100))),
      filter: cast(
        { receives: ['raw'], sends: ['odd'] },
        async ({ from: { raw }, to: { odd } }) => {
          for await (const number of raw) if (number % 2 === 1) await odd.send(number);
        },
      ),
      squarer: cast(
        { receives: ['odd'], sends: ['squares'] },
        async ({ from: { odd }, to: { squares } }) => {
          for await (const number of odd) await squares.send(number * number);
        },
      ),
      writer: cast({ receives: ['squares'] }, async ({ from: { squares } }) => {
        const expected = upTo(50).map((index) => (2 * index + 1) ** 2);
        assert.deepEqual(await all(squares), expected);
      }),
    }),
  }),
];

/** Sends the coefficients of a power series as long as somebody takes them. */
async function whileTaken(sender: Sender<number>, coefficient: (power: number) => number) {
  for (let power = 0; ; power++) {
    if ((await outcomeOf(sender.send(coefficient(power)))) === 'CHANNEL_ENDED') return;
    await turn();
  }
}
