/**
 * The sieve of Eratosthenes as a row of processes, one for each prime. Numbers go in at the left; each process
 * keeps the first that reaches it, which must be a prime, and stops all multiples of it.
 *
 *     2, 3, 4, … ──▶ [2] ── 3, 5, 7, … ──▶ [3] ── 5, 7, 11, … ──▶ [5] ──▶ …
 */
import { Supervisor } from 'handover';
import { verdict } from '../verdict.ts';

const count = 40;

await using supervisor = new Supervisor();
const primes = supervisor.channel<number>('primes');
const numbers = supervisor.channel<number>('numbers');
supervisor.stage('numbers', {
  module: new URL('./numbers.ts', import.meta.url),
  ends: { output: numbers.sender },
});
let input = numbers.receiver;
for (let place = 1; place <= count; place++) {
  const passed = supervisor.channel<number>(`passed by ${place}`);
  // Starting is not waited for: the processes start side by side, as fast as there are processors.
  supervisor.stage(`sieve ${place}`, {
    module: new URL('./sieve.ts', import.meta.url),
    ends: { input, output: passed.sender, primes: primes.sender.clone() },
  });
  input = passed.receiver;
}
// Each sieve has its own; were this one kept, a sieve that failed would be waited for in vain.
primes.sender.close();

const found: number[] = [];
while (found.length < count) found.push(await primes.receiver.receive());
console.log(found.join(' '));

verdict(
  found.join() === smallestPrimes().join(),
  `these are the first ${count} primes, each found by a process of its own`,
  `these are not the first ${count} primes: ${smallestPrimes().join(' ')}`,
);

/** Found in the ordinary way, to compare. */
function smallestPrimes(): readonly number[] {
  const smaller: number[] = [];
  for (let number = 2; smaller.length < count; number++) {
    if (smaller.every((prime) => number % prime !== 0)) smaller.push(number);
  }
  return smaller;
}
