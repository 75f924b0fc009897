import {
  type Channel,
  ChannelBrokenError,
  type Receiver,
  RestartsExceededError,
  type Sender,
  StageFailedError,
  type StageOptions,
  TopologyError,
} from 'handover';
import { describe, expect, test } from 'vitest';
import { EventBook } from '../../support/event-book.ts';
import { kill, rejection } from '../../support/failures.ts';
import { stageModule } from '../../support/stage-module.ts';
import { type Supervision, supervise } from '../../support/supervision.ts';

interface Between extends Supervision {
  readonly book: Supervision['book'];
  readonly events: EventBook;
  readonly into: Channel<number>;
  readonly out: Channel<number>;
}

/** A stage `middle` between two channels of the test's own code. */
function between(module: string, options: Partial<StageOptions>): Between {
  const supervision = supervise();
  const { supervisor } = supervision;
  const events = new EventBook(supervisor);
  const into = supervisor.channel<number>('into');
  const out = supervisor.channel<number>('out');
  supervisor.stage('middle', {
    module: stageModule(module),
    ends: { input: into.receiver, output: out.sender },
    ...options,
  } as StageOptions);
  return { ...supervision, events, into, out };
}

async function sendAll(sender: Sender<number>, values: readonly number[]): Promise<void> {
  for (const value of values) await sender.send(value);
  sender.close();
}

async function collect(receiver: Receiver<number>): Promise<number[]> {
  const values: number[] = [];
  for await (const value of receiver) values.push(value);
  return values;
}

const oneToFive = [1, 2, 3, 4, 5];
const often = { restarts: 100, backoff: { most: 0 } };

