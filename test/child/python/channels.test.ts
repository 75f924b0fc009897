/** What channels of each kind are for a stage in Python. */
import type { DeadLetter } from 'handover';
import { expect, test } from 'vitest';
import { channelShows } from '../../support/conditions.ts';
import { describePython, pythonCode, pythonStage } from '../../support/python.ts';
import { supervise } from '../../support/supervision.ts';

describePython('a channel with a capacity, in a stage in Python', () => {
  test('R5 holds as many values as that, and a further send waits', async () => {
    const { supervisor, book } = supervise();
    const output = supervisor.channel<number>('output', { capacity: 2 });
    const lines = [
      'from handover import stage',
      'with stage() as ends:',
      '  for number in range(4):',
      '    ends.output.send(number)',
      '    print("sent", number, flush=True)',
    ];
    supervisor.stage('sending', {
      ...pythonCode(lines.join('\n')),
      ends: { output: output.sender },
    });
    await channelShows(supervisor, 'output', { buffered: 2, waitingSenders: 1 });
    expect(book.printed('sending')).toEqual(['sent 0', 'sent 1']);
    for (let number = 0; number < 4; number++) expect(await output.receiver.receive()).toBe(number);
    await supervisor.finished();
    expect(book.printed('sending')).toHaveLength(4);
  });

  test('R5 what a full one does with a value, overflow says', async () => {
    const { supervisor, book } = supervise();
    supervisor.stage('overflowing', pythonStage('overflow'));
    await supervisor.finished();
    expect(book.printed('overflowing')).toEqual([
      'block TIMED_OUT 2, discarded 0: [0, 1]',
      'drop-newest sent all, discarded 2: [0, 1]',
      'drop-oldest sent all, discarded 2: [2, 3]',
    ]);
  });

  test('R5 terms that make no channel are refused with a sentence', async () => {
    const { supervisor, book } = supervise();
    supervisor.stage('wrong', pythonStage('wrong_terms'));
    await supervisor.finished();
    expect(book.printed('wrong')).toEqual([
      'channel "c": capacity must be a whole number of 0 or more, not -1',
      'channel "c": a stage can give a channel a capacity of at most 1024, not 2000. Let the program of the supervisor make it',
      'channel "c": overflow must be one of block, drop-newest, drop-oldest, not \'drop\'',
      'channel "c": overflow "drop-newest" needs a capacity of 1 or more: a rendezvous holds nothing',
      'channel "c": max_attempts must be a whole number of 1 or more, not 0',
      'dead_letters must be the sender of a channel: channel().sender',
    ]);
  });
});

describePython('dead letters, of stages in Python', () => {
  test('R7 a value on which its code fails each time is set aside, with how, and the next one comes', async () => {
    const { supervisor, book } = supervise();
    const letters = supervisor.channel<DeadLetter<string>>('letters');
    const orders = supervisor.channel<string>('orders', {
      maxAttempts: 2,
      deadLetters: letters.sender,
    });
    supervisor.stage('worker', {
      ...pythonStage('work_unless_impossible'),
      ends: { orders: orders.receiver },
    });
    const sent = orders.sender.send('impossible');
    expect(await letters.receiver.receive()).toMatchObject({
      value: 'impossible',
      channel: 'orders',
      failures: [1, 2].map((attempt) => ({
        code: 'WORK_FAILED',
        stage: 'worker',
        message: `RuntimeError: attempt ${attempt}`,
      })),
    });
    await sent;
    await orders.sender.send('possible');
    orders.sender.close();
    await supervisor.finished();
    expect(book.printed('worker')).toEqual(['impossible 1', 'impossible 2', 'possible 1']);
  });

  test('R7 so is one over which its process ends, and another process goes on', async () => {
    const { supervisor } = supervise();
    const letters = supervisor.channel<DeadLetter<string>>('letters');
    const orders = supervisor.channel<string>('orders', {
      maxAttempts: 2,
      deadLetters: letters.sender,
    });
    supervisor.stage('worker', {
      ...pythonStage('work_unless_impossible', 'uncaught'),
      restart: 'on-failure',
      ends: { orders: orders.receiver },
    });
    const sent = orders.sender.send('impossible');
    expect(await letters.receiver.receive()).toMatchObject({
      value: 'impossible',
      failures: [1, 2].map((attempt) => ({
        exitCode: 1,
        stderr: expect.arrayContaining([`RuntimeError: attempt ${attempt}`]),
      })),
    });
    await sent;
    await orders.sender.send('possible');
    orders.sender.close();
    await supervisor.finished();
  });

  test('R7 a stage may be who gets them, of a channel that it made', async () => {
    const { supervisor, book } = supervise();
    supervisor.stage('reading', pythonStage('read_dead_letters'));
    await supervisor.finished();
    expect(book.printed('reading')).toEqual([
      'END_MOVED',
      "orders impossible ['no good', 'no good']",
    ]);
  });
});

describePython('select with priority, in a stage in Python', () => {
  test.each(['handover', 'handover.aio'])(
    'R6 of %s takes the first of the ready guards as they are written, each time',
    async (module) => {
      const { supervisor, book } = supervise();
      const [urgent, usual] = [
        supervisor.channel<number>('urgent'),
        supervisor.channel<number>('usual'),
      ];
      const go = supervisor.channel<string>('go');
      const name = module === 'handover' ? 'select_in_order' : 'select_in_order_awaited';
      supervisor.stage('choosing', {
        ...pythonStage(name),
        ends: { usual: usual.receiver, urgent: urgent.receiver, go: go.receiver },
      });
      const sent = [usual.sender, urgent.sender].map((sender) => sender.sendAll(Array(20).keys()));
      await channelShows(supervisor, 'usual', { waitingSenders: 20 });
      await channelShows(supervisor, 'urgent', { waitingSenders: 20 });
      await go.sender.send('go');
      await Promise.all(sent);
      urgent.sender.close();
      usual.sender.close();
      await supervisor.finished();
      expect(book.printed('choosing')).toEqual([
        ...Array(20).fill('urgent'),
        ...Array(20).fill('usual'),
        'urgent has ended',
        'usual has ended',
      ]);
    },
  );
});
