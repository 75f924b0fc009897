import { LostError } from 'handover';
import { expect, test } from 'vitest';
import { channelShows } from '../support/conditions.ts';
import { kill, rejection } from '../support/failures.ts';
import { stageModule } from '../support/stage-module.ts';
import { supervise } from '../support/supervision.ts';

test('R4 a stage that tries is told at once whether somebody was ready', async () => {
  const { supervisor, book } = supervise();
  const input = supervisor.channel<string>('input');
  const output = supervisor.channel<string>('output');
  const told = supervisor.channel<null>('told');
  supervisor.stage('trier', {
    module: stageModule('poll'),
    ends: { input: input.receiver, output: output.sender, told: told.receiver },
  });
  await channelShows(supervisor, 'told', { waitingReceivers: 1 });
  expect(book.printed('trier')).toEqual(['sent: false', 'received: undefined']);
  const received = output.receiver.receive();
  const sent = input.sender.send('for you');
  await told.sender.send(null);
  expect(await received).toBe('late');
  await sent;
  await supervisor.finished();
  expect(book.printed('trier').slice(2)).toEqual(['sent: true', 'received: {"value":"for you"}']);
  expect(supervisor.statistics().get('output')).toMatchObject({ taken: 1 });
});

test('R4 a value that was only tried, and whose receiver died with it, is not said to be untaken', async () => {
  const { supervision, values, others } = await startVictim();
  const outcome = rejection(values.sender.trySend(1));
  await supervision.book.until('victim', 'in hand: 1');
  await kill(supervision, 'victim', 'SIGKILL');
  const error = await outcome;
  expect(error).toBeInstanceOf(LostError);
  expect(error).toMatchObject({ value: 1, attempts: 1 });
  expect(String(error)).toContain('may have been taken');
  expect(await others.tryReceive()).toBeUndefined();
});

test('R4 a stage that dies with a value in hand that its sender gave up: the error says it may have been taken', async () => {
  const { supervision, values, others } = await startVictim();
  const abort = new AbortController();
  const outcome = rejection(values.sender.send(1, { signal: abort.signal }));
  await supervision.book.until('victim', 'in hand: 1');
  abort.abort(new Error('enough'));
  await kill(supervision, 'victim', 'SIGKILL');
  const error = await outcome;
  expect(error).toMatchObject({ code: 'ABORTED', value: 1, attempts: 1 });
  expect((error as Error).cause).toMatchObject({ message: 'enough' });
  expect(String(error)).toContain('may have been taken');
  expect(await others.tryReceive()).toBeUndefined();
});

/** A receiver of one value, which it then has in hand for ever; there is another one, which does not receive. */
async function startVictim() {
  const supervision = supervise();
  const { supervisor } = supervision;
  const values = supervisor.channel<number>('values');
  const others = values.receiver.clone();
  supervisor.stage('victim', {
    module: stageModule('hold-what-comes'),
    args: ['1'],
    ends: { input: values.receiver },
  });
  await channelShows(supervisor, 'values', { waitingReceivers: 1 });
  return { supervision, values, others };
}