describe('a stage that is started again', () => {
  test('R9 keeps its ends: its neighbours wait a little longer, and see neither end nor break', async () => {
    const { supervisor, events, into, out } = between('crash-on', {
      args: ['3'],
      restart: 'on-failure',
    });
    const [received] = await Promise.all([collect(out.receiver), sendAll(into.sender, oneToFive)]);
    // The third was taken, and went with the process that had taken it.
    expect(received).toEqual([1, 2, 4, 5]);
    const { stages } = await supervisor.finished();
    expect(stages).toMatchObject([{ name: 'middle', outcome: 'ended', restarts: 1 }]);
    expect(events.all('crashed')).toMatchObject([
      { stage: 'middle', failure: { signal: 'SIGKILL' } },
    ]);
    expect(events.all('restarting')).toMatchObject([{ delay: 0, restart: 1 }]);
  });

  test('R7 is given again the value that its dead process had not taken', async () => {
    const { supervisor, book } = supervise();
    const values = supervisor.channel<number>('values');
    const told = supervisor.channel<number>('told');
    supervisor.stage('middle', {
      module: stageModule('take-when-told'),
      restart: 'on-failure',
      ends: { input: values.receiver, told: told.receiver },
    });
    const sent = values.sender.send(7);
    await book.until('middle', 'in hand: 7, attempt 1');
    await kill({ supervisor, book }, 'middle', 'SIGKILL');
    await book.until('middle', 'in hand: 7, attempt 2');
    await told.sender.send(1);
    await sent;
  });

  test('with `on-failure`: is not, when it ends well', async () => {
    const { supervisor, into, out } = between('pass-on-some', {
      args: ['2'],
      restart: 'on-failure',
    });
    const received = collect(out.receiver);
    await into.sender.send(1);
    await into.sender.send(2);
    expect(await received).toEqual([1, 2]);
    expect((await supervisor.finished()).stages).toMatchObject([{ restarts: 0, outcome: 'ended' }]);
    expect(await rejection(into.sender.send(3))).toMatchObject({ code: 'CHANNEL_ENDED' });
  });

  test('with `always`: also when it ends well, until its input has ended', async () => {
    const { supervisor, into, out } = between('pass-on-some', {
      args: ['2'],
      restart: { when: 'always', ...often },
    });
    const [received] = await Promise.all([collect(out.receiver), sendAll(into.sender, oneToFive)]);
    expect(received).toEqual(oneToFive);
    expect((await supervisor.finished()).stages).toMatchObject([{ restarts: 2, outcome: 'ended' }]);
  });

  test('R9 finds an end closed that its first process has closed', async () => {
    const { book, into, out } = between('close-and-crash', { restart: 'on-failure' });
    expect(await collect(out.receiver)).toEqual([0]);
    await into.sender.send(1);
    await book.until('middle', 'output: closed');
  });

  test('§8.16 finds its ends open when the process before it was done, and was killed before its exit', async () => {
    const { supervisor, book, into, out } = between('say-done', { restart: 'on-failure' });
    expect(await out.receiver.receive()).toBe(1);
    await expect.poll(async () => (await into.sender.statistics()).waitingReceivers).toBe(0);
    const before = book.lines.length;
    await kill({ supervisor, book }, 'middle', 'SIGKILL');
    await book.after(before, 'middle', 'input: open');
    expect(await collect(out.receiver)).toEqual([1, 9]);
    expect((await supervisor.finished()).stages).toMatchObject([{ restarts: 1, outcome: 'ended' }]);
  });

  test.each([
    ['after a crash', { exitCode: 3, when: 'on-failure', outcome: 'failed' }],
    ['with `always`', { exitCode: 0, when: 'always', outcome: 'ended' }],
  ] as const)(
    '§8.16 is not, %s, when all its ends are closed: the next could do nothing',
    async (_, { exitCode, when, outcome }) => {
      const { supervisor } = supervise();
      const events = new EventBook(supervisor);
      const { sender, receiver } = supervisor.channel<number>('out');
      supervisor.stage('closing', {
        module: stageModule('close-all-and-exit'),
        args: [String(exitCode)],
        restart: { when, ...often },
        ends: { output: sender },
      });
      expect(await collect(receiver)).toEqual([1]);
      const finished = await supervisor.finished().catch((error: unknown) => error);
      expect(events.all('started')).toHaveLength(1);
      if (outcome === 'ended') expect(finished).toMatchObject({ stages: [{ outcome }] });
      else {
        expect(finished).toMatchObject({ code: 'STAGE_FAILED', exitCode });
        expect((finished as StageFailedError).message).toContain(
          'it had closed all its ends before, so none is started in its place',
        );
      }
    },
  );

  test('R9 answers no more for ends that came in values: they go with the process', async () => {
    const { supervisor, book } = supervise();
    const ends = supervisor.channel<Sender<number>>('ends');
    const inside = supervisor.channel<number>('inside');
    supervisor.stage('keeper', {
      module: stageModule('keep-what-comes'),
      restart: 'on-failure',
      ends: { input: ends.receiver },
    });
    await ends.sender.send(inside.sender);
    await kill({ supervisor, book }, 'keeper', 'SIGKILL');
    expect(await rejection(inside.receiver.receive())).toBeInstanceOf(ChannelBrokenError);
    // Another process follows, and goes on with the named end.
    const other = supervisor.channel<number>('other');
    await ends.sender.send(other.sender);
  });
});

