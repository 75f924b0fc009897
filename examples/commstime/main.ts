/**
 * What a communication between two processes costs, measured as people have done since occam: four processes
 * in a ring count up, 0, 1, 2, …, and do next to nothing else.
 *
 *     prefix ──▶ delta ──▶ consumer
 *       ▲          │
 *       └ successor ◀
 */
import { Supervisor } from 'handover';
import { verdict } from '../verdict.ts';
import type { Batch } from './consumer.ts';

await using supervisor = new Supervisor();
const numbers = supervisor.channel<number>('prefix → delta');
const shown = supervisor.channel<number>('delta → consumer');
const copies = supervisor.channel<number>('delta → successor');
const successors = supervisor.channel<number>('successor → prefix');
const batches = supervisor.channel<Batch>('batches');
supervisor.stage('prefix', {
  module: new URL('./prefix.ts', import.meta.url),
  ends: { input: successors.receiver, output: numbers.sender },
});
supervisor.stage('delta', {
  module: new URL('./delta.ts', import.meta.url),
  ends: { input: numbers.receiver, left: shown.sender, right: copies.sender },
});
supervisor.stage('successor', {
  module: new URL('./successor.ts', import.meta.url),
  ends: { input: copies.receiver, output: successors.sender },
});
supervisor.stage('consumer', {
  module: new URL('./consumer.ts', import.meta.url),
  ends: { input: shown.receiver, batches: batches.sender },
});

/** Each number goes over all four channels: from prefix, twice from delta, from successor. */
const communications = 4;

let next = 0;
let isInOrder = true;
for (let count = 1; count <= 4; count++) {
  const { numbers, microseconds } = await batches.receiver.receive();
  isInOrder &&= numbers.every((number, index) => number === next + index);
  next += numbers.length;
  const each = microseconds / (numbers.length * communications);
  console.log(`${numbers.length} numbers: ${each.toFixed(1)} µs for each communication`);
}

verdict(
  isInOrder,
  `the consumer got 0 to ${next - 1}, each number once and in order`,
  'the consumer did not get the numbers in their order, each of them once',
);
// The ring would go on for ever; where its supervisor goes out of scope, it is ended.
