/** Divides like native code: where it makes a mistake, there is no error to catch. The process is gone. */
import { type Receiver, type Sender, stage } from 'handover/child';

export type Quotient = { readonly divisor: number; readonly quotient: number };

const { divisors, quotients } = await stage<{
  divisors: Receiver<number>;
  quotients: Sender<Quotient>;
}>();

for await (const { value: divisor } of divisors.extended()) {
  // As a failed assertion in a native library does.
  if (divisor === 0) process.abort();
  // What the system does to a process that touches memory which is not its own.
  if (divisor < 0) process.kill(process.pid, 'SIGSEGV');
  await quotients.send({ divisor, quotient: 1_000 / divisor });
}
