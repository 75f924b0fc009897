import { describe, expect, onTestFinished, test } from 'vitest';
import { findWaiting, type Settlers } from '../../../src/party/waiting-code.ts';

function pending(): { promise: Promise<string>; settlers: Settlers<string> } {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  return { promise, settlers: { resolve, reject } };
}

async function outer(promise: Promise<string>): Promise<string> {
  return `${await inner(promise)}!`;
}

async function inner(promise: Promise<string>): Promise<string> {
  return await promise;
}

describe('R12 where code waits for a promise', () => {
  test('R12 the promise is settled as before when it was asked for', async () => {
    const { promise, settlers } = pending();
    const done = outer(promise);
    await findWaiting(settlers);
    settlers.resolve('value');
    expect(await done).toBe('value!');
  });

  test('R12 a value that comes while it is looked for is not lost', async () => {
    const { promise, settlers } = pending();
    const done = outer(promise);
    const waiting = findWaiting(settlers);
    settlers.resolve('value');
    expect(await done).toBe('value!');
    await waiting;
  });

  test('R12 an error arrives, and nothing is left unhandled', async () => {
    const { promise, settlers } = pending();
    const done = outer(promise);
    await findWaiting(settlers);
    settlers.reject(new Error('no'));
    await expect(done).rejects.toThrow('no');
  });

  test.each([
    ['frames instead of a text', (_: Error, frames: unknown) => frames],
    [
      'an error of its own',
      () => {
        throw new Error('mine');
      },
    ],
  ])('R12 code that makes %s of a stack loses nothing', async (_, prepare) => {
    const before = Error.prepareStackTrace;
    onTestFinished(() => {
      Error.prepareStackTrace = before as typeof Error.prepareStackTrace;
    });
    const { promise, settlers } = pending();
    const done = outer(promise);
    Error.prepareStackTrace = prepare as typeof Error.prepareStackTrace;
    expect(await findWaiting(settlers)).toEqual([]);
    settlers.resolve('value');
    expect(await done).toBe('value!');
  });
});
