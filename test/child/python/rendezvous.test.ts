import { ChannelBrokenError, ChannelEndedError } from 'handover';
import { expect, test } from 'vitest';
import { rejection } from '../../support/failures.ts';
import { describePython, pythonStage } from '../../support/python.ts';
import { startPythonEcho } from '../../support/python-echo.ts';
import { supervise } from '../../support/supervision.ts';

describePython('a stage in Python', () => {
  test('R1 R5 a send to one that is stuck in its first value resolves for that alone', async () => {
    const { supervisor, book } = supervise();
    const values = supervisor.channel<number>('values');
    supervisor.stage('stuck', {
      ...pythonStage('take_some_and_block', '1'),
      ends: { input: values.receiver },
    });
    let sent = 0;
    const sends = Array.from({ length: 100 }, (_, value) =>
      values.sender.send(value).then(() => sent++),
    );
    const outcomes = Promise.allSettled(sends);
    await book.until('stuck', 'stuck');
    await sends[0];
    expect(supervisor.statistics().get('values')).toMatchObject({ taken: 1, inHand: 0 });
    expect(sent).toBe(1);

    await supervisor.stop({ drain: 0, terminate: 0 });
    const failures = (await outcomes).flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason] : [],
    );
    expect(failures).toHaveLength(99);
    expect(failures.every((failure) => failure instanceof ChannelBrokenError)).toBe(true);
    expect(failures.every(({ attempts }) => attempts === 0)).toBe(true);
  });

  test('R3 values come in the order in which they were sent, and the end after the last', async () => {
    const { supervisor } = supervise();
    const { sender, receiver } = startPythonEcho(supervisor);
    const all = Promise.all(Array.from({ length: 300 }, (_, value) => sender.send(value)));
    for (let value = 0; value < 300; value++) expect(await receiver.receive()).toBe(value);
    await all;
    sender.close();
    expect(await rejection(receiver.receive())).toBeInstanceOf(ChannelEndedError);
    expect((await supervisor.finished()).stages).toMatchObject([{ outcome: 'ended' }]);
  });
});
