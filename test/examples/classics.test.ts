/** The programs with which others show what their channels can do. Each ends with a verdict of its own. */
import { expect, test } from 'vitest';
import { runExample } from './run.ts';

test('commstime: four processes in a ring count up, and say what a communication costs', async () => {
  const { exitCode, stdout, stderr } = await runExample('commstime/main.ts');
  expect(stdout).toMatch(/^(1000 numbers: \d+\.\d µs for each communication\n){4}right: /);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
});

test('sieve: 40 processes find the first 40 primes', async () => {
  const { exitCode, stdout, stderr } = await runExample('sieve/main.ts');
  expect(stdout).toMatch(/^2 3 5 7 11 13 .* 163 167 173\nright: /);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
});

test('token-ring: 64 processes pass a token on ten times round', async () => {
  const { exitCode, stdout, stderr } = await runExample('token-ring/main.ts');
  expect(stdout).toMatch(/^(round \d+: .*\n){10}right: 640 hops: 64 processes/);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
});

test('philosophers: the naive ones are in a deadlock, and the supervisor says who waits for whom', async () => {
  const { exitCode, stdout, stderr } = await runExample('philosophers/main.ts', 'naive');
  expect(stdout).toMatch(
    /stage "Cicero" \(process \d+\) waits to receive on "the fork left of Democritus"/,
  );
  expect(stdout).toContain(
    'in a circle: stage "Aristotle" → stage "Boethius" → stage "Cicero" → stage "Democritus" → stage "Epicurus" → stage "Aristotle"\nright: ',
  );
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
});

test('philosophers: with one who begins on the right, all eat', async () => {
  const { exitCode, stdout, stderr } = await runExample('philosophers/main.ts', 'fixed');
  expect(stdout).toMatch(/^fixed: Aristotle ate 20 times, .*Epicurus ate 20 times\nright: /);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
});

test('santa-claus: elves go in threes, and reindeer first', async () => {
  const { exitCode, stdout, stderr } = await runExample('santa-claus/main.ts');
  expect(stdout).toMatch(/^toys delivered: /);
  expect(stdout).toMatch(/^elves helped: elf \d+, elf \d+, elf \d+$/m);
  expect(stdout).toMatch(/^right: /m);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
});

test('worker-farm: a worker is killed, and each job has exactly one result', async () => {
  const { exitCode, stdout, stderr } = await runExample('worker-farm/main.ts');
  expect(stdout).toMatch(/^60 results; 1 job went back, and to somebody else\nright: /);
  expect(stderr).toMatch(
    /^\[\w+\] stage "\w+" was killed by SIGKILL from outside after [\d.]+ s \(process \d+\); [^\n]+$/,
  );
  expect(exitCode).toBe(0);
});