describe('a stage that cannot work', () => {
  test('fails at once when it never gets so far as to work, with what it printed', async () => {
    const { supervisor, events, out } = between('throw-at-once', {
      restart: 'on-failure',
      replicas: 3,
    });
    const error = await rejection(supervisor.finished());
    expect(error).toBeInstanceOf(StageFailedError);
    expect(error).toMatchObject({ stage: 'middle', exitCode: 1 });
    expect((error as StageFailedError).stderr.join('\n')).toContain('Error');
    expect(events.all('started')).toHaveLength(3);
    expect(events.all('restarting')).toEqual([]);
    expect(await rejection(out.receiver.receive())).toMatchObject({ cause: { stage: 'middle' } });
  });

  test('was killed from outside before it could begin: is started again', async () => {
    const supervision = between('double', { restart: 'on-failure' });
    const { events, into, out } = supervision;
    await kill(supervision, 'middle', 'SIGKILL');
    expect(events.all('ready')).toEqual([]);
    const [received] = await Promise.all([collect(out.receiver), sendAll(into.sender, oneToFive)]);
    expect(received).toEqual([2, 4, 6, 8, 10]);
    expect(events.all('crashed')).toMatchObject([{ failure: { signal: 'SIGKILL' } }]);
  });

  test('and has no ends to touch: is started again once it was a stage', async () => {
    const { supervisor } = supervise();
    supervisor.stage('alone', {
      module: stageModule('exit-while-starting'),
      args: ['3'],
      restart: { restarts: 2, backoff: { most: 0 } },
    });
    const error = await rejection(supervisor.finished());
    expect(error).toBeInstanceOf(RestartsExceededError);
    expect((error as RestartsExceededError).failures).toHaveLength(3);
  });

  test('fails when it fails more often than it may, with every reason', async () => {
    const { supervisor, events, into, out } = between('crash-on', {
      args: ['1'],
      restart: { restarts: 2, backoff: { first: 1 } },
    });
    for (let crash = 0; crash < 3; crash++) await into.sender.send(1);
    const error = await rejection(supervisor.finished());
    expect(error).toBeInstanceOf(RestartsExceededError);
    const { failures, group, message } = error as RestartsExceededError;
    expect(group).toBe('stage "middle"');
    expect(failures).toHaveLength(3);
    for (const failure of failures) expect(failure).toMatchObject({ signal: 'SIGKILL' });
    expect(message).toContain('2 restart(s) within 60 s');
    expect(events.all('restarting').map(({ restart }) => restart)).toEqual([1, 2]);
    expect(supervisor.report().stages).toMatchObject([{ outcome: 'failed', restarts: 2 }]);
    for (const operation of [into.sender.send(1), out.receiver.receive()]) {
      expect(await rejection(operation)).toMatchObject({
        code: 'CHANNEL_BROKEN',
        cause: { stage: 'middle', signal: 'SIGKILL' },
      });
    }
  });

  test('does not count the restarts of processes that got over a value before they died', async () => {
    const { supervisor, into, out } = between('crash-on', {
      args: ['0'],
      restart: { restarts: 1, backoff: { most: 0 } },
    });
    const received = collect(out.receiver);
    await sendAll(into.sender, [1, 0, 2, 0, 3, 0, 4, 0, 5]);
    expect(await received).toEqual(oneToFive);
    expect((await supervisor.finished()).stages).toMatchObject([{ outcome: 'ended', restarts: 4 }]);
  });

  test('is not started again by stop(), which ends the backoff', async () => {
    const { supervisor, events, into } = between('crash-on', {
      args: ['1'],
      restart: { backoff: { first: 1_000_000, most: 1_000_000, jitter: 0 } },
    });
    await into.sender.send(1);
    await events.nth('ready', 2);
    await into.sender.send(1);
    await events.nth('restarting', 2);
    const { stages } = await supervisor.stop();
    expect(stages).toMatchObject([{ outcome: 'stopped' }]);
    expect(events.all('started')).toHaveLength(2);
  });

  test.each(['crashed', 'restarting', 'started'] as const)(
    'R11 is not started again by stop() amid the event `%s`: no process is left',
    async (type) => {
      const { supervisor, into } = between('crash-on', { args: ['1'], restart: 'on-failure' });
      const stopped = new Promise((resolve) => {
        supervisor.events.listen((event) => {
          if (event.type === type && event.processId !== first) {
            resolve(supervisor.stop({ drain: 0, terminate: 0 }));
          }
        });
      });
      const first = type === 'started' ? supervisor.stages[0]?.processIds[0] : undefined;
      void into.sender.send(1);
      expect(await stopped).toMatchObject({ stages: [{ outcome: 'stopped' }] });
    },
  );
});

