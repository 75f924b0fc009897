/** Ends in values, and channels that a stage in Go makes. */
import type { Receiver, Sender } from 'handover';
import { expect, test } from 'vitest';
import { describeGo, goStage } from '../../support/go.ts';
import { supervise } from '../../support/supervision.ts';

interface Request {
  readonly number: number;
  readonly reply: Sender<number>;
}

describeGo('ends in values, in a stage in Go', () => {
  test('R9 come with a request, and lead back to who asked', async () => {
    const { supervisor } = supervise();
    const requests = supervisor.channel<Request>('requests');
    supervisor.stage('answering', {
      ...goStage('answer-requests'),
      ends: { requests: requests.receiver },
    });
    for (const number of [1, 2, 3]) {
      const { sender, receiver } = supervisor.channel<number>();
      await requests.sender.send({ number, reply: sender });
      expect(await receiver.receive()).toBe(2 * number);
      // The only copy of the sender was closed there.
      await expect(receiver.receive()).rejects.toMatchObject({ code: 'CHANNEL_ENDED' });
    }
    requests.sender.close();
    await supervisor.finished();
  });

  test('R9 where a value has the other end than its type says, it is refused, and nothing is lost', async () => {
    const { supervisor } = supervise();
    const requests = supervisor.channel<{ number: number; reply: unknown; more?: unknown }>(
      'requests',
    );
    supervisor.stage('answering', {
      ...goStage('answer-requests'),
      ends: { requests: requests.receiver },
    });
    const { sender, receiver } = supervisor.channel<number>('reply');
    await expect(requests.sender.send({ number: 1, reply: receiver })).rejects.toMatchObject({
      code: 'VALUE_REFUSED',
      message: expect.stringContaining(
        'an end to receive, which is no handover.Sender[int], at $.reply',
      ),
    });
    // It is back. An end in a field that the type does not have is closed there.
    const other = supervisor.channel<number>('more');
    await requests.sender.send({ number: 2, reply: sender, more: other.sender });
    expect(await receiver.receive()).toBe(4);
    await expect(other.receiver.receive()).rejects.toMatchObject({ code: 'CHANNEL_ENDED' });
    requests.sender.close();
    await supervisor.finished();
  });

  test('R9 of channels that it opens go to others, in either direction', async () => {
    const { supervisor, book } = supervise();
    const requests = supervisor.channel<Request>('requests');
    const output = supervisor.channel<number | Receiver<string>>('output');
    supervisor.stage('asking', {
      ...goStage('ask'),
      ends: { requests: requests.sender, output: output.sender },
    });
    supervisor.stage('answering', {
      ...goStage('answer-requests'),
      ends: { requests: requests.receiver },
    });
    for (const number of [0, 1, 2]) expect(await output.receiver.receive()).toBe(2 * number);
    const moved = (await output.receiver.receive()) as Receiver<string>;
    expect(await moved.receive()).toBe('through an end that moved');
    moved.close();
    await supervisor.finished();
    expect(book.printed('asking')).toEqual([
      'END_MOVED',
      'END_MOVED',
      'END_MOVED',
      'full false 2 <nil>',
      '[a b]',
    ]);
  });
});

describeGo('a channel that a stage in Go makes', () => {
  test('R5 does with what does not fit what overflow says', async () => {
    const { supervisor, book } = supervise();
    supervisor.stage('overflowing', goStage('overflow'));
    await supervisor.finished();
    expect(book.printed('overflowing')).toEqual([
      'block TIMED_OUT 2, discarded 0: [0 1]',
      'drop-newest sent all, discarded 2: [0 1]',
      'drop-oldest sent all, discarded 2: [2 3]',
    ]);
  });

  test('R7 may have dead letters, which say how each attempt failed', async () => {
    const { supervisor, book } = supervise();
    supervisor.stage('reading', goStage('read-dead-letters'));
    await supervisor.finished();
    expect(book.printed('reading')).toEqual([
      'END_MOVED',
      'orders impossible 2 1. no good; 2. no good',
    ]);
  });

  test('R5 terms and names that make none are refused with a sentence', async () => {
    const { supervisor, book } = supervise();
    const input = supervisor.channel<string>('values');
    supervisor.stage('wrong', { ...goStage('wrong-terms'), ends: { input: input.receiver } });
    await supervisor.finished();
    expect(book.printed('wrong')).toEqual([
      'channel "c": Capacity must be 0 or more, not -1 true',
      'channel "c": a stage can give a channel a Capacity of at most 1024, not 2000. Let the program of the supervisor make it true',
      'channel "c": Overflow must be Block, DropNewest or DropOldest, not "drop" true',
      'a channel: Overflow "drop-newest" needs a Capacity of 1 or more: a rendezvous holds nothing true',
      'channel "c": MaxAttempts must be 1 or more, not -1 true',
      'the supervisor gave stage "wrong" no end named "lines", but: "input". Name it in the ends of supervisor.stage()',
      'the end "input" of stage "wrong" is there to receive, not to send: expect a Receiver, or give it the other end of "values" in supervisor.stage()',
      expect.stringMatching(/^Ends wants a pointer to a struct, not a struct/),
      'Ends cannot set the field Items, a []int: it sets exported fields that are Senders or Receivers',
      'this end is of no channel: it is the zero Sender or Receiver. Ends come from SenderOf and ReceiverOf, from Open, and inside of values',
      'select: there is nothing to wait for: every guard is nil',
    ]);
  });
});
