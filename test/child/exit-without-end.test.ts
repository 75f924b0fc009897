/** An exit in which Node itself waits for ever looks from outside as one whose code does. */
import { StageFailedError, type Supervisor } from 'handover';
import { describe, expect, test } from 'vitest';
import { rejection } from '../support/failures.ts';
import { stageModule } from '../support/stage-module.ts';
import { supervise } from '../support/supervision.ts';

function startWithoutEnd(supervisor: Supervisor, exitCode: number, mebibytes = 0) {
  const values = supervisor.channel<number>('values');
  supervisor.stage('endless', {
    module: stageModule('exit-without-end'),
    args: [String(exitCode), String(mebibytes)],
    ends: { output: values.sender },
  });
  return values.receiver;
}

describe('§8.20 an exit that never comes to its end', () => {
  test('counts as the exit that it said it was: it has ended well, and its channels end', async () => {
    const { supervisor, book } = supervise();
    const receiver = startWithoutEnd(supervisor, 0);
    expect(await Array.fromAsync(receiver)).toEqual([1]);
    const report = await supervisor.finished();
    expect(report).toMatchObject({ stages: [{ outcome: 'ended', exits: [{ exitCode: 0 }] }] });
    const troubles = book.lines.filter(({ event }) => event.type === 'trouble');
    expect(troubles.map(({ line }) => line)).toEqual([
      expect.stringMatching(
        /process \d+ was to exit with code 0, and had not come to the end of it 10000 ms later: it was killed, and counts as exited/,
      ),
    ]);
  });

  test('with another code than 0, it has failed with that', async () => {
    const { supervisor } = supervise();
    startWithoutEnd(supervisor, 3).receive();
    const error = await rejection(supervisor.finished());
    expect(error).toBeInstanceOf(StageFailedError);
    expect(error).toMatchObject({ stage: 'endless', exitCode: 3, signal: undefined });
  });

  test('amid a message it is a failure, whatever it would have been', async () => {
    const { supervisor } = supervise();
    const receiver = startWithoutEnd(supervisor, 0, 50);
    expect(await rejection(receiver.receive())).toMatchObject({ code: 'CHANNEL_BROKEN' });
    const error = await rejection(supervisor.finished());
    expect(String(error)).toContain('it closed its link and went on for 2000 ms');
  });
});
