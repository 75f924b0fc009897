import type { SupervisorEvent } from 'handover';
import { expect, test, vi } from 'vitest';
import { Events, type Happening } from '../../../supervisor/events/events.ts';

const one: Happening = { type: 'deadlock', message: 'one' };
const two: Happening = { type: 'deadlock', message: 'two' };

async function messagesOf(events: AsyncIterable<SupervisorEvent>): Promise<string[]> {
  const messages: string[] = [];
  for await (const event of events) if (event.type === 'deadlock') messages.push(event.message);
  return messages;
}

test('whoever listens is told at once, until it stops', () => {
  const events = new Events();
  const heard: SupervisorEvent[] = [];
  const stop = events.listen((event) => heard.push(event));
  events.emit(one);
  expect(heard).toMatchObject([one]);
  expect(heard[0]?.at).toBeGreaterThan(0);
  stop();
  events.emit(two);
  expect(heard).toHaveLength(1);
});

test('a listener that throws keeps nobody else from hearing; its error is thrown again, outside', () => {
  const later: (() => void)[] = [];
  const queued = vi
    .spyOn(globalThis, 'queueMicrotask')
    .mockImplementation((act) => later.push(act));
  try {
    const events = new Events();
    const heard: SupervisorEvent[] = [];
    events.listen(() => {
      throw new Error('a listener is broken');
    });
    events.listen((event) => heard.push(event));
    events.emit(one);
    expect(heard).toHaveLength(1);
  } finally {
    queued.mockRestore();
  }
  expect(later).toHaveLength(1);
  expect(later[0]).toThrow('a listener is broken');
});

test('whoever iterates gets what happens from then on, and the end when all is over', async () => {
  const events = new Events();
  events.emit(one);
  const messages = messagesOf(events);
  events.emit(one);
  events.emit(two);
  events.over(true);
  expect(await messages).toEqual(['one', 'two']);
  expect(await messagesOf(events)).toEqual([]);
});

test('leaving the loop stops it', async () => {
  const events = new Events();
  const iterator = events[Symbol.asyncIterator]();
  events.emit(one);
  expect(await iterator.next()).toMatchObject({ done: false, value: one });
  await iterator.return?.();
  events.emit(two);
  expect(await iterator.next()).toEqual({ done: true, value: undefined });
});

test('whoever falls too far behind is told by an error, after what it has missed nothing of', async () => {
  const events = new Events();
  const iterator = events[Symbol.asyncIterator]();
  for (let number = 0; number <= 65_536; number++) events.emit(one);
  for (let number = 0; number < 65_536; number++) await iterator.next();
  await expect(iterator.next()).rejects.toThrow('more than 65536 events');
});
