import { expect, test } from 'vitest';
import { channelShows } from '../../support/conditions.ts';
import { describePython, pythonCode, pythonStage } from '../../support/python.ts';
import { supervise } from '../../support/supervision.ts';

describePython('send_all, in a stage in Python', () => {
  test.each(['send_many', 'send_many_awaited'])(
    'R3 R5 %s draws no more than its window has room for, and all are taken in order',
    async (name) => {
      const { supervisor, book } = supervise();
      const numbers = supervisor.channel<number>('numbers');
      supervisor.stage('many', {
        ...pythonStage(name, '20', '4'),
        ends: { output: numbers.sender },
      });
      await channelShows(supervisor, 'numbers', { waitingSenders: 4 });
      expect(book.printed('many')).toEqual([1, 2, 3, 4].map((number) => `drawn ${number}`));
      for (let number = 1; number <= 20; number++) {
        expect(await numbers.receiver.receive()).toBe(number);
      }
      await supervisor.finished();
      expect(book.printed('many').slice(-2)).toEqual(['source closed', 'all 20']);
    },
  );

  test.each(['send_many', 'send_many_awaited'])(
    'R4 %s says what became of each value when one is not taken',
    async (name) => {
      const { supervisor, book } = supervise();
      const numbers = supervisor.channel<number>('numbers', { maxAttempts: 1 });
      supervisor.stage('many', {
        ...pythonStage(name, '1000', '4'),
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
      expect(book.printed('many').slice(-4)).toEqual([
        'source closed',
        'of 8 taken 4 LostError',
        'not [(5, 6), (6, 7), (7, 8)]',
        'maybe [(4, 5, 1)]',
      ]);
    },
  );

  test('R4 a time is for each value, from when all before it were taken', async () => {
    const { supervisor, book } = supervise();
    const numbers = supervisor.channel<number>('numbers');
    const lines = [
      'from handover import NotAllTakenError, stage',
      'ends = stage()',
      'try: ends.output.send_all(range(1, 10), window=3, timeout=0.05)',
      'except NotAllTakenError as error:',
      '  print(error.drawn, error.taken, type(error.__cause__).__name__)',
      '  print([one.value for one in error.not_taken])',
    ];
    supervisor.stage('many', {
      ...pythonCode(lines.join('\n')),
      ends: { output: numbers.sender },
    });
    await supervisor.finished();
    expect(book.printed('many')).toEqual(['3 0 TimedOutError', '[1, 2, 3]']);
  });

  test('R4 what was sent before its source fails goes on', async () => {
    const { supervisor, book } = supervise();
    const numbers = supervisor.channel<number>('numbers');
    const lines = [
      'from handover import NotAllTakenError, stage',
      'ends = stage()',
      'try: ends.output.send_all(6 // (3 - number) for number in range(10))',
      'except NotAllTakenError as error:',
      '  print(error.drawn, error.taken, error.not_taken, type(error.__cause__).__name__)',
    ];
    supervisor.stage('many', {
      ...pythonCode(lines.join('\n')),
      ends: { output: numbers.sender },
    });
    for (const number of [2, 3, 6]) expect(await numbers.receiver.receive()).toBe(number);
    await supervisor.finished();
    expect(book.printed('many')).toEqual(['3 3 () ZeroDivisionError']);
  });
});
