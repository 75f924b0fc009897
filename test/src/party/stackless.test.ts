import { afterEach, expect, test } from 'vitest';
import { channel } from '../../../platform/channels.ts';
import { stackless } from '../../../src/party/stackless.ts';
import { rejection } from '../../support/failures.ts';

const { stackTraceLimit } = Error;

afterEach(() => {
  Error.stackTraceLimit = stackTraceLimit;
});

test('an error that comes from elsewhere is its sentence, without a stack of the library', async () => {
  const { sender, receiver } = channel<number>({ name: 'numbers' });
  const failing = rejection(sender.send(1));
  receiver.close();
  const error = (await failing) as Error;
  expect(error.stack).toBe(`ChannelEndedError: ${error.message}`);
});

test('other errors keep theirs, also when making one fails', () => {
  const failing = () =>
    stackless(() => {
      throw new Error('it cannot be made');
    });
  expect(failing).toThrow('it cannot be made');
  expect(Error.stackTraceLimit).toBe(stackTraceLimit);
  expect(new Error('mine').stack).toContain('stackless.test.ts');
});
