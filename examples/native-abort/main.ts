/**
 * A stage that aborts on some values, and ends with a segmentation fault on others. Each takes a process with it,
 * and nothing else. How long does the next value wait? Once without a spare, and once with one: a process that has
 * been started already, and waits to take the place of one that dies.
 */
import { type DeadLetter, type Receiver, type Sender, Supervisor } from 'handover';
import { balance } from '../balance.ts';
import { verdict } from '../verdict.ts';
import type { Quotient } from './divider.ts';

/** One of each ten is deadly, by turns for one reason and for the other. */
const numbers = Array.from({ length: 50 }, (_, index) => {
  if (index % 10 !== 5) return index + 1;
  return index % 20 === 5 ? 0 : -index;
});

console.log('without a spare:');
const without = await run(0);
console.log('with a spare:');
const withSpare = await run(1);
verdict(
  without.isComplete && withSpare.isComplete && withSpare.wait < without.wait / 2,
  `after a crash the next value came in ${inWords(withSpare.wait)} with a spare, in ${inWords(without.wait)} without`,
  'a value is missing, or the spare was no help',
);

/** @returns also how long the next value waited after most crashes, in milliseconds */
async function run(spare: number): Promise<{ isComplete: boolean; wait: number }> {
  await using supervisor = new Supervisor();
  const rejects = supervisor.channel<DeadLetter<number>>('rejects');
  const divisors = supervisor.channel<number>('divisors', {
    maxAttempts: 1,
    deadLetters: rejects.sender,
  });
  const quotients = supervisor.channel<Quotient>('quotients');
  supervisor.stage('divider', {
    module: new URL('./divider.ts', import.meta.url),
    ends: { divisors: divisors.receiver, quotients: quotients.sender },
    restart: 'on-failure',
    spare,
  });

  const [{ out, waits }, setAside] = await Promise.all([
    watch(supervisor, quotients.receiver),
    Array.fromAsync(rejects.receiver),
    handOver(supervisor, divisors.sender, spare > 0),
  ]);
  await supervisor.finished();

  const isComplete = balance(supervisor, { sent: numbers.length, out, setAside });
  console.log(`from each crash to the next value: ${waits.map(inWords).join(', ')}`);
  const wait = waits.toSorted((a, b) => a - b)[Math.floor(waits.length / 2)];
  return { isComplete, wait: wait ?? Number.NaN };
}

async function watch(supervisor: Supervisor, quotients: Receiver<Quotient>) {
  let out = 0;
  let crashedAt: number | undefined;
  const waits: number[] = [];
  supervisor.events.listen(({ type }) => {
    if (type === 'crashed') crashedAt = performance.now();
  });
  for await (const _ of quotients) {
    out++;
    if (crashedAt !== undefined) waits.push(performance.now() - crashedAt);
    crashedAt = undefined;
  }
  return { out, waits };
}

/** With a spare, it is there before each deadly number: those who crash in a row have to wait for the next one. */
async function handOver(
  supervisor: Supervisor,
  divisors: Sender<number>,
  hasSpare: boolean,
): Promise<void> {
  let ready = hasSpare && nextSpare(supervisor);
  for (const number of numbers) {
    if (number <= 0) {
      await ready;
      ready = hasSpare && nextSpare(supervisor);
    }
    await divisors.send(number);
  }
  divisors.close();
}

async function nextSpare(supervisor: Supervisor): Promise<void> {
  for await (const event of supervisor.events) {
    if (event.type === 'ready' && event.isSpare) return;
  }
}

function inWords(milliseconds: number): string {
  return `${milliseconds.toFixed(1)} ms`;
}
