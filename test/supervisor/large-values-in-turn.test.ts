import { Supervisor } from 'handover';
import { expect, test } from 'vitest';
import { stageModule } from '../support/stage-module.ts';

const bytes = 100 * 1024;

function filledWith(byte: number): Uint8Array {
  return new Uint8Array(bytes).fill(byte);
}

test('R2 large values that wait in a buffer are not written over by those that follow', async () => {
  const supervisor = new Supervisor();
  const { sender, receiver } = supervisor.channel<Uint8Array>('values', { capacity: 3 });
  for (const byte of [1, 2, 3]) await sender.send(filledWith(byte));
  for (const byte of [1, 2, 3]) expect(await receiver.receive()).toEqual(filledWith(byte));
  await supervisor.stop();
});

test('R2 a large value that was received in the sender’s own process stays as it is when the next is sent', async () => {
  const supervisor = new Supervisor();
  const { sender, receiver } = supervisor.channel<Uint8Array>('values');
  const [first] = await Promise.all([receiver.receive(), sender.send(filledWith(1))]);
  const [second] = await Promise.all([receiver.receive(), sender.send(filledWith(2))]);
  expect(first).toEqual(filledWith(1));
  expect(second).toEqual(filledWith(2));
  await supervisor.stop();
});

test('R2 R7 a large value whose receiver was killed arrives at the next as it was, and so do those after it', async () => {
  const supervisor = new Supervisor();
  const input = supervisor.channel<Uint8Array>('input', { maxAttempts: 3 });
  const output = supervisor.channel<Uint8Array>('output');
  supervisor.stage('crashing', {
    module: stageModule('pass-on-and-crash-on-two'),
    ends: { input: input.receiver, output: output.sender },
    restart: 'on-failure',
  });
  const sends = [1, 2, 3].map((byte) => input.sender.send(filledWith(byte)));
  for (const byte of [1, 2, 3]) expect(await output.receiver.receive()).toEqual(filledWith(byte));
  await Promise.all(sends);
  await supervisor.stop();
});
