import { DeadlockError } from 'handover';
import { expect, test } from 'vitest';
import { rejection } from '../../support/failures.ts';
import { describePython, pythonStage } from '../../support/python.ts';
import { supervise } from '../../support/supervision.ts';

describePython('a deadlock of stages in Python', () => {
  test('R12 §8.14 is found, and told with the line of code, be they blocking or with asyncio', async () => {
    const { supervisor, book } = supervise({ onDeadlock: 'fail' });
    const [one, other] = [supervisor.channel<string>('one'), supervisor.channel<string>('other')];
    supervisor.stage('left', {
      ...pythonStage('send_and_receive'),
      ends: { there: one.sender, back: other.receiver },
    });
    supervisor.stage('right', {
      ...pythonStage('send_and_receive_awaited'),
      ends: { there: other.sender, back: one.receiver },
    });
    const error = await rejection(supervisor.finished());
    expect(error).toBeInstanceOf(DeadlockError);
    if (!(error instanceof DeadlockError)) return;
    expect(error.circle).toEqual(['stage "left"', 'stage "right"', 'stage "left"']);
    const told = book.lines.map(({ line }) => line).join('\n');
    expect(told).toMatch(/"left" .* waits to send on "one",.* at .*send_and_receive\.py:6/);
    expect(told).toMatch(
      /"right" .* waits to send on "other",.* at main \(.*send_and_receive_awaited\.py:10\)/,
    );
  });
});
