import { pipeline, StageFailedError, Supervisor } from 'handover';
import { describe, expect, test } from 'vitest';
import { channelShows } from '../support/conditions.ts';
import { endlessPipeline, ownSender } from '../support/drainable.ts';
import { rejection } from '../support/failures.ts';
import { LogBook } from '../support/log-book.ts';
import { ownProcesses } from '../support/processes.ts';
import { stageModule } from '../support/stage-module.ts';
import { supervise } from '../support/supervision.ts';

describe('stop()', () => {
  test('ends the source, and each stage after it when its input has ended: all that was sent arrives', async () => {
    const { supervisor, expectAllHandedOver } = await endlessPipeline();
    await expectAllHandedOver(await supervisor.stop({ drain: 20_000 }));
  });

  test('closes the senders of its own code: what waits there is still received', async () => {
    const { supervisor, expectAllHandedOver } = ownSender();
    await expectAllHandedOver(await supervisor.stop({ drain: 20_000 }));
  });

  test.each([
    { what: 'does nothing about SIGTERM', module: 'echo', signal: 'SIGTERM' },
    { what: 'ignores SIGTERM', module: 'ignore-sigterm', signal: 'SIGKILL' },
    { what: 'spins', module: 'spin', signal: 'SIGKILL' },
  ])('a stage that $what ends by $signal', async ({ module, signal }) => {
    const { supervisor } = supervise();
    const input = supervisor.channel<number>('input');
    const output = supervisor.channel<number>('output');
    const another = input.sender.clone();
    supervisor.stage('stubborn', {
      module: stageModule(module),
      ends: { input: input.receiver, output: output.sender },
    });
    if (module === 'echo') await input.sender.send(1);
    await output.receiver.receive();
    const waiting = rejection(output.receiver.receive());
    const { stages } = await supervisor.stop({ drain: 0, terminate: 300 });
    expect(stages).toMatchObject([{ outcome: 'stopped', exits: [{ signal }] }]);
    // It was ended, it did not end: nobody may take that for all.
    const error = await waiting;
    const cause = { code: 'STAGE_STOPPED', stage: 'stubborn' };
    expect(error).toMatchObject({ code: 'CHANNEL_BROKEN', cause });
    expect(String(error)).toContain('stage "stubborn" was stopped');
    expect(await rejection(another.send(1))).toMatchObject({ code: 'END_CLOSED' });
    await supervisor.finished();
  });

  test('of a source that cannot be drained goes on to SIGTERM when the time is over', async () => {
    const { supervisor } = supervise();
    const values = supervisor.channel<number>('values');
    supervisor.stage('source', {
      module: stageModule('count-up'),
      ends: { output: values.sender },
    });
    expect(await values.receiver.receive()).toBe(0);
    // Nobody takes what it sends next, so it cannot end well.
    await channelShows(supervisor, 'values', { waitingSenders: 1 });
    const { stages } = await supervisor.stop({ drain: 300 });
    expect(stages).toMatchObject([{ outcome: 'stopped', exits: [{ signal: 'SIGTERM' }] }]);
  });

  test('of stages that are just starting leaves none of them', async () => {
    const { supervisor } = supervise();
    for (const name of ['a', 'b', 'c']) {
      supervisor.stage(name, { module: stageModule('stay-silent') });
    }
    const { stages } = await supervisor.stop({ drain: 0, terminate: 0 });
    expect(stages.map(({ outcome }) => outcome)).toEqual(['stopped', 'stopped', 'stopped']);
    expect(ownProcesses()).toEqual([]);
  });

  test('twice, and of nothing, resolves', async () => {
    const { supervisor } = supervise();
    expect(await supervisor.stop()).toEqual({ stages: [] });
    supervisor.stage('idler', { module: stageModule('stay-silent') });
    const both = await Promise.all([
      supervisor.stop({ drain: 0 }),
      supervisor.stop({ drain: 0, terminate: 0 }),
    ]);
    for (const { stages } of both) expect(stages).toMatchObject([{ outcome: 'stopped' }]);
  });
});

test('await using ends what still runs when its scope is left', async () => {
  const book = new LogBook();
  let processIds: readonly number[] = [];
  {
    await using supervisor = new Supervisor({ log: book.log });
    const values = supervisor.channel<number>('values');
    const stage = supervisor.stage('taker', {
      module: stageModule('print-all'),
      ends: { input: values.receiver },
    });
    await values.sender.send(1);
    await book.until('taker', 'took 1');
    processIds = stage.processIds;
    expect(processIds).toHaveLength(1);
  }
  expect(ownProcesses()).toEqual([]);
  expect(book.printed('taker')).toEqual(['took 1']);
});

describe('finished()', () => {
  test('tells how each stage ended', async () => {
    const { supervisor } = supervise();
    supervisor.stage('one', { module: stageModule('do-nothing') });
    supervisor.stage('two', { module: stageModule('do-nothing'), replicas: 2 });
    const { stages } = await supervisor.finished();
    const exit = {
      processId: expect.any(Number),
      exitCode: 0,
      signal: undefined,
      milliseconds: expect.any(Number),
    };
    expect(stages).toEqual([
      { name: 'one', outcome: 'ended', exits: [exit], restarts: 0, recycled: 0 },
      { name: 'two', outcome: 'ended', exits: [exit, exit], restarts: 0, recycled: 0 },
    ]);
  });

  test('fails with the first failure, and lists those that came after it', async () => {
    const { supervisor } = supervise();
    const stages = pipeline(supervisor, {
      source: { module: stageModule('count-up') },
      middle: { module: stageModule('crash-on'), args: ['7'] },
      sink: { module: stageModule('print-all') },
    });
    const failure = await rejection(supervisor.finished());
    expect(failure).toBeInstanceOf(StageFailedError);
    const { stage, signal, others, message } = failure as StageFailedError;
    expect({ stage, signal }).toEqual({ stage: 'middle', signal: 'SIGKILL' });
    expect(others.map((other) => other.stage).toSorted()).toEqual(['sink', 'source']);
    for (const other of others) expect(other.stderr.join('\n')).toContain('stage "middle"');
    expect(message).toMatch(/stage "middle" was killed by SIGKILL/);
    expect(message).toMatch(/after it failed "(source|sink)", "(source|sink)"/);
    expect([...stages.values()].map(({ report }) => report.outcome)).toEqual([
      'failed',
      'failed',
      'failed',
    ]);
  });

  test('names the replica that failed', async () => {
    const { supervisor } = supervise();
    const values = supervisor.channel<number>('values');
    supervisor.stage('pair', {
      module: stageModule('crash-on'),
      args: ['1'],
      replicas: 2,
      ends: { input: values.receiver, output: supervisor.channel<number>('output').sender },
    });
    await values.sender.send(1);
    await values.sender.send(1);
    const failure = (await rejection(supervisor.finished())) as StageFailedError;
    const messages = [failure, ...failure.others].map(({ message }) => message).join('\n');
    expect(messages).toContain('stage "pair" was killed by SIGKILL');
    expect(messages).toContain('stage "pair" (replica 2) was killed by SIGKILL');
  });
});
