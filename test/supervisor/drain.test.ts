import { type DrainOptions, NotDrainedError } from 'handover';
import { describe, expect, test } from 'vitest';
import { channelShows } from '../support/conditions.ts';
import { endlessPipeline, ownSender } from '../support/drainable.ts';
import { rejection } from '../support/failures.ts';
import { isAlive } from '../support/processes.ts';
import { stageModule } from '../support/stage-module.ts';
import { supervise } from '../support/supervision.ts';

describe('drain()', () => {
  test('ends a pipeline in its order: nothing that is inside is lost', async () => {
    const { supervisor, expectAllHandedOver } = await endlessPipeline(2);
    await expectAllHandedOver(await supervisor.drain());
  });

  test('closes the senders of its own code, and what they sent arrives', async () => {
    const { supervisor, expectAllHandedOver } = ownSender();
    await expectAllHandedOver(await supervisor.drain({ deadline: 60_000 }));
  });

  test('of a program that is over, or was never begun, resolves', async () => {
    const { supervisor } = supervise();
    expect(await supervisor.drain({ deadline: 0 })).toEqual({ stages: [] });
    supervisor.stage('one', { module: stageModule('do-nothing') });
    await supervisor.finished();
    expect(await supervisor.drain({ deadline: 0 })).toMatchObject({
      stages: [{ outcome: 'ended' }],
    });
  });

  test('at its deadline says who still runs and for what each waits, and ends nobody', async () => {
    const { supervisor } = supervise();
    const values = supervisor.channel<number>('values');
    const source = supervisor.stage('source', {
      module: stageModule('count-up'),
      ends: { output: values.sender },
    });
    const silent = supervisor.stage('silent', { module: stageModule('stay-silent') });
    expect(await values.receiver.receive()).toBe(0);
    await channelShows(supervisor, 'values', { waitingSenders: 1 });
    const error = (await rejection(supervisor.drain({ deadline: 200 }))) as NotDrainedError;
    expect(error).toBeInstanceOf(NotDrainedError);
    expect(error).toMatchObject({ code: 'NOT_DRAINED', deadline: 200 });
    const [id] = source.processIds;
    const [other] = silent.processIds;
    expect(error.message.split('\n')).toEqual([
      'after 200 ms, 2 stages still run; none was ended by this, stop() would do so:',
      expect.stringMatching(
        `^  stage "source" \\(process ${id}\\) waits to send on "values".*: only the supervisor's own code could help it$`,
      ),
      `  stage "silent" (process ${other}) waits on no channel: it is busy, or waits for something else`,
    ]);
    expect(error.running).toMatchObject([
      { stage: 'source', processIds: [id], waits: [{ channels: ['values'], operation: 'send' }] },
      { stage: 'silent', processIds: [other], waits: [] },
    ]);
    expect([id, other].map((processId) => isAlive(processId ?? 0))).toEqual([true, true]);
    // It goes on draining: what was waited for ends the source.
    const rest: number[] = [];
    for await (const value of values.receiver) rest.push(value);
    expect(rest).toEqual([1]);
    await expect.poll(() => source.report.outcome).toBe('ended');
  });

  test('of a circle, where no stage is the first, says so at its deadline', async () => {
    const { supervisor } = supervise();
    const [there, back] = [supervisor.channel<number>('there'), supervisor.channel<number>('back')];
    const module = stageModule('echo');
    supervisor.stage('one', { module, ends: { input: there.receiver, output: back.sender } });
    supervisor.stage('two', { module, ends: { input: back.receiver, output: there.sender } });
    await channelShows(supervisor, 'there', { waitingReceivers: 1 });
    await channelShows(supervisor, 'back', { waitingReceivers: 1 });
    const error = (await rejection(supervisor.drain({ deadline: 50 }))) as NotDrainedError;
    expect(error.message).toMatch(/"one" .* waits to receive on "there".*: only stage "two" could/);
    expect(error.message).toMatch(/"two" .* waits to receive on "back".*: only stage "one" could/);
  });

  test('says of a stage between two processes that it is started again', async () => {
    const { supervisor } = supervise();
    const input = supervisor.channel<number>('input');
    const stage = supervisor.stage('phoenix', {
      module: stageModule('crash-on'),
      args: ['1'],
      ends: { input: input.receiver, output: supervisor.channel<number>('output').sender },
      restart: { when: 'on-failure', backoff: { first: 60_000, most: 60_000 } },
    });
    // The first time it is started again at once.
    for (let crash = 1; crash <= 2; crash++) await input.sender.send(1);
    await expect.poll(() => stage.processIds, { timeout: 20_000 }).toEqual([]);
    const error = (await rejection(supervisor.drain({ deadline: 0 }))) as NotDrainedError;
    expect(error.message).toContain('\n  stage "phoenix" has no process now: it is started again');
  });

  test('refuses what is no time', async () => {
    const { supervisor } = supervise();
    for (const deadline of [Number.NaN, -1]) {
      expect(await rejection(supervisor.drain({ deadline }))).toBeInstanceOf(RangeError);
    }
    expect(await rejection(supervisor.drain({ timeout: 5 } as DrainOptions))).toMatchObject({
      message: 'drain: there is no option timeout; there are deadline',
    });
  });
});

