import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type Channel, DeadlockError, type Supervisor } from 'handover';
import { describe, expect, test, vi } from 'vitest';
import { channelShows } from '../support/conditions.ts';
import { rejection } from '../support/failures.ts';
import type { LogBook } from '../support/log-book.ts';
import { programFlags } from '../support/programs.ts';
import { stageModule } from '../support/stage-module.ts';
import { type Supervision, supervise } from '../support/supervision.ts';

/** A stage that follows steps, with copies of the ends that they name; `send` and `receive` say which. */
function follow(
  supervisor: Supervisor,
  name: string,
  channels: Readonly<Record<string, Channel<string>>>,
  steps: readonly string[],
): void {
  const ends = Object.fromEntries(
    Object.entries(channels).map(([end, channel]) => {
      const sends = steps.includes(`send ${end}`);
      return [end, sends ? channel.sender.clone() : channel.receiver.clone()];
    }),
  );
  supervisor.stage(name, { module: stageModule('follow-steps'), args: steps, ends });
}

function closeAll(...channels: readonly Channel<string>[]): void {
  for (const { sender, receiver } of channels) {
    sender.close();
    receiver.close();
  }
}

/** Two stages that each send to the other before they receive. */
function bothSend(supervisor: Supervisor): void {
  const [there, back] = [supervisor.channel<string>('there'), supervisor.channel<string>('back')];
  follow(supervisor, 'left', { there, back }, ['send there', 'receive back']);
  follow(supervisor, 'right', { there, back }, ['send back', 'receive there']);
  closeAll(there, back);
}

function reported({ lines }: LogBook, name = 'supervisor'): string {
  return lines
    .filter(({ stage }) => stage === name)
    .map(({ line }) => line)
    .join('\n');
}

describe('R12 a deadlock', () => {
  test('R12 is told with each process, stage, operation, channel and line of code, and the circle', async () => {
    const { supervisor, book } = supervise();
    bothSend(supervisor);
    await vi.waitFor(() => expect(reported(book)).toMatch(/in a circle/), { timeout: 30_000 });
    const [left] = supervisor.stages[0]?.processIds ?? [];
    const [right] = supervisor.stages[1]?.processIds ?? [];
    const where = /for \d\.\d s or more, at .*follow-steps\.ts:\d+:\d+\)?/g;
    expect(reported(book).replaceAll(where, 'HERE')).toBe(
      [
        'deadlock: these can never go on, for each waits only for others of them:',
        `  stage "left" (process ${left}) waits to send on "there", HERE: only stage "right" could help it`,
        `  stage "right" (process ${right}) waits to send on "back", HERE: only stage "left" could help it`,
        '  in a circle: stage "left" → stage "right" → stage "left"',
      ].join('\n'),
    );
  });

  test('R12 with onDeadlock fail, its processes are ended, and finished() says why', async () => {
    const { supervisor } = supervise({ onDeadlock: 'fail' });
    bothSend(supervisor);
    const error = await rejection(supervisor.finished());
    expect(error).toBeInstanceOf(DeadlockError);
    if (!(error instanceof DeadlockError)) return;
    expect(error.blocked).toMatchObject([
      { who: 'stage "left"', operation: 'send', channels: ['there'], partners: ['stage "right"'] },
      { who: 'stage "right"', operation: 'send', channels: ['back'], partners: ['stage "left"'] },
    ]);
    expect(error.circle).toEqual(['stage "left"', 'stage "right"', 'stage "left"']);
    expect(supervisor.report().stages.map(({ outcome }) => outcome)).toEqual(['failed', 'failed']);
  });

  test('R12 of some is found while others go on', async () => {
    const { supervisor, book } = supervise();
    const ticks = supervisor.channel<number>('ticks');
    supervisor.stage('clock', {
      module: stageModule('send-numbers'),
      args: ['100000000'],
      ends: { output: ticks.sender },
    });
    supervisor.stage('listener', {
      module: stageModule('count-values'),
      ends: { input: ticks.receiver },
    });
    bothSend(supervisor);
    await vi.waitFor(() => expect(reported(book)).toMatch(/in a circle/), { timeout: 30_000 });
    expect(reported(book)).not.toMatch(/clock|listener/);
    const { taken = 0 } = supervisor.statistics().get('ticks') ?? {};
    await vi.waitFor(() =>
      expect(supervisor.statistics().get('ticks')?.taken).toBeGreaterThan(taken),
    );
  });

  test('R12 holds those up who wait for its processes: they are told in their turn', async () => {
    const { supervisor } = supervise({ onDeadlock: 'fail' });
    const results = supervisor.channel<string>('results');
    const [there, back] = [supervisor.channel<string>('there'), supervisor.channel<string>('back')];
    follow(supervisor, 'left', { there, back, results }, ['send there', 'send results']);
    follow(supervisor, 'right', { there, back }, ['send back', 'receive there']);
    follow(supervisor, 'sink', { results }, ['receive results']);
    closeAll(there, back, results);
    const error = await rejection(supervisor.finished());
    expect((error as DeadlockError).blocked.map(({ who }) => who)).toEqual(
      expect.arrayContaining(['stage "left"', 'stage "right"']),
    );
    const { stages } = supervisor.report();
    expect(stages.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed']);
  });
});

test('R12 is found through a helper, too', async () => {
  const { supervisor, book } = supervise();
  const [there, back] = [supervisor.channel<string>('there'), supervisor.channel<string>('back')];
  for (const [name, input, output] of [
    ['first', back, there],
    ['second', there, back],
  ] as const) {
    supervisor.stage(name, {
      module: stageModule('echo-merged'),
      ends: { input: input.receiver, output: output.sender },
    });
  }
  await vi.waitFor(() => expect(reported(book)).toMatch(/in a circle/), { timeout: 30_000 });
  expect(reported(book)).toMatch(/stage "first" .* waits to receive on "back"/);
});

