import { describe, expect, test } from 'vitest';
import type { Overflow } from '../../../src/arbiter/events.ts';
import {
  completed,
  crash,
  delivered,
  discarded,
  ended,
  failed,
  late,
  retried,
  send,
  Table,
  withdrawn,
} from './table.ts';

const [ada, bob, cleo] = [1, 2, 3] as const;

function opened(capacity: number, overflow: Overflow = 'block', maxAttempts = 3): Table {
  const table = new Table();
  table.open(1, { capacity, overflow, maxAttempts });
  return table;
}

describe('R1 a channel with a capacity', () => {
  test('R1 a send completes when the channel has the value', () => {
    const table = opened(1);
    expect(table.send(ada, 1, 1, 'a')).toEqual([completed(ada, 1)]);
    expect(table.receive(bob, 1, 1)).toEqual([delivered(bob, 1, 'a')]);
    expect(table.taken(bob, 1)).toEqual([]);
    expect(table.statistics(1)).toMatchObject({ taken: 1, buffered: 0 });
  });

  test('R1 a receiver that waits gets it through the store', () => {
    const table = opened(1);
    table.receive(bob, 1, 1);
    expect(table.send(ada, 1, 1, 'a')).toEqual([completed(ada, 1), delivered(bob, 1, 'a')]);
  });

  test('R4 a poll finds room', () => {
    const table = opened(1);
    expect(table.trySend(ada, 1, 1, 'a')).toEqual([completed(ada, 1)]);
    expect(table.trySend(ada, 2, 1, 'b')).toEqual([withdrawn(ada, 2)]);
    expect(table.tryReceive(bob, 1, 1)).toEqual([delivered(bob, 1, 'a')]);
  });

  test('R4 what the channel has cannot be withdrawn', () => {
    const table = opened(1);
    table.send(ada, 1, 1, 'a');
    expect(table.withdraw(ada, 1)).toEqual([]);
    expect(table.receive(bob, 1, 1)).toEqual([delivered(bob, 1, 'a')]);
  });

  test('R3 values leave in the order in which they came', () => {
    const table = opened(2);
    for (const [op, value] of ['a', 'b', 'c', 'd'].entries()) table.send(ada, op, 1, value);
    const received: unknown[] = [];
    for (let op = 0; op < 4; op++) {
      received.push(...table.receive(bob, op, 1));
      table.taken(bob, op);
    }
    expect(received).toEqual(['a', 'b', 'c', 'd'].map((value, op) => delivered(bob, op, value)));
  });

  test('R6 a select sends where there is room', () => {
    const table = opened(1);
    table.open(2);
    expect(table.offer(ada, 1, [send(2, 'x'), send(1, 'y')])).toEqual([completed(ada, 1, 1)]);
  });

  test('R6 a select’s send that waits for room is completed when there is some', () => {
    const table = opened(1);
    table.open(2);
    table.send(ada, 1, 1, 'a');
    expect(table.offer(ada, 2, [send(2, 'x'), send(1, 'y')])).toEqual([]);
    table.receive(bob, 1, 1);
    expect(table.taken(bob, 1)).toEqual([completed(ada, 2, 1)]);
    expect(table.receive(bob, 2, 2)).toEqual([]);
  });
});

describe('R5 overflow: block', () => {
  test('R5 a full channel makes senders wait', () => {
    const table = opened(2);
    table.send(ada, 1, 1, 'a');
    table.send(ada, 2, 1, 'b');
    expect(table.send(ada, 3, 1, 'c')).toEqual([]);
    expect(table.statistics(1)).toMatchObject({ buffered: 2, waitingSenders: 1 });
  });

  test('R5 a slot is freed when the value is taken, not when it is delivered', () => {
    const table = opened(1);
    table.send(ada, 1, 1, 'a');
    table.send(ada, 2, 1, 'b');
    expect(table.receive(bob, 1, 1)).toEqual([delivered(bob, 1, 'a')]);
    expect(table.taken(bob, 1)).toEqual([completed(ada, 2)]);
  });

  test('R5 while the slot’s value is in hand, the next goes from its sender to the receiver', () => {
    const table = opened(1);
    table.send(ada, 1, 1, 'a');
    table.send(ada, 2, 1, 'b');
    table.receive(bob, 1, 1);
    expect(table.receive(cleo, 1, 1)).toEqual([delivered(cleo, 1, 'b')]);
    expect(table.taken(cleo, 1)).toEqual([completed(ada, 2)]);
  });

  test('R7 a value that comes back finds its slot and its place again', () => {
    const table = opened(2);
    table.send(ada, 1, 1, 'a');
    table.send(ada, 2, 1, 'b');
    table.send(ada, 3, 1, 'c');
    table.receive(bob, 1, 1);
    expect(table.gone(bob)).toEqual([retried(1, 1)]);
    expect(table.statistics(1)).toMatchObject({ buffered: 2, waitingSenders: 1 });
    expect(table.receive(cleo, 1, 1)).toEqual([delivered(cleo, 1, 'a', { attempt: 2 })]);
  });

  test('R7 a stored value that is lost in the end is discarded, and its slot is free', () => {
    const table = opened(1, 'block', 1);
    table.send(ada, 1, 1, 'a');
    table.send(ada, 2, 1, 'b');
    table.receive(bob, 1, 1);
    expect(table.gone(bob)).toEqual([discarded(1, 'a', 'lost'), completed(ada, 2)]);
  });

  test('R8 what the channel has outlives its sender, what waits does not', () => {
    const table = opened(1);
    table.send(ada, 1, 1, 'a');
    table.send(ada, 2, 1, 'b');
    table.gone(ada);
    expect(table.receive(bob, 1, 1)).toEqual([delivered(bob, 1, 'a')]);
    expect(table.taken(bob, 1)).toEqual([]);
    expect(table.receive(bob, 2, 1)).toEqual([]);
  });

  test('R9 receivers drain the store before they see the end', () => {
    const table = opened(1);
    table.send(ada, 1, 1, 'a');
    table.release(1, 'send', crash);
    expect(table.receive(bob, 1, 1)).toEqual([delivered(bob, 1, 'a')]);
    table.receive(bob, 2, 1);
    expect(table.taken(bob, 1)).toEqual([failed(bob, 2, { kind: 'broken', failure: crash })]);
  });
});

