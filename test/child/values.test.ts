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
