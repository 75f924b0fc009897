/** What people have met elsewhere when a process died, and does not happen here. docs/crashes.md lists where each is shown. */
import { describe, expect, test } from 'vitest';
import { EventBook } from '../support/event-book.ts';
import { stageModule } from '../support/stage-module.ts';
import { supervise } from '../support/supervision.ts';

const again = { restarts: 10, backoff: { most: 0 } };

describe.each([1, 2])(
  'R7 a pool of %i whose process is killed with a value in hand',
  (replicas) => {
    test('R7 does not stall: that value comes again, and all that wait behind it follow', async () => {
      const { supervisor, book } = supervise();
      const events = new EventBook(supervisor);
      const values = supervisor.channel<number>('values');
      const go = supervisor.channel<null>('go');
      supervisor.stage('worker', {
        module: stageModule('work-on'),
        args: ['0:wait:1'],
        replicas,
        restart: again,
        ends: { values: values.receiver, go: go.receiver },
      });
      const sends = [0, 1, 2, 3, 4].map((value) => values.sender.send(value));
      const { processId } = await book.until('worker', 'begins 0, attempt 1');
      process.kill(processId as number, 'SIGKILL');
      await Promise.all(sends);
      await book.until('worker', 'begins 0, attempt 2');
      values.sender.close();
      await supervisor.finished();
      expect(events.all('crashed')).toMatchObject([{ processId }]);
      const done = book.printed('worker').filter((line) => line.startsWith('done'));
      expect(done.toSorted()).toEqual([0, 1, 2, 3, 4].map((value) => `done ${value}`));
    });
  },
);

test('R7 one death that takes four others along counts once, and the group goes on', async () => {
  const { supervisor } = supervise();
  const events = new EventBook(supervisor);
  const group = supervisor.group('five', { strategy: 'one-for-all', restarts: 1 });
  const inputs = ['a', 'b', 'c', 'd', 'e'].map((name) => {
    const input = supervisor.channel<number>(`into ${name}`);
    const output = supervisor.channel<number>(`out of ${name}`);
    const ends = { input: input.receiver, output: output.sender };
    const module = stageModule('crash-on');
    group.stage(name, { module, args: ['0'], restart: 'on-failure', ends });
    return { to: input.sender, from: output.receiver };
  });
  await events.nth('ready', 5);
  await inputs[0]?.to.send(0);
  await events.nth('ready', 10);
  for (const { to, from } of inputs) {
    await to.send(1);
    expect(await from.receive()).toBe(1);
  }
  expect(events.all('crashed')).toHaveLength(1);
  expect(events.all('group-failed')).toEqual([]);
});

test('R10 a stage that prints before it is one, and between values, also bytes of messages: it goes on', async () => {
  const { supervisor, book } = supervise();
  const into = supervisor.channel<number>('into');
  const out = supervisor.channel<number>('out');
  supervisor.stage('chatty', {
    module: stageModule('print-amid-values'),
    ends: { input: into.receiver, output: out.sender },
  });
  for (const value of [1, 2, 3]) {
    await into.sender.send(value);
    expect(await out.receiver.receive()).toBe(value);
  }
  into.sender.close();
  await supervisor.finished();
  expect(book.printed('chatty').filter((line) => /^(before|has)/.test(line))).toEqual([
    'before hello',
    'has 1',
    'has 2',
    'has 3',
  ]);
});