test('R12 is found beside a stage that never answers', async () => {
  const { supervisor, book } = supervise();
  const nothing = supervisor.channel<string>('nothing');
  follow(supervisor, 'hung', { nothing }, ['forget nothing', 'spin']);
  await channelShows(supervisor, 'nothing', { waitingReceivers: 1 });
  bothSend(supervisor);
  await vi.waitFor(() => expect(reported(book)).toMatch(/in a circle/), { timeout: 30_000 });
  expect(reported(book)).not.toMatch(/hung/);
});

describe('R12 no false alarm', () => {
  /** Begins a deadlock of others, and waits until it is told: those that were still before it were looked at. */
  async function untilOthersAreFound({ supervisor, book }: Supervision): Promise<string> {
    bothSend(supervisor);
    await vi.waitFor(() => expect(reported(book)).toMatch(/in a circle/), { timeout: 30_000 });
    return reported(book);
  }

  const busy = {
    'while a timer is armed': ['timer'],
    'while a stage waits for another program': ['program'],
    'while a stage computes': ['spin'],
    'while an operation will time out': ['receive answers 2000000'],
    'while a timer is armed beside an operation': ['forget answers', 'timer'],
    'while the thread pool works beside an operation': ['forget answers', 'hash'],
  };
  test.for(Object.entries(busy))('R12 %s', async ([, steps]) => {
    const supervision = supervise();
    const { supervisor, book } = supervision;
    const questions = supervisor.channel<string>('questions');
    const answers = supervisor.channel<string>('answers');
    follow(supervisor, 'slow', { questions, answers }, [...steps, 'send questions']);
    follow(supervisor, 'patient', { questions, answers }, ['receive questions', 'send answers']);
    closeAll(questions, answers);
    await channelShows(supervisor, 'questions', { waitingReceivers: 1 });
    await book.until('slow', `${steps.at(-1)}: begins`);
    expect(await untilOthersAreFound(supervision)).not.toMatch(/slow|patient/);
  });

  test('R12 while a stage is still starting', async () => {
    const supervision = supervise();
    const { supervisor } = supervision;
    const lines = supervisor.channel<string>('lines');
    supervisor.stage('late', {
      module: stageModule('stay-silent'),
      ends: { lines: lines.sender },
    });
    follow(supervisor, 'patient', { lines }, ['receive lines']);
    lines.receiver.close();
    await channelShows(supervisor, 'lines', { waitingReceivers: 1 });
    expect(await untilOthersAreFound(supervision)).not.toMatch(/late|patient/);
  });

  test('R12 about a process that cannot tell whether it is idle', async () => {
    const supervision = supervise();
    const { supervisor } = supervision;
    const [there, back] = [supervisor.channel<string>('to'), supervisor.channel<string>('fro')];
    supervisor.stage('by hand', {
      module: stageModule('receive-by-hand'),
      ends: { input: there.receiver, output: back.sender },
    });
    follow(supervisor, 'partner', { there, back }, ['receive back', 'send there']);
    closeAll(there, back);
    await channelShows(supervisor, 'to', { waitingReceivers: 1 });
    await channelShows(supervisor, 'fro', { waitingReceivers: 1 });
    expect(await untilOthersAreFound(supervision)).not.toMatch(/hand|partner/);
  });

  test('R12 while the supervisor’s own code may do something', async () => {
    const supervision = supervise();
    const { supervisor } = supervision;
    const lines = supervisor.channel<string>('lines');
    follow(supervisor, 'printer', { lines }, ['receive lines']);
    await channelShows(supervisor, 'lines', { waitingReceivers: 1 });
    expect(await untilOthersAreFound(supervision)).not.toMatch(/printer/);
  });
});

describe("R12 the supervisor's own code", () => {
  async function run(program: string): Promise<string> {
    const path = fileURLToPath(new URL(`../fixtures/programs/${program}.ts`, import.meta.url));
    const child = spawn(process.execPath, [...programFlags(), path], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return text(child.stdout);
  }

  test('R12 that has forgotten to close an end is told which', async () => {
    const said = await run('forget-to-close');
    expect(said).toMatch(/stage "printer" .* waits to receive on "lines"/);
    expect(said).toContain(
      'the supervisor\'s own code still has the sender of "lines", and does nothing any more: close what is not needed',
    );
  });

  test('R12 takes part in a circle like a process, with its own line', async () => {
    const said = await run('wait-for-each-other');
    expect(said).toMatch(/^ChannelBrokenError: stage "oracle" was killed: it was in a deadlock/);
    expect(said).toMatch(
      /the supervisor's own code waits to receive on "answers", .* at ask \(.*wait-for-each-other\.ts:14:3\): only stage "oracle" could help it/,
    );
    expect(said).toContain(
      'in a circle: the supervisor\'s own code → stage "oracle" → the supervisor\'s own code',
    );
  });
});

test('R12 explain() says who waits for whom at any time', async () => {
  const { supervisor } = supervise();
  expect(supervisor.explain()).toBe('nobody waits for anybody');
  const lines = supervisor.channel<string>('lines');
  follow(supervisor, 'printer', { lines }, ['receive lines']);
  lines.receiver.close();
  await channelShows(supervisor, 'lines', { waitingReceivers: 1 });
  const [printer] = supervisor.stages[0]?.processIds ?? [];
  expect(supervisor.explain().replace(/, for .* or more/, '')).toBe(
    `stage "printer" (process ${printer}) waits to receive on "lines": only the supervisor's own code could help it`,
  );
  await lines.sender.send('here');
  await supervisor.finished();
  expect(supervisor.explain()).toBe('nobody waits for anybody');
});
