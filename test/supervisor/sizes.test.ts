import { type Sender, ValueTooLargeError } from 'handover';
import { expect, test } from 'vitest';
import { backAndForth, startEcho } from '../support/back-and-forth.ts';
import { rejection } from '../support/failures.ts';
import { growth, memoryInUse } from '../support/memory.ts';
import { stageModule } from '../support/stage-module.ts';
import { supervise } from '../support/supervision.ts';

const kibi = 1024;
const mebi = 1024 * kibi;
const sizes = [
  0,
  1,
  16 * kibi - 1,
  16 * kibi,
  16 * kibi + 1,
  64 * kibi - 1,
  64 * kibi,
  64 * kibi + 1,
  mebi,
  50 * mebi,
];

test.each(sizes)('R10 two values of %i bytes go to a stage and back unchanged', async (size) => {
  const { supervisor } = supervise();
  const { to, from } = startEcho(supervisor);
  const values = [pattern(size, 7), pattern(size, 11)];
  const sends = values.map((value) => to.send(value));
  for (const value of values) {
    const back = await from.receive();
    expect(back).toBeInstanceOf(Uint8Array);
    expect(Buffer.compare(back as Uint8Array, value)).toBe(0);
  }
  await Promise.all(sends);
});

test('R10 values of all sizes at once arrive in order, each unchanged', async () => {
  const { supervisor } = supervise();
  const { to, from } = startEcho(supervisor);
  const values = [...sizes, ...sizes].map((size, index) => pattern(size, index));
  const sends = values.map((value) => to.send(value));
  for (const value of values) {
    expect(Buffer.compare((await from.receive()) as Uint8Array, value)).toBe(0);
  }
  await Promise.all(sends);
}, 60_000);

test('R4 a value of 1 GiB is refused before anything of it is written, and all goes on', async () => {
  const { supervisor } = supervise();
  const echo = startEcho(supervisor);
  await backAndForth(echo, 1);
  const before = memoryInUse();
  expect(await refusalOf(echo.to, 1024 * mebi)).toEqual({
    code: 'VALUE_TOO_LARGE',
    size: 1024 * mebi + 5,
    limit: 64 * mebi,
    attempts: 0,
  });
  await backAndForth(echo, 10);
  expect(supervisor.statistics().get('to echo')).toMatchObject({ taken: 11, waitingSenders: 0 });
  // What the garbage collector lets go is freed a little later.
  await expect
    .poll(() => growth(before, memoryInUse()).buffers, { timeout: 10_000 })
    .toBeLessThan(16 * mebi);
});

test('R4 a stage is told that its value is too large, and goes on', async () => {
  const { supervisor, book } = supervise({ maxValueBytes: 1000 });
  const values = supervisor.channel<Uint8Array>('values');
  supervisor.stage('sender', {
    module: stageModule('send-too-much'),
    args: ['1001'],
    ends: { output: values.sender },
  });
  expect(await values.receiver.receive()).toEqual(Uint8Array.of(1, 2, 3));
  await supervisor.finished();
  expect(book.printed('sender')).toEqual(['VALUE_TOO_LARGE: 1004 of 1000']);
});

test('R10 a process that sends a value above the limit is told so, and nothing of it is kept', async () => {
  const { supervisor, book } = supervise({ maxValueBytes: mebi });
  const values = supervisor.channel<Uint8Array>('values');
  supervisor.stage('sender', {
    module: stageModule('offer-too-much'),
    args: [String(200 * mebi)],
    ends: { output: values.sender },
  });
  const before = memoryInUse();
  expect(await values.receiver.receive()).toEqual(Uint8Array.of(1, 2, 3));
  expect(growth(before, memoryInUse()).buffers).toBeLessThan(16 * mebi);
  await supervisor.finished();
  expect(book.printed('sender')[0]).toContain('operation 1 failed: {"kind":"too-large"');
});

/** How a send of so many bytes is refused, without the value. */
async function refusalOf(sender: Sender<unknown>, bytes: number) {
  const error = await rejection(sender.send(new Uint8Array(bytes)));
  if (!(error instanceof ValueTooLargeError)) throw error;
  const { code, size, limit, attempts } = error;
  return { code, size, limit, attempts };
}

/** Bytes in which every mistake shows: no two stretches are alike. */
function pattern(size: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let state = seed + 1;
  for (let at = 0; at < size; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
    bytes[at] = state >>> 16;
  }
  return bytes;
}
