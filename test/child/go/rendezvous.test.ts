import { ChannelBrokenError, ChannelEndedError } from 'handover';
import { expect, test } from 'vitest';
import { channelShows } from '../../support/conditions.ts';
import { rejection } from '../../support/failures.ts';
import { describeGo, goStage, startGoEcho } from '../../support/go.ts';
import { supervise } from '../../support/supervision.ts';

describeGo('a stage in Go', () => {
  test('R1 R5 a send to one that is stuck in its first value resolves for that alone', async () => {
    const { supervisor, book } = supervise();
    const values = supervisor.channel<number>('values');
    supervisor.stage('stuck', { ...goStage('take-and-block'), ends: { input: values.receiver } });
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
    const { sender, receiver } = startGoEcho(supervisor);
    const values = [...Array(300).keys(), new Uint8Array(3_000_000).fill(7), 'last'];
    const all = Promise.all(values.map((value) => sender.send(value)));
    for (const value of values) expect(await receiver.receive()).toEqual(value);
    await all;
    sender.close();
    expect(await rejection(receiver.receive())).toBeInstanceOf(ChannelEndedError);
    expect((await supervisor.finished()).stages).toMatchObject([{ outcome: 'ended' }]);
  });

  test('R2 may have many goroutines, each of which waits by itself', async () => {
    const { supervisor } = supervise();
    const { sender, receiver } = startGoEcho(supervisor, 'many-goroutines');
    const count = 400;
    const all = Promise.all(Array.from({ length: count }, (_, value) => sender.send(value)));
    const received = new Set<unknown>();
    for (let turn = 0; turn < count; turn++) received.add(await receiver.receive());
    expect(received.size).toBe(count);
    await all;
    sender.close();
    expect((await supervisor.finished()).stages).toMatchObject([{ outcome: 'ended' }]);
  });
});

describeGo('SendAll, in a stage in Go', () => {
  test('R3 R5 draws no more than its window has room for, and all are taken in order', async () => {
    const { supervisor, book } = supervise();
    const numbers = supervisor.channel<number>('numbers');
    supervisor.stage('many', {
      ...goStage('send-many', '20', '4'),
      ends: { output: numbers.sender },
    });
    await channelShows(supervisor, 'numbers', { waitingSenders: 4 });
    await book.until('many', 'drawn 4');
    expect(book.printed('many')).toEqual([1, 2, 3, 4].map((number) => `drawn ${number}`));
    for (let number = 1; number <= 20; number++)
      expect(await numbers.receiver.receive()).toBe(number);
    await supervisor.finished();
    expect(book.printed('many').slice(-2)).toEqual(['source closed', 'all 20 <nil>']);
  });

  test('R4 says what became of each value when one is not taken', async () => {
    const { supervisor, book } = supervise();
    const numbers = supervisor.channel<number>('numbers', { maxAttempts: 1 });
    supervisor.stage('many', {
      ...goStage('send-many', '1000', '4'),
      ends: { output: numbers.sender },
    });
    await channelShows(supervisor, 'numbers', { waitingSenders: 4 });
    for await (const work of numbers.receiver.extended()) {
      if (work.value < 5) continue;
      await channelShows(supervisor, 'numbers', { waitingSenders: 3 });
      work.fail(new Error('not this one'));
      break;
    }
    await supervisor.finished();
    expect(book.printed('many').slice(-3)).toEqual([
      'source closed',
      'of 8 taken 4 LOST true true',
      'not [{5 6 0} {6 7 0} {7 8 0}] maybe [{4 5 1}]',
    ]);
  });
});
