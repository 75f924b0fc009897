import { Supervisor } from 'handover';
import { expect, test } from 'vitest';
import { EventBook } from '../../support/event-book.ts';
import { LogBook } from '../../support/log-book.ts';
import { stageModule } from '../../support/stage-module.ts';
import { supervise } from '../../support/supervision.ts';

test('a log is told of what a stage prints and of what goes wrong, not of what is ordinary', async () => {
  const { supervisor, book } = supervise();
  const events = new EventBook(supervisor);
  supervisor.stage('thrower', { module: stageModule('throw-at-once') });
  supervisor.stage('idler', { module: stageModule('do-nothing') });
  await events.nth('crashed', 1);
  await events.nth('ended', 1);
  const types = new Set(book.lines.map(({ event }) => event.type));
  expect(types).toEqual(new Set(['printed', 'crashed']));
  const [crash] = book.lines.filter(({ event }) => event.type === 'crashed');
  expect(crash).toMatchObject({ stage: 'thrower', stream: 'handover', event: { type: 'crashed' } });
  expect(crash?.processId).toBeGreaterThan(0);
  expect(crash?.at).toBeGreaterThan(Date.now() - 60_000);
});

test('with `verbose` it is told of everything', async () => {
  const book = new LogBook();
  const { supervisor } = supervise({ log: book.log, verbose: true });
  supervisor.stage('idler', { module: stageModule('do-nothing') });
  await supervisor.finished();
  expect(book.about('idler')).toMatchObject(
    [
      /^process \d+ started$/,
      /^it is ready, after [\d.]+ s$/,
      /^it ended well, after [\d.]+ s$/,
    ].map((pattern) => expect.stringMatching(pattern)),
  );
});

test('a log that throws harms nobody', async () => {
  const uncaught: unknown[] = [];
  const { queueMicrotask: real } = globalThis;
  globalThis.queueMicrotask = (act) =>
    real(() => {
      try {
        act();
      } catch (error) {
        uncaught.push(error);
      }
    });
  try {
    await using supervisor = new Supervisor({
      verbose: true,
      log: () => {
        throw new Error('the log is broken');
      },
    });
    supervisor.stage('idler', { module: stageModule('do-nothing') });
    const { stages } = await supervisor.finished();
    expect(stages).toMatchObject([{ outcome: 'ended' }]);
    await Promise.resolve();
  } finally {
    globalThis.queueMicrotask = real;
  }
  expect(uncaught).toHaveLength(3);
});
