import { type Channel, channel, type DeadLetter, merge, tee } from 'handover';
import { describe, expect, test } from 'vitest';

function withLetters(): { lines: Channel<string>; dead: Channel<DeadLetter<string>> } {
  const dead = channel<DeadLetter<string>>({ name: 'dead' });
  const lines = channel<string>({ name: 'lines', maxAttempts: 2, deadLetters: dead.sender });
  return { lines, dead };
}

describe('R7 an extended rendezvous through a helper', () => {
  test('R1 the sender waits for the work behind it', async () => {
    const { lines } = withLetters();
    const seen: string[] = [];
    const sent = lines.sender.send('a').then(() => seen.push('sent'));
    const works = merge(lines.receiver).extended()[Symbol.asyncIterator]();
    const { value: work } = await works.next();
    seen.push('worked');
    work?.taken();
    await sent;
    expect(seen).toEqual(['worked', 'sent']);
  });

  test('R7 a failure behind a helper is an attempt of the channel before it, and the helper goes on', async () => {
    const { lines, dead } = withLetters();
    const merged = merge(lines.receiver);
    const working = (async () => {
      const done: string[] = [];
      for await (const work of merged.extended()) {
        done.push(work.value);
        if (work.value === 'bad') work.fail('no');
      }
      return done;
    })();
    const letter = dead.receiver.receive();
    for (const value of ['a', 'bad', 'b']) await lines.sender.send(value);
    lines.sender.close();
    expect(await letter).toMatchObject({ value: 'bad', attempts: 2, channel: 'lines' });
    expect(await working).toEqual(['a', 'bad', 'bad', 'b']);
  });

  test('R7 where several get a value, the failure of one is that of all', async () => {
    const { lines, dead } = withLetters();
    const [good, bad] = tee(lines.receiver);
    const sent = lines.sender.send('a');
    const letter = dead.receiver.receive();
    void (async () => {
      for await (const _ of good) {
        // It takes what comes.
      }
    })();
    void (async () => {
      for await (const work of bad.extended()) work.fail('no');
    })();
    expect(await letter).toMatchObject({
      value: 'a',
      failures: [{ message: 'no' }, { message: 'no' }],
    });
    await sent;
  });
});
