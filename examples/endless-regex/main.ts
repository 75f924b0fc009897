/**
 * A log is parsed with a regular expression that is right on each of 300 lines, and fast on 299. On the other one
 * it would compute for longer than anybody can wait. The parser has a deadline for each line: that line is set
 * aside, and all others come through, in order.
 */
import { type DeadLetter, Supervisor } from 'handover';
import { balance } from '../balance.ts';
import { verdict } from '../verdict.ts';
import { log, numberOfSlowLine } from './log.ts';
import type { Entry } from './parser.ts';

await using supervisor = new Supervisor();
const rejects = supervisor.channel<DeadLetter<string>>('rejects');
// A line that takes too long would do so again: one attempt is enough.
const lines = supervisor.channel<string>('lines', { maxAttempts: 1, deadLetters: rejects.sender });
const entries = supervisor.channel<Entry>('entries');
supervisor.stage('parser', {
  module: new URL('./parser.ts', import.meta.url),
  ends: { lines: lines.receiver, entries: entries.sender },
  deadline: 1_000,
  restart: 'on-failure',
});

const [parsed, setAside] = await Promise.all([
  Array.fromAsync(entries.receiver),
  Array.fromAsync(rejects.receiver),
  handOver(),
]);
await supervisor.finished();

const isComplete = balance(supervisor, { sent: log.length, out: parsed.length, setAside });
const numbers = parsed.map(({ line }) => Number(line));
const expected = log.map((_, index) => index + 1).filter((line) => line !== numberOfSlowLine);
verdict(
  isComplete && numbers.join() === expected.join(),
  `only line ${numberOfSlowLine} was set aside; all others came through, in order`,
  `these lines came through: ${numbers}`,
);

async function handOver(): Promise<void> {
  for (const line of log) await lines.sender.send(line);
  lines.sender.close();
}
