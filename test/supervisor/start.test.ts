/** What can go wrong while a stage starts. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type StageFailedError, TopologyError } from 'handover';
import { describe, expect, test } from 'vitest';
import { rejection } from '../support/failures.ts';
import { stageModule } from '../support/stage-module.ts';
import { supervise } from '../support/supervision.ts';
import { folderOf } from './cli/files.ts';

test('a stage that is told to end before it has said hello ends well, and says nothing strange', async () => {
  const { supervisor, book } = supervise();
  const numbers = supervisor.channel<number>('numbers');
  supervisor.stage('source', {
    module: stageModule('count-up'),
    ends: { output: numbers.sender },
  });
  const { stages } = await supervisor.stop();
  expect(stages.map(({ outcome }) => outcome)).toEqual(['ended']);
  expect(book.lines).toEqual([]);
});

test('§3.15 a process finds its welcome in its link, before it has said hello', async () => {
  const { supervisor } = supervise();
  const words = supervisor.channel<string>('words');
  supervisor.stage('early', {
    module: stageModule('read-welcome-first'),
    ends: { output: words.sender },
  });
  expect(await words.receiver.receive()).toBe('first word');
  expect((await supervisor.finished()).stages).toMatchObject([{ outcome: 'ended' }]);
});

test('R10 more ends than a stage can be told are refused before any is given away', () => {
  const { supervisor } = supervise();
  const channels = Array.from({ length: 2_000 }, (_, index) =>
    supervisor.channel<number>(`a channel with the number ${index}`),
  );
  const ends = Object.fromEntries(channels.map(({ name, sender }) => [name, sender]));
  const module = stageModule('send-numbers');
  expect(() => supervisor.stage('source', { module, ends })).toThrow(TopologyError);
  expect(() => supervisor.stage('source', { module, ends })).toThrow(/its 2000 ends are more than/);
  expect(channels.some(({ sender }) => sender.closed)).toBe(false);
});

describe('a stage that is a command', () => {
  test('may be any program that speaks the protocol', async () => {
    const { supervisor, book } = supervise();
    const stage = supervisor.stage('python', {
      command: ['python3', new URL('../fixtures/stages/greet.py', import.meta.url), 'waiting'],
    });
    await book.until('python', 'ready');
    expect(stage.processIds).toHaveLength(1);
    // It is told to end in no other way than a module.
    const { stages } = await supervisor.stop({ drain: 0, terminate: 0 });
    expect(stages).toMatchObject([{ outcome: 'stopped', exits: [{ signal: 'SIGKILL' }] }]);
  });

  test('and never says hello, is told how it should', async () => {
    const { supervisor } = supervise();
    supervisor.stage('silent', { command: ['sleep', '1000'], startDeadline: 100 });
    supervisor.stage('short', { command: ['true'] });
    const failure = (await rejection(supervisor.finished())) as StageFailedError;
    const messages = [failure, ...failure.others].map(({ message }) => message).toSorted();
    expect(messages).toEqual([
      expect.stringMatching(
        /^stage "short" exited without ever becoming a stage.*; it must say hello over its link, as docs\/protocol\.md has it$/m,
      ),
      expect.stringMatching(
        /^stage "silent" was killed: it did not say hello within 100 ms: it must say hello over its link/,
      ),
    ]);
  });
});

test('a stage that said hello while the code of the supervisor was busy is not held to be late', async () => {
  const { supervisor } = supervise();
  const file = join(folderOf({}), 'said-hello');
  supervisor.stage('starter', {
    module: stageModule('say-hello-and-leave-a-file'),
    args: [file],
    startDeadline: 1,
  });
  // Nothing is read meanwhile.
  while (!existsSync(file));
  const { stages } = await supervisor.finished();
  expect(stages.map(({ outcome }) => outcome)).toEqual(['ended']);
});

test('a stage may start for as long as it likes, when its deadline is Infinity', async () => {
  const { supervisor } = supervise();
  supervisor.stage('patient', { module: stageModule('do-nothing'), startDeadline: Infinity });
  const { stages } = await supervisor.finished();
  expect(stages.map(({ outcome }) => outcome)).toEqual(['ended']);
});

test.for([Number.NaN, 0, -1])('a stage cannot have %d ms to start', (startDeadline) => {
  const { supervisor } = supervise();
  const module = stageModule('do-nothing');
  expect(() => supervisor.stage('hurried', { module, startDeadline })).toThrow('startDeadline');
});
