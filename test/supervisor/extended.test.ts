import { ChannelBrokenError, LostError } from 'handover';
import { describe, expect, test } from 'vitest';
import { channelShows } from '../support/conditions.ts';
import { rejection } from '../support/failures.ts';
import { supervise } from '../support/supervision.ts';
import { badEndings, workOn } from '../support/work-on.ts';

/** Workers that take values, and what they do with some of them. */
function startWorkers(replicas: number, steps: readonly string[], maxAttempts = 3) {
  const { supervisor, book } = supervise();
  const values = supervisor.channel<number>('values', { maxAttempts });
  const go = workOn(supervisor, values.receiver, replicas, steps);
  return { supervisor, book, send: (value: number) => values.sender.send(value), go };
}

describe('R1 an extended rendezvous', () => {
  test('R1 the sender is released only when the body is done', async () => {
    const { supervisor, book, send, go } = startWorkers(1, ['1:wait']);
    let isSent = false;
    const sent = send(1).then(() => {
      isSent = true;
    });
    await book.until('worker', 'begins 1');
    await channelShows(supervisor, 'values', { inHand: 1 });
    expect(isSent).toBe(false);
    await go.send(null);
    await sent;
    await book.until('worker', 'done 1');
  });
});

describe.each(badEndings)('R7 a body ends its process: %s', (what, how) => {
  test('R7 with 4 replicas: another one gets the value, as the second attempt, and the order stays', async () => {
    const { supervisor, book, send } = startWorkers(4, [`3:${what}:1`]);
    for (const value of [1, 2, 3, 4, 5]) {
      await send(value);
      // What is printed comes by another way than the word that the value was taken.
      await book.until('worker', `done ${value}`);
    }
    const begun = book.printed('worker').filter((line) => line.startsWith('begins'));
    expect(begun).toEqual([
      'begins 1, attempt 1',
      'begins 2, attempt 1',
      'begins 3, attempt 1',
      'begins 3, attempt 2',
      'begins 4, attempt 1',
      'begins 5, attempt 1',
    ]);
    expect(supervisor.statistics().get('values')).toMatchObject({ taken: 5, inHand: 0 });
  });

  test('R7 with 4 replicas, and each attempt: the send says how they ended', async () => {
    const { send } = startWorkers(4, [`1:${what}`], 2);
    const error = await rejection(send(1));
    expect(error).toBeInstanceOf(LostError);
    const failure = { code: 'STAGE_FAILED', stage: 'worker', ...how };
    expect(error).toMatchObject({ value: 1, attempts: 2, failures: [failure, failure] });
    await send(2);
  });

  test('R9 with 1 replica: the send says that it may have been taken, and by whom', async () => {
    const { send } = startWorkers(1, [`1:${what}`]);
    const error = await rejection(send(1));
    expect(error).toBeInstanceOf(ChannelBrokenError);
    expect(error).toMatchObject({ attempts: 1, cause: { stage: 'worker', ...how } });
  });
});

describe('R7 a body fails on its value', () => {
  test('R7 and its process goes on', async () => {
    const { book, send } = startWorkers(1, ['1:fail:2']);
    await send(1);
    await book.until('worker', 'done 1');
    expect(book.printed('worker')).toEqual([
      'begins 1, attempt 1',
      'begins 1, attempt 2',
      'begins 1, attempt 3',
      'done 1',
    ]);
  });

  test('R7 each time: the send fails, and says why', async () => {
    const { send } = startWorkers(1, ['1:fail']);
    const error = await rejection(send(1));
    const failure = {
      code: 'WORK_FAILED',
      message: 'Error: cannot work on 1',
      stage: 'worker',
    };
    expect(error).toMatchObject({ attempts: 3, failures: [failure, failure, failure] });
    await send(2);
  });

  test('R7 by leaving its loop without a word: the attempt is counted once', async () => {
    const { book, send } = startWorkers(2, ['1:leave:1']);
    await send(1);
    await book.until('worker', 'done 1');
    expect(book.printed('worker')).toEqual([
      'begins 1, attempt 1',
      'begins 1, attempt 2',
      'done 1',
    ]);
  });
});
