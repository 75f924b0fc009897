import { type Receiver, type Sender, stage } from 'handover/child';

const { input, output, primes } = await stage<{
  input: Receiver<number>;
  output: Sender<number>;
  primes: Sender<number>;
}>();
// No smaller prime divides it: those have all been asked.
const prime = await input.receive();
await primes.send(prime);
for await (const number of input) if (number % prime !== 0) await output.send(number);