describe('a spare', () => {
  test('takes the place of a process that dies, and is followed by another', async () => {
    const { supervisor, events, into, out } = between('crash-on', {
      args: ['3'],
      restart: 'on-failure',
      spare: 1,
    });
    const received = collect(out.receiver);
    const spare = await events.nth('ready', 2);
    expect(spare.isSpare).toBe(true);
    for (const value of [1, 2, 3, 4]) await into.sender.send(value);
    await events.nth('started', 3);
    await sendAll(into.sender, [5]);
    expect(await received).toEqual([1, 2, 4, 5]);
    await supervisor.finished();
    const { processId } = spare;
    expect(events.all('ended')).toMatchObject([{ processId }]);
    expect(events.all('started')).toHaveLength(3);
  });

  test('that dies takes nothing along, and is no failure of its stage', async () => {
    const { supervisor, events, into, out } = between('echo', { spare: 1, restart: 'on-failure' });
    const { processId } = await events.nth('ready', 2);
    process.kill(processId as number, 'SIGKILL');
    expect(await events.nth('crashed', 1)).toMatchObject({ processId });
    const received = collect(out.receiver);
    await sendAll(into.sender, oneToFive);
    expect(await received).toEqual(oneToFive);
    expect((await supervisor.finished()).stages).toMatchObject([{ outcome: 'ended', restarts: 0 }]);
  });
});

describe('a stage that is recycled', () => {
  test('R1 loses nothing: each process finishes what it has, and another goes on', async () => {
    const { supervisor, events, into, out } = between('echo', { replicas: 2 });
    const received = collect(out.receiver);
    const [stage] = supervisor.stages;
    // Values flow until the last processes are ready, however fast the first ones are.
    const sent: number[] = [];
    let enough = Number.POSITIVE_INFINITY;
    const recycled = (async () => {
      for (let round = 1; round <= 3; round++) {
        await events.nth('ready', 2 * round);
        stage?.recycle();
      }
      await events.nth('ready', 8);
      enough = sent.length + 100;
    })();
    while (sent.length < enough) {
      await into.sender.send(sent.length);
      sent.push(sent.length);
    }
    into.sender.close();
    await recycled;
    expect((await received).toSorted((a, b) => a - b)).toEqual(sent);
    const { stages } = await supervisor.finished();
    expect(stages).toMatchObject([{ outcome: 'ended', restarts: 0, recycled: 6 }]);
    expect(events.all('recycling')).toHaveLength(6);
    expect(events.all('crashed')).toEqual([]);
    expect(events.all('restarting')).toEqual([]);
  });

  test('R9 while it still starts: its ends stay, and nobody sees an end', async () => {
    const { supervisor, events, into, out } = between('echo', {});
    supervisor.stages[0]?.recycle();
    const [received] = await Promise.all([collect(out.receiver), sendAll(into.sender, oneToFive)]);
    expect(received).toEqual(oneToFive);
    const { stages } = await supervisor.finished();
    expect(stages).toMatchObject([{ outcome: 'ended', recycled: 1, restarts: 0 }]);
    expect(events.all('crashed')).toEqual([]);
  });
});

test('R9 a process that is recycled while it starts leaves its ends to the next', async () => {
  const { supervisor, events, into, out } = between('echo', {});
  supervisor.stages[0]?.recycle();
  await events.nth('started', 2);
  const received = collect(out.receiver);
  await sendAll(into.sender, oneToFive);
  expect(await received).toEqual(oneToFive);
  expect((await supervisor.finished()).stages).toMatchObject([{ outcome: 'ended' }]);
});

