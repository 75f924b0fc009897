import { type Channel, channel, type DeadLetter, LostError } from 'handover';
import { describe, expect, test } from 'vitest';

function withLetters<T>(maxAttempts = 2): { lines: Channel<T>; dead: Channel<DeadLetter<T>> } {
  const dead = channel<DeadLetter<T>>({ name: 'dead' });
  const lines = channel<T>({ name: 'lines', maxAttempts, deadLetters: dead.sender });
  return { lines, dead };
}

describe('R7 inside one process', () => {
  test('R1 a sender waits until the body is done', async () => {
    const { sender, receiver } = channel<string>();
    const seen: string[] = [];
    const sent = sender.send('a').then(() => seen.push('sent'));
    for await (const work of receiver.extended()) {
      seen.push(`begins ${work.value}`);
      await Promise.resolve();
      seen.push('is done');
      work.taken();
      break;
    }
    await sent;
    expect(seen).toEqual(['begins a', 'is done', 'sent']);
  });

  test('R7 a body that throws has failed, and is given the value again', async () => {
    const { sender, receiver } = channel<string>();
    const sent = sender.send('a');
    const attempts: number[] = [];
    for (let isDone = false; !isDone; ) {
      try {
        for await (const work of receiver.extended()) {
          attempts.push(work.attempt);
          if (work.attempt < 3) throw new Error('not yet');
          work.taken();
          isDone = true;
          break;
        }
      } catch {}
    }
    await sent;
    expect(attempts).toEqual([1, 2, 3]);
  });

  test('R7 a value that nobody can handle fails its send, with a reason for each attempt', async () => {
    const { sender, receiver } = channel<string>({ name: 'lines', maxAttempts: 2 });
    const sent = sender.send('a').catch((error: unknown) => error);
    const works = receiver.extended()[Symbol.asyncIterator]();
    for (const why of ['no', 'not at all']) {
      const { value: work } = await works.next();
      work?.fail(why);
    }
    const error = await sent;
    expect(error).toBeInstanceOf(LostError);
    expect(error).toMatchObject({
      value: 'a',
      attempts: 2,
      failures: [{ message: 'no' }, { message: 'not at all' }],
      message: expect.stringContaining('2 attempt(s) at it failed: 1. no; 2. not at all'),
    });
  });

  test('R7 or becomes a dead letter, with the value itself', async () => {
    const { lines, dead } = withLetters<{ n: number }>(1);
    const value = { n: 1 };
    const sent = lines.sender.send(value);
    lines.sender.close();
    for await (const work of lines.receiver.extended()) work.fail(new Error('no'));
    const letters: DeadLetter<unknown>[] = [];
    for await (const letter of dead.receiver) letters.push(letter);
    await sent;
    expect(letters).toEqual([
      {
        value: { n: 1 },
        channel: 'lines',
        attempts: 1,
        failures: [{ code: 'WORK_FAILED', message: 'Error: no' }],
      },
    ]);
    expect(letters[0]?.value).toBe(value);
  });

  test('R9 the sender for dead letters moves to the channel', () => {
    const { dead } = withLetters();
    expect(dead.sender.closed).toBe(true);
    expect(() => dead.sender.clone()).toThrow(/was given to channel "lines", for its dead letters/);
  });

  test('R9 a clone of it stays', async () => {
    const dead = channel<DeadLetter<string>>({ name: 'dead' });
    const lines = channel<string>({ deadLetters: dead.sender.clone() });
    expect(await dead.sender.statistics()).toMatchObject({ senders: 2 });
    lines.sender.close();
    lines.receiver.close();
    expect(await dead.sender.statistics()).toMatchObject({ senders: 1 });
  });

  test('R9 what is no sender, closed, or given already, cannot take dead letters', () => {
    const { dead } = withLetters();
    const { sender, receiver } = channel<DeadLetter<string>>();
    sender.close();
    const wrong: readonly [unknown, RegExp][] = [
      [receiver, /deadLetters must be the sender of a channel/],
      ['dead', /deadLetters must be the sender of a channel/],
      [sender, /this end was closed here/],
      [dead.sender, /was given to channel "lines"/],
    ];
    for (const [deadLetters, message] of wrong) {
      expect(() => channel({ deadLetters: deadLetters as never })).toThrow(message);
    }
  });
});
