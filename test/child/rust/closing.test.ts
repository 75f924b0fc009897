/** What a stage in Rust has not closed, but lost from sight. */
import { expect, test } from 'vitest';
import { describeRust, rustStage } from '../../support/rust.ts';
import { supervise } from '../../support/supervision.ts';

describeRust('what goes out of scope in a stage in Rust', () => {
  test('R9 a sender is closed, also where nothing follows', async () => {
    const { supervisor } = supervise();
    const values = supervisor.channel<number>('values');
    supervisor.stage('losing', {
      ...rustStage('lose_from_sight', 'sender'),
      ends: { output: values.sender },
    });
    await expect(values.receiver.receive()).rejects.toMatchObject({ code: 'CHANNEL_ENDED' });
  });

  test('R7 a value in hand has failed, also where nothing follows', async () => {
    const { supervisor } = supervise();
    const values = supervisor.channel<number>('values', { maxAttempts: 1 });
    supervisor.stage('losing', {
      ...rustStage('lose_from_sight', 'work'),
      ends: { input: values.receiver },
    });
    await expect(values.sender.send(1)).rejects.toMatchObject({ code: 'LOST', attempts: 1 });
  });

  test('R9 a sender in a thread that panics is not closed, for a crash is no end', async () => {
    const { supervisor } = supervise();
    const values = supervisor.channel<number>('values');
    const reports = supervisor.channel<string>('reports');
    supervisor.stage('losing', {
      ...rustStage('lose_from_sight', 'panic'),
      ends: { output: values.sender, report: reports.sender },
    });
    expect(await reports.receiver.receive()).toBe('it panicked');
    // The report was an operation, with which all is said that was to be said before.
    expect(await values.receiver.statistics()).toMatchObject({ senders: 1 });
  });
});
