/** What can go wrong while a stage starts. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { TopologyError } from 'handover';
import { expect, test } from 'vitest';
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