describe('R5 overflow: drop-newest', () => {
  test('R5 a send on a full channel completes, and its value is dropped and counted', () => {
    const table = opened(1, 'drop-newest');
    table.send(ada, 1, 1, 'a');
    expect(table.send(ada, 2, 1, 'b')).toEqual([completed(ada, 2), discarded(1, 'b', 'overflow')]);
    expect(table.receive(bob, 1, 1)).toEqual([delivered(bob, 1, 'a')]);
    expect(table.statistics(1)?.discarded).toBe(1);
  });

  test('R4 a poll never finds it full', () => {
    const table = opened(1, 'drop-newest');
    table.send(ada, 1, 1, 'a');
    expect(table.trySend(ada, 2, 1, 'b')).toEqual([
      completed(ada, 2),
      discarded(1, 'b', 'overflow'),
    ]);
  });

  test('R5 nothing is dropped while a receiver waits', () => {
    const table = opened(1, 'drop-newest');
    table.send(ada, 1, 1, 'a');
    table.receive(bob, 1, 1);
    table.receive(cleo, 1, 1);
    expect(table.send(ada, 2, 1, 'b')).toEqual([delivered(cleo, 1, 'b')]);
  });

  test('R5 while the slot’s value is in hand, a new one has no room', () => {
    const table = opened(1, 'drop-newest');
    table.send(ada, 1, 1, 'a');
    table.receive(bob, 1, 1);
    expect(table.send(ada, 2, 1, 'b')).toEqual([completed(ada, 2), discarded(1, 'b', 'overflow')]);
    table.taken(bob, 1);
    expect(table.send(ada, 3, 1, 'c')).toEqual([completed(ada, 3)]);
  });

  test('R7 a value that went by the store and comes back waits for the slot', () => {
    const table = opened(1, 'drop-newest');
    table.send(ada, 1, 1, 'a');
    table.receive(bob, 1, 1);
    table.receive(cleo, 1, 1);
    table.send(ada, 2, 1, 'b');
    expect(table.returned(cleo, 1)).toEqual([]);
    expect(table.statistics(1)).toMatchObject({ waitingSenders: 1 });
    expect(table.taken(bob, 1)).toEqual([completed(ada, 2)]);
  });

  test('R9 without a receiver a send fails: it is not dropped', () => {
    const table = opened(1, 'drop-newest');
    table.release(1, 'receive');
    expect(table.send(ada, 1, 1, 'a')).toEqual([failed(ada, 1, ended)]);
  });
});

describe('R5 overflow: drop-oldest', () => {
  test('R5 a send on a full channel pushes out the oldest value, and counts it', () => {
    const table = opened(2, 'drop-oldest');
    table.send(ada, 1, 1, 'a');
    table.send(ada, 2, 1, 'b');
    expect(table.send(ada, 3, 1, 'c')).toEqual([completed(ada, 3), discarded(1, 'a', 'overflow')]);
    expect(table.receive(bob, 1, 1)).toEqual([delivered(bob, 1, 'b')]);
    expect(table.receive(bob, 2, 1)).toEqual([delivered(bob, 2, 'c')]);
  });

  test('R5 a slot is free as soon as its value is delivered', () => {
    const table = opened(1, 'drop-oldest');
    table.send(ada, 1, 1, 'a');
    table.receive(bob, 1, 1);
    expect(table.send(ada, 2, 1, 'b')).toEqual([completed(ada, 2)]);
  });

  test('R7 a value that comes back to a full channel is the oldest, and is dropped', () => {
    const table = opened(1, 'drop-oldest');
    table.send(ada, 1, 1, 'a');
    table.receive(bob, 1, 1);
    table.send(ada, 2, 1, 'b');
    expect(table.gone(bob)).toEqual([retried(1, 1), discarded(1, 'a', 'overflow')]);
    expect(table.receive(cleo, 1, 1)).toEqual([delivered(cleo, 1, 'b')]);
  });

  test('R7 a value that comes back while there is room is delivered again', () => {
    const table = opened(1, 'drop-oldest');
    table.send(ada, 1, 1, 'a');
    table.receive(bob, 1, 1);
    expect(table.gone(bob)).toEqual([retried(1, 1)]);
    expect(table.receive(cleo, 1, 1)).toEqual([delivered(cleo, 1, 'a', { attempt: 2 })]);
  });

  test('R4 a poll never finds it full', () => {
    const table = opened(1, 'drop-oldest');
    table.send(ada, 1, 1, 'a');
    expect(table.trySend(ada, 2, 1, 'b')).toEqual([
      completed(ada, 2),
      discarded(1, 'a', 'overflow'),
    ]);
  });
});

describe('R4 a poll by the store', () => {
  test('R4 a poll that goes from its sender to the receiver is answered late', () => {
    const table = opened(1);
    table.send(ada, 1, 1, 'a');
    table.receive(bob, 1, 1);
    table.receive(cleo, 1, 1);
    expect(table.trySend(ada, 2, 1, 'b')).toEqual([delivered(cleo, 1, 'b'), late(ada, 2)]);
    expect(table.returned(cleo, 1)).toEqual([withdrawn(ada, 2)]);
  });
});
