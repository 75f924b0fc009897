/** Each kind of event, where it comes from. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeadLetter, Supervisor, SupervisorEvent } from 'handover';
import { expect, test } from 'vitest';
import { EventBook } from '../../support/event-book.ts';
import { stageModule } from '../../support/stage-module.ts';
import { supervise } from '../../support/supervision.ts';
import { folderOf } from '../cli/files.ts';

type Type = SupervisorEvent['type'];

interface Scene {
  /** What brings it about. */
  readonly play: (supervisor: Supervisor, events: EventBook) => void | Promise<void>;
  readonly tells: object;
}

function run(module: string, options: object = {}) {
  return (supervisor: Supervisor) => {
    supervisor.stage('one', { module: stageModule(module), ...options });
  };
}

/** A stage that dies of the one value on `values`, as often as the channel lets it. */
function dieOfAValue(maxAttempts: number) {
  return (supervisor: Supervisor) => {
    const dead = supervisor.channel<DeadLetter<number>>('dead');
    const values = supervisor.channel<number>('values', { maxAttempts, deadLetters: dead.sender });
    const module = stageModule('die-in-hand');
    const ends = { input: values.receiver };
    supervisor.stage('one', { module, args: ['SIGKILL'], restart: 'on-failure', ends });
    values.sender.send(7).catch(() => {});
  };
}

function awaitLine(supervisor: Supervisor) {
  const lines = supervisor.channel<string>('lines');
  return supervisor.stage('one', {
    module: stageModule('print-all'),
    ends: { input: lines.receiver },
  });
}

function waitForEachOther(supervisor: Supervisor): void {
  const [there, back] = [supervisor.channel<string>('there'), supervisor.channel<string>('back')];
  const module = stageModule('follow-steps');
  supervisor.stage('left', {
    module,
    args: ['send there', 'receive back'],
    ends: { there: there.sender, back: back.receiver },
  });
  supervisor.stage('right', {
    module,
    args: ['send back', 'receive there'],
    ends: { back: back.sender, there: there.receiver },
  });
}

const crashes = run('die-of', { args: ['SIGKILL'] });

const scenes: Readonly<Record<Type, Scene>> = {
  started: { play: run('do-nothing'), tells: { stage: 'one', replica: 0 } },
  ready: { play: run('do-nothing'), tells: { stage: 'one', isSpare: false } },
  ended: { play: run('do-nothing'), tells: { stage: 'one' } },
  printed: { play: run('say-hello-and-leave-a-file'), tells: { stage: 'one' } },
  crashed: { play: crashes, tells: { stage: 'one', failure: { signal: 'SIGKILL' } } },
  reported: { play: crashes, tells: { stage: 'one' } },
  stopped: {
    play: async (supervisor, events) => {
      awaitLine(supervisor);
      await events.nth('ready', 1);
      await supervisor.stop({ drain: 0, terminate: 0 });
    },
    tells: { stage: 'one', why: 'everything is ended' },
  },
  restarting: { play: dieOfAValue(3), tells: { stage: 'one', delay: 0, restart: 1 } },
  recycling: {
    play: async (supervisor, events) => {
      const stage = awaitLine(supervisor);
      await events.nth('ready', 1);
      stage.recycle();
    },
    tells: { stage: 'one', why: 'stage.recycle() was called' },
  },
  limit: {
    play: run('use-up', { args: ['processor in turns'], limits: { cpuTime: 100 } }),
    tells: { stage: 'one', limit: 'cpuTime', allowed: 100 },
  },
  hang: {
    play: (supervisor) => {
      const values = supervisor.channel<number>('values');
      const module = stageModule('work-for-ever');
      supervisor.stage('one', { module, ends: { input: values.receiver }, deadline: 100 });
      values.sender.send(1).catch(() => {});
    },
    tells: { stage: 'one', what: 'value' },
  },
  redelivered: {
    play: dieOfAValue(2),
    tells: { channel: 'values', attempts: 1, failure: { signal: 'SIGKILL' } },
  },
  'dead-lettered': {
    play: dieOfAValue(1),
    tells: {
      channel: 'values',
      deadLetters: 'dead',
      attempts: 1,
      failures: [{ signal: 'SIGKILL' }],
    },
  },
  discarded: {
    play: async (supervisor) => {
      const buffer = supervisor.channel<number>('buffer', { capacity: 1 });
      await buffer.sender.send(1);
      buffer.receiver.close();
    },
    tells: { channel: 'buffer', reason: 'no-receiver' },
  },
  'group-failed': {
    play: run('throw-at-once', { restart: { restarts: 0 } }),
    tells: { group: 'stage "one"', failures: [{ code: 'STAGE_FAILED', exitCode: 1 }] },
  },
  deadlock: { play: waitForEachOther, tells: {} },
  trouble: { play: crashes, tells: { message: /crash reports cannot be written/ } },
};

test.each(Object.entries(scenes) as [Type, Scene][])('%s', async (type, { play, tells }) => {
  const folder = folderOf({});
  const unwritable = join(folder, 'a file');
  writeFileSync(unwritable, '');
  const { supervisor } = supervise({ reports: type === 'trouble' ? unwritable : folder });
  const events = new EventBook(supervisor);
  supervisor.finished().catch(() => {});
  await play(supervisor, events);
  const event = await events.nth(type, 1);
  expect(event.at).toBeGreaterThan(Date.now() - 60_000);
  if ('message' in tells && 'message' in event)
    expect(event.message).toMatch(tells.message as RegExp);
  else expect(event).toMatchObject(tells);
});

test('nothing is told when it went as it should', async () => {
  const { supervisor } = supervise();
  const events = new EventBook(supervisor);
  supervisor.stage('one', { module: stageModule('do-nothing') });
  await supervisor.finished();
  expect(events.events.map(({ type }) => type)).toEqual(['started', 'ready', 'ended']);
});

test('a value that a full buffer drops, as it was told to, is no event', async () => {
  const { supervisor } = supervise();
  const events = new EventBook(supervisor);
  const newest = supervisor.channel<number>('newest', { capacity: 1, overflow: 'drop-oldest' });
  for (const value of [1, 2, 3]) await newest.sender.send(value);
  expect(events.events).toEqual([]);
});
