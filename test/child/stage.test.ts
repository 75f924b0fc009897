import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ChannelBrokenError, type StageFailedError } from 'handover';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { channelShows } from '../support/conditions.ts';
import { rejection } from '../support/failures.ts';
import { stageModule } from '../support/stage-module.ts';
import { supervise } from '../support/supervision.ts';

describe('stage()', () => {
  test('in a process that no supervisor started says what to do', async () => {
    const args = ['--conditions=handover-source', stageModule('echo').pathname];
    const { stderr, code } = (await rejection(promisify(execFile)(process.execPath, args))) as {
      stderr: string;
      code: number;
    };
    expect(code).toBe(1);
    expect(stderr).toContain('NotAStageError: no supervisor started this process');
    expect(stderr).toContain('supervisor.stage(');
  });

  test('comes before supervisor.channel(), which says so; and without a supervisor there is none', async () => {
    const module = stageModule('open-before-stage');
    const { supervisor, book } = supervise();
    supervisor.stage('hasty', { module });
    await book.until(
      'hasty',
      'NotAStageError: the supervisor has not answered yet: `await stage()`',
    );
    const args = ['--conditions=handover-source', module.pathname];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(stdout).toContain('NotAStageError: no supervisor started this process');
  });

  test('an end that was not given is an error that names those that were', async () => {
    const { supervisor } = supervise();
    const values = supervisor.channel<number>('values');
    supervisor.stage('mistaken', {
      module: stageModule('use-an-end-that-is-not-there'),
      ends: { output: values.sender },
    });
    const { stderr } = (await rejection(supervisor.finished())) as StageFailedError;
    expect(stderr.join('\n')).toContain(
      'TopologyError: stage "mistaken" was given no end "outputs"; it has: "output"',
    );
  });

  test('the environment and the arguments are as asked, and the link is not passed on', async () => {
    // Of what begins like that, what the tests themselves are told is passed on.
    vi.stubEnv('HANDOVER_SEED', undefined);
    onTestFinished(() => void vi.unstubAllEnvs());
    const { supervisor, book } = supervise();
    supervisor.stage('printer', {
      module: stageModule('print-environment'),
      args: ['one', 'two words'],
      env: { MINE: 'yes' },
    });
    await supervisor.finished();
    expect(JSON.parse(book.printed('printer')[0] ?? '')).toEqual({
      args: ['one', 'two words'],
      mine: 'yes',
      names: [],
    });
  });

  test('R9 a module that runs to its end ends its channels well', async () => {
    const { supervisor } = supervise();
    const values = supervisor.channel<number>('values');
    supervisor.stage('sender', {
      module: stageModule('send-numbers'),
      args: ['3'],
      ends: { output: values.sender },
    });
    const received: number[] = [];
    for await (const value of values.receiver) received.push(value);
    expect(received).toEqual([0, 1, 2]);
    expect(await supervisor.finished()).toMatchObject({
      stages: [{ name: 'sender', outcome: 'ended', exits: [{ exitCode: 0 }] }],
    });
  });

  test('R9 a module that throws breaks its channels, with its error in the cause', async () => {
    const { supervisor } = supervise();
    const values = supervisor.channel<string>('values');
    supervisor.stage('thrower', {
      module: stageModule('throw-when-told'),
      ends: { input: values.receiver },
    });
    await values.sender.send('what it throws');
    const error = await rejection(values.sender.send('too late'));
    expect(error).toBeInstanceOf(ChannelBrokenError);
    const { cause } = error as { cause: StageFailedError };
    expect(cause).toMatchObject({ stage: 'thrower', exitCode: 1 });
    expect(cause.stderr.join('\n')).toContain('Error: what it throws');
  });

  test('process.exitCode decides how a module that runs to its end has ended', async () => {
    const { supervisor } = supervise();
    supervisor.stage('well', { module: stageModule('exit-code-and-end'), args: ['0'] });
    supervisor.stage('badly', { module: stageModule('exit-code-and-end'), args: ['5'] });
    expect(await rejection(supervisor.finished())).toMatchObject({ stage: 'badly', exitCode: 5 });
    expect(supervisor.report().stages.map(({ outcome }) => outcome)).toEqual(['ended', 'failed']);
  });
});

describe('statistics()', () => {
  test('keep a process alive that waits for nothing else, and agree with the supervisor', async () => {
    const { supervisor } = supervise();
    const watched = supervisor.channel<number>('watched', { capacity: 2 });
    const output = supervisor.channel<unknown>('output');
    const sends = [1, 2, 3, 4].map((value) => watched.sender.send(value));
    expect(await watched.receiver.receive()).toBe(1);
    await channelShows(supervisor, 'watched', { buffered: 2, waitingSenders: 1, taken: 1 });
    const expected = supervisor.statistics().get('watched');
    expect(await watched.sender.statistics()).toEqual(expected);
    const own = watched.receiver.clone();
    supervisor.stage('reporter', {
      module: stageModule('report-statistics'),
      ends: { watched: watched.receiver, output: output.sender },
    });
    expect(await output.receiver.receive()).toEqual({ ...expected, receivers: 2 });
    for (const value of [2, 3, 4]) expect(await own.receive()).toBe(value);
    await Promise.all(sends);
    await supervisor.finished();
  });
});