describe('stop({ deadline })', () => {
  test.each([
    { what: 'drains', module: 'echo', signal: undefined, within: 20_000 },
    { what: 'ignores SIGTERM', module: 'ignore-sigterm', signal: 'SIGKILL', within: 1_000 },
    { what: 'spins', module: 'spin', signal: 'SIGKILL', within: 1_000 },
    { what: 'still starts', module: 'stay-silent', signal: 'SIGTERM', within: 500 },
  ])('is enough for all: a stage that $what', async ({ module, signal, within }) => {
    const { supervisor } = supervise();
    const input = supervisor.channel<number>('input');
    const output = supervisor.channel<number>('output');
    supervisor.stage('one', {
      module: stageModule(module),
      ends: { input: input.receiver, output: output.sender },
    });
    if (module === 'echo') await input.sender.send(1);
    if (module !== 'stay-silent') await output.receiver.receive();
    const begun = performance.now();
    const { stages } = await supervisor.stop({ deadline: within });
    expect(performance.now() - begun).toBeLessThan(within + 1_000);
    const outcome = signal === undefined ? 'ended' : 'stopped';
    expect(stages).toMatchObject([{ outcome, exits: [{ signal }] }]);
  });

  test.each([
    { what: 'SIGTERM wakes it up', options: { deadline: 1_000 }, signal: 'SIGTERM' },
    { what: 'SIGKILL does not need to', options: { deadline: 0 }, signal: 'SIGKILL' },
  ])('ends a stage that is halted by SIGSTOP: $what', async ({ options, signal }) => {
    const { supervisor } = supervise();
    const input = supervisor.channel<number>('input');
    const stage = supervisor.stage('halted', {
      module: stageModule('print-all'),
      ends: { input: input.receiver },
    });
    await input.sender.send(1);
    for (const processId of stage.processIds) process.kill(processId, 'SIGSTOP');
    const { stages } = await supervisor.stop(options);
    expect(stages).toMatchObject([{ outcome: 'stopped', exits: [{ signal }] }]);
  });

  test('never rejects, whatever the time', async () => {
    const { supervisor } = supervise();
    supervisor.stage('silent', { module: stageModule('stay-silent') });
    const all = await Promise.all([
      supervisor.stop({ drain: Number.POSITIVE_INFINITY }),
      supervisor.stop({ deadline: Number.NaN }),
      supervisor.stop({ deadline: -1 }),
    ]);
    for (const { stages } of all) expect(stages).toMatchObject([{ outcome: 'stopped' }]);
  });
});
