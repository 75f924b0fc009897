import type { Receiver, Sender } from 'handover';
import { expect, test } from 'vitest';
import { describePython, pythonStage } from '../../support/python.ts';
import { supervise } from '../../support/supervision.ts';

interface Request {
  readonly number: number;
  readonly reply: Sender<number>;
}

describePython('ends in values, in a stage in Python', () => {
  test('R9 come with a request, and lead back to who asked', async () => {
    const { supervisor } = supervise();
    const requests = supervisor.channel<Request>('requests');
    supervisor.stage('answering', {
      ...pythonStage('answer_requests'),
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

  test('R9 of channels that it opens go to others, in either direction', async () => {
    const { supervisor, book } = supervise();
    const requests = supervisor.channel<Request>('requests');
    const output = supervisor.channel<number | Receiver<string>>('output');
    supervisor.stage('asking', {
      ...pythonStage('ask'),
      ends: { requests: requests.sender, output: output.sender },
    });
    supervisor.stage('answering', {
      ...pythonStage('answer_requests'),
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
      'full False 2',
      "['a', 'b']",
    ]);
  });
});