describe('groups', () => {
  /** Three stages `a`, `b`, `c`, each between two channels, that crash on the value 0. */
  function three(strategy: 'one-for-one' | 'rest-for-one' | 'one-for-all', restarts = 10) {
    const supervision = supervise();
    const { supervisor } = supervision;
    const events = new EventBook(supervisor);
    const group = supervisor.group('all', { strategy, restarts });
    const inputs = ['a', 'b', 'c'].map((name) => {
      const input = supervisor.channel<number>(`into ${name}`);
      const output = supervisor.channel<number>(`out of ${name}`);
      const module = stageModule('crash-on');
      const ends = { input: input.receiver, output: output.sender };
      group.stage(name, { module, args: ['0'], restart: 'on-failure', ends });
      return input.sender;
    });
    const startsOf = (stage: string) => events.all('started', stage).length;
    const starts = () => ['a', 'b', 'c'].map(startsOf);
    return { ...supervision, events, made: group, inputs, starts };
  }

  test.each([
    ['one-for-one', [1, 2, 1]],
    ['rest-for-one', [1, 2, 2]],
    ['one-for-all', [2, 2, 2]],
  ] as const)('%s', async (strategy, starts) => {
    const group = three(strategy);
    await group.events.nth('ready', 3);
    await group.inputs[1]?.send(0);
    const total = starts.reduce<number>((sum, count) => sum + count, 0);
    await group.events.nth('ready', total);
    expect(group.starts()).toEqual(starts);
    expect(group.events.all('crashed')).toHaveLength(1);
  });

  test('that fail too often fail as a whole: their other stages are ended, and others go on', async () => {
    const { supervisor, events, inputs } = three('one-for-one', 1);
    const aside = supervisor.channel<number>('aside');
    const beside = supervisor.channel<number>('beside');
    supervisor.stage('echo', {
      module: stageModule('echo'),
      ends: { input: aside.receiver, output: beside.sender },
    });
    await inputs[0]?.send(0);
    await events.nth('restarting', 1);
    await inputs[1]?.send(0);
    expect(await events.nth('group-failed', 1)).toMatchObject({ group: 'group "all"' });
    const report = supervisor.report().stages.map(({ name, outcome }) => `${name} ${outcome}`);
    expect(report).toEqual(['a stopped', 'b failed', 'c stopped', 'echo running']);
    const [, received] = await Promise.all([aside.sender.send(1), beside.receiver.receive()]);
    expect(received).toBe(1);
    aside.sender.close();
    expect(await rejection(supervisor.finished())).toMatchObject({ group: 'group "all"' });
  });

  test('that fail inside another are one failure of it', async () => {
    const { supervisor, book: _book } = supervise();
    const events = new EventBook(supervisor);
    const outer = supervisor.group('outer', { strategy: 'one-for-all', restarts: 1 });
    const inner = outer.group('inner', { restarts: 0 });
    const make = (group: typeof inner, name: string) => {
      const input = supervisor.channel<number>(`into ${name}`);
      const output = supervisor.channel<number>(`out of ${name}`);
      group.stage(name, {
        module: stageModule('crash-on'),
        args: ['0'],
        restart: 'on-failure',
        ends: { input: input.receiver, output: output.sender },
      });
      return input.sender;
    };
    const [deep] = [make(inner, 'deep'), make(outer, 'shallow')];
    await events.nth('ready', 2);
    await deep?.send(0);
    await events.nth('ready', 4);
    expect(events.all('started', 'shallow')).toHaveLength(2);
    await deep?.send(0);
    const failed = await events.nth('group-failed', 1);
    expect(failed.group).toBe('group "outer"');
    expect(await rejection(supervisor.finished())).toMatchObject({ code: 'RESTARTS_EXCEEDED' });
  });

  test('that have failed take no more groups, also while their stages still end', async () => {
    const { supervisor, made, inputs } = three('one-for-all', 0);
    const refused = new Promise<unknown>((resolve) => {
      supervisor.events.listen(({ type }) => {
        if (type === 'stopped') resolve(rejection((async () => made.group('late'))()));
      });
    });
    await inputs[0]?.send(0);
    expect(await refused).toMatchObject({ message: expect.stringContaining('takes no more') });
    expect(await rejection(supervisor.finished())).toMatchObject({ group: 'group "all"' });
  });

  test('say themselves how often their stages are restarted', () => {
    const { supervisor } = supervise();
    const group = supervisor.group('all');
    const module = stageModule('echo');
    expect(() => group.stage('a', { module, restart: { restarts: 3 } })).toThrow(TopologyError);
    expect(() => supervisor.group('all')).toThrow('a group "all" already');
    expect(() => supervisor.group('other', { strategy: 'one-for-none' as never })).toThrow(
      'strategy must be one of one-for-one, rest-for-one, one-for-all',
    );
    expect(() => supervisor.stage('a', { module, restart: 'often' as never })).toThrow(
      'restart must be one of never, on-failure, always',
    );
    expect(() => supervisor.stage('a', { module, restart: { within: 0 } })).toThrow('within');
    expect(() => supervisor.stage('a', { module, spare: -1 })).toThrow('spare');
  });
});
