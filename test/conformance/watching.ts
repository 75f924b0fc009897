/** What participants use to see what goes on, instead of waiting by the clock. */
import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import {
  HandoverError,
  OperationError,
  type Receiver,
  type Sender,
  type Statistics,
} from 'handover/child';

type AnyEnd = Pick<Sender<never> | Receiver<unknown>, 'statistics'>;

/** Lets everything else go on first. A loop that tries again and again leaves others no other chance. */
export function turn(): Promise<void> {
  return setImmediate();
}

/** Resolves when the counts of the channel are as given. */
export async function untilChannelShows(end: AnyEnd, counts: Partial<Statistics>): Promise<void> {
  for (;;) {
    const now = await end.statistics();
    if (Object.entries(counts).every(([name, count]) => now[name as keyof Statistics] === count)) {
      return;
    }
    await turn();
  }
}

/** What an operation came to: its value, or the code of its error. */
export async function outcomeOf<T>(operation: Promise<T>): Promise<T | string> {
  try {
    return await operation;
  } catch (error) {
    if (error instanceof HandoverError) return error.code;
    throw error;
  }
}

/** The value that an operation which failed with this code gives back. */
export async function givenBack(operation: Promise<unknown>, code: string): Promise<unknown> {
  const error: unknown = await operation.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof OperationError, `expected ${code}, but got ${error}`);
  assert.equal(error.code, code);
  assert.equal(error.attempts, 0);
  return error.value;
}

/**
 * Fails if the operation is over. What its channel could do at once, it has done when it tells its counts:
 * it answers in the order in which it was asked.
 */
export async function assertWaits(operation: Promise<unknown>, end: AnyEnd): Promise<void> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  operation.then(over, over);
  await end.statistics();
  await turn();
  assert.equal(isOver, false, 'the operation does not wait');
}

/** All values until the channel ends. */
export async function all<T>(receiver: Receiver<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of receiver) values.push(value);
  return values;
}

export async function sendAll<T>(sender: Sender<T>, values: Iterable<T>): Promise<void> {
  for (const value of values) await sender.send(value);
}

/** 0, 1, 2, … */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

export function ascending(numbers: readonly number[]): number[] {
  return numbers.toSorted((a, b) => a - b);
}
