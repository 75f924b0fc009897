import { NotEncodableError } from 'handover';
import { expect, test } from 'vitest';
import { startEcho } from '../support/back-and-forth.ts';
import { rejection } from '../support/failures.ts';
import { stageModule } from '../support/stage-module.ts';
import { supervise } from '../support/supervision.ts';
import { exact, unsendable } from '../support/values.ts';

test('R10 values go to a stage and back exactly as they are', async () => {
  const { supervisor } = supervise();
  const { to, from } = startEcho(supervisor);
  for (const value of exact) {
    const sent = to.send(value);
    expect(await from.receive()).toStrictEqual(value);
    await sent;
  }
});

test.each([8_191, 8_192, 131_072])(
  'R10 a stage can look at the bytes of %i wide numbers where they are',
  async (length) => {
    const { supervisor } = supervise();
    const bytes = supervisor.channel<Uint8Array>('bytes');
    const sums = supervisor.channel<number>('sums');
    supervisor.stage('adder', {
      module: stageModule('add-numbers'),
      ends: { input: bytes.receiver, output: sums.sender },
    });
    const numbers = Float64Array.from({ length }, (_, index) => index);
    const sent = bytes.sender.send(new Uint8Array(numbers.buffer));
    expect(await sums.receiver.receive()).toBe((length * (length - 1)) / 2);
    await sent;
  },
);

test('R4 the supervisor is told which part of its value cannot be sent, and where it is', async () => {
  const { supervisor } = supervise();
  const { to, from } = startEcho(supervisor);
  for (const { value, path } of unsendable) {
    const error = await rejection(to.send(value));
    expect(error).toBeInstanceOf(NotEncodableError);
    expect((error as NotEncodableError).path).toBe(path);
    expect((error as NotEncodableError).value).toBe(value);
    expect(String(error)).toContain('"to echo"');
  }
  const sent = to.send('last');
  expect(await from.receive()).toBe('last');
  await sent;
});

test('R4 a stage is told which part of its value cannot be sent, and goes on', async () => {
  const { supervisor, book } = supervise();
  const values = supervisor.channel<unknown>('values');
  supervisor.stage('sender', {
    module: stageModule('send-unsendable'),
    ends: { output: values.sender },
  });
  expect(await values.receiver.receive()).toBe('last');
  await supervisor.finished();
  expect(book.printed('sender')).toEqual(unsendable.map(({ path }) => path));
});

test('R2 a value is a copy: what is changed after its offer does not change what arrives', async () => {
  const { supervisor } = supervise();
  const values = supervisor.channel<{ count: number }>('values');
  supervisor.stage('sender', {
    module: stageModule('change-after-send'),
    ends: { output: values.sender },
  });
  const received: number[] = [];
  for await (const { count } of values.receiver) received.push(count);
  expect(received).toEqual([1, 2]);
});
