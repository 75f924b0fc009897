import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderOf } from '../../supervisor/cli/files.ts';
import { rejection } from '../../support/failures.ts';
import { describePython, pythonStage } from '../../support/python.ts';
import { supervise } from '../../support/supervision.ts';

describePython('values in hand, in a stage in Python', () => {
  test('R2 are done, given back, failed on, or left by an exception or a crash', async () => {
    const { supervisor, book } = supervise();
    const values = supervisor.channel<string>('values');
    const file = join(folderOf({}), 'given-back');
    supervisor.stage('worker', {
      ...pythonStage('work', file),
      restart: 'on-failure',
      ends: { input: values.receiver },
    });
    await values.sender.send('well');
    await values.sender.send('give back');
    expect(existsSync(file)).toBe(true);
    expect(await rejection(values.sender.send('fail'))).toMatchObject({
      code: 'LOST',
      attempts: 3,
      failures: [1, 2, 3].map(() => ({ code: 'WORK_FAILED', message: 'ValueError: no good' })),
    });
    await values.sender.send('raise');
    await values.sender.send('with');
    await values.sender.send('kill');
    values.sender.close();
    await supervisor.finished();
    expect(book.printed('worker')).toEqual([
      'well 1',
      'give back 1',
      'give back 1',
      'fail 1',
      'fail 2',
      'fail 3',
      'raise 1',
      'in the middle',
      'raise 2',
      'with 1',
      'in the block',
      'with 2',
      'kill 1',
      'kill 2',
    ]);
  });

  test('R2 a body that is left by break has failed on its value', async () => {
    const { supervisor, book } = supervise();
    const values = supervisor.channel<string>('values');
    supervisor.stage('worker', {
      ...pythonStage('work', 'break'),
      ends: { input: values.receiver },
    });
    await values.sender.send('value');
    values.sender.close();
    await supervisor.finished();
    expect(book.printed('worker')).toEqual(['left 1', 'again value 2']);
  });
});
