import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderOf } from '../../supervisor/cli/files.ts';
import { rejection } from '../../support/failures.ts';
import { describeRust, rustStage } from '../../support/rust.ts';
import { supervise } from '../../support/supervision.ts';

describeRust('values in hand, in a stage in Rust', () => {
  test('R2 are done, given back, failed on, or lost from sight by a drop, a panic or a crash', async () => {
    const { supervisor, book } = supervise();
    const values = supervisor.channel<string>('values');
    supervisor.stage('worker', {
      ...rustStage('work', join(folderOf({}), 'given-back')),
      restart: 'on-failure',
      ends: { input: values.receiver },
    });
    await values.sender.send('well');
    await values.sender.send('give back');
    expect(await rejection(values.sender.send('fail'))).toMatchObject({
      code: 'LOST',
      attempts: 3,
      failures: [1, 2, 3].map(() => ({ code: 'WORK_FAILED', message: 'no good' })),
    });
    for (const what of ['perform', 'drop', 'panic', 'kill']) await values.sender.send(what);
    values.sender.close();
    await supervisor.finished();
    expect(book.printed('worker')).toEqual([
      'well 1',
      'give back 1',
      'give back 1',
      'fail 1',
      'fail 2',
      'fail 3',
      'perform 1',
      'no good, either',
      'perform 2',
      'drop 1',
      'drop 2',
      'panic 1',
      'it panicked',
      'panic 2',
      'kill 1',
      'kill 2',
    ]);
  });

  test('R7 a value that was lost from sight is told with how', async () => {
    const { supervisor } = supervise();
    const letters = supervisor.channel<{ failures: unknown }>('letters');
    const values = supervisor.channel<string>('values', {
      maxAttempts: 1,
      deadLetters: letters.sender,
    });
    supervisor.stage('worker', { ...rustStage('work'), ends: { input: values.receiver } });
    for (const [what, message] of [
      ['drop', 'its code went on without a word of what became of it'],
      ['panic', 'its code panicked'],
    ] as const) {
      const sent = values.sender.send(what);
      const letter = await letters.receiver.receive();
      expect(letter).toMatchObject({ value: what, failures: [{ code: 'WORK_FAILED', message }] });
      await sent;
    }
    values.sender.close();
    await supervisor.finished();
  });
});
