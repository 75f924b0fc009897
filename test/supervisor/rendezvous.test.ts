import { ChannelBrokenError } from 'handover';
import { describe, expect, test } from 'vitest';
import type { Progress } from '../fixtures/stages/send-all-at-once.ts';
import { backAndForth, startEcho } from '../support/back-and-forth.ts';
import { growth, type MemoryInUse, memoryInUse } from '../support/memory.ts';
import { stageModule } from '../support/stage-module.ts';
import { supervise } from '../support/supervision.ts';

const count = 3_000;
const valueBytes = 64 * 1024;
/** What all the values have together; a process that kept copies of them would grow by that. */
const allBytes = count * valueBytes;

/** How many values the receiver takes before it blocks its thread, and of how many the senders hear. */
const receivers = [
  { title: 'its first value', takes: 1, heard: 1 },
  // Code that was quick so far does not let go of the thread: the word for its last value is still in it.
  { title: 'value 100, after quick ones', takes: 100, heard: 99 },
];

describe.each(receivers)(
  'R1 R5 3,000 sends to a stage that is stuck in $title',
  ({ takes, heard }) => {
    test('of the supervisor: none resolves that was not taken, and memory is flat', async () => {
      const { supervisor, book } = supervise();
      const echo = startEcho(supervisor);
      const values = supervisor.channel<Uint8Array>('values');
      supervisor.stage('stuck', {
        module: stageModule('take-some-and-block'),
        args: [String(takes)],
        ends: { input: values.receiver },
      });
      await backAndForth(echo, 10);
      const value = new Uint8Array(valueBytes);
      const before = memoryInUse();

      let sent = 0;
      const sends = Array.from({ length: count }, () =>
        values.sender.send(value).then(() => sent++),
      );
      const outcomes = Promise.allSettled(sends);
      await book.until('stuck', 'stuck');
      await backAndForth(echo, 200);

      expect(sent).toBeLessThanOrEqual(takes);
      expect(sent).toBeGreaterThanOrEqual(heard);
      expect(supervisor.statistics().get('values')).toMatchObject({ taken: sent });
      expectFlat(growth(before, memoryInUse()));

      await supervisor.stop({ drain: 0 });
      const failures = (await outcomes).flatMap((outcome) =>
        outcome.status === 'rejected' ? [outcome.reason] : [],
      );
      expect(failures).toHaveLength(count - sent);
      expect(failures.every((failure) => failure instanceof ChannelBrokenError)).toBe(true);
      expect(failures.every((failure) => failure.value === value)).toBe(true);
      const inHand = failures.filter((failure) => failure.attempts > 0);
      expect(inHand).toHaveLength(takes - sent);
    });

    test('of another stage: none resolves that was not taken, and memory is flat', async () => {
      const { supervisor, book } = supervise();
      const values = supervisor.channel<Uint8Array>('values');
      const questions = supervisor.channel<null>('questions');
      const answers = supervisor.channel<Progress>('answers');
      const before = memoryInUse();
      supervisor.stage('stuck', {
        module: stageModule('take-some-and-block'),
        args: [String(takes)],
        ends: { input: values.receiver },
      });
      supervisor.stage('sender', {
        module: stageModule('send-all-at-once'),
        args: [String(count), String(valueBytes)],
        ends: { output: values.sender, questions: questions.receiver, answers: answers.sender },
      });
      await Promise.all([book.until('stuck', 'stuck'), book.until('sender', 'begun')]);
      let progress: Progress | undefined;
      for (let question = 0; question < 20; question++) {
        await questions.sender.send(null);
        progress = await answers.receiver.receive();
      }

      // What goes directly is told by its receiver, which says nothing any more.
      const { taken = 0 } = supervisor.statistics().get('values') ?? {};
      expect(taken).toBeLessThanOrEqual(progress?.sent ?? 0);
      expect(progress?.sent).toBeLessThanOrEqual(takes);
      expect(progress?.sent).toBeGreaterThanOrEqual(heard);
      expectFlat(growth(before, memoryInUse()));
      if (progress !== undefined) expectFlat(progress.growth);
    });
  },
);

function expectFlat({ heap, buffers, resident }: MemoryInUse): void {
  expect(heap).toBeLessThan(allBytes / 8);
  expect(buffers).toBeLessThan(allBytes / 8);
  expect(resident).toBeLessThan(allBytes / 3);
}
