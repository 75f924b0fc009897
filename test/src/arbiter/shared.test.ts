import { describe, expect, test } from 'vitest';
import type { Effect, OpNumber, PartyId } from '../../../src/arbiter/events.ts';
import {
  completed,
  delivered,
  ended,
  failed,
  late,
  receive,
  send,
  Table,
  withdrawn,
} from './table.ts';

const [ada, bob, cleo] = [1, 2, 3] as const;
const shared = { isShared: true } as const;
const poll = { patience: 'poll' } as const;

function opened(): Table {
  const table = new Table();
  for (const channel of [1, 2]) table.open(channel);
  return table;
}

function ask(party: PartyId, op: OpNumber, guard = 0): Effect<string> {
  return { type: 'ask', party, op, guard };
}

function released(party: PartyId, op: OpNumber): Effect<string> {
  return { type: 'released', party, op };
}

describe('R6 a shared offer that finds somebody', () => {
  test('R6 is given nothing before its owner has said that it is free', () => {
    const table = opened();
    table.offer(ada, 1, [receive(1), receive(2)], shared);
    expect(table.send(bob, 1, 2, 'b')).toEqual([ask(ada, 1, 1)]);
    expect(table.free(ada, 1)).toEqual([delivered(ada, 1, 'b', { guard: 1 })]);
    expect(table.taken(ada, 1)).toEqual([completed(bob, 1)]);
  });

  test('R6 gives nothing before, either', () => {
    const table = opened();
    table.receive(bob, 1, 1);
    expect(table.offer(ada, 1, [send(1, 'a'), receive(2)], shared)).toEqual([ask(ada, 1)]);
    expect(table.free(ada, 1)).toEqual([delivered(bob, 1, 'a')]);
    expect(table.taken(bob, 1)).toEqual([completed(ada, 1)]);
  });

  test('R6 stands in no line while its owner is asked', () => {
    const table = opened();
    table.offer(ada, 1, [receive(1), receive(2)], shared);
    table.send(bob, 1, 1, 'b');
    expect(table.send(cleo, 1, 2, 'c')).toEqual([]);
    expect(table.statistics(2)).toMatchObject({ waitingSenders: 1, waitingReceivers: 0 });
    table.free(ada, 1);
    expect(table.offer(ada, 2, [receive(2)])).toEqual([delivered(ada, 2, 'c')]);
  });

  test('R6 is not shared any more when what it sent comes back: it is committed', () => {
    const table = opened();
    table.offer(ada, 1, [send(1, 'a'), receive(2)], shared);
    table.receive(bob, 1, 1);
    table.free(ada, 1);
    expect(table.returned(bob, 1)).toEqual([]);
    expect(table.send(cleo, 1, 2, 'c')).toEqual([]);
    expect(table.receive(cleo, 2, 1)).toEqual([delivered(cleo, 2, 'a')]);
  });
});

describe('R6 a shared offer whose owner says no', () => {
  test('R3 its partner goes back to its old place', () => {
    const table = opened();
    table.offer(ada, 1, [receive(1), receive(2)], shared);
    table.send(bob, 1, 1, 'first');
    table.send(cleo, 1, 1, 'second');
    expect(table.withdraw(ada, 1, 'tentative')).toEqual([withdrawn(ada, 1)]);
    expect(table.receive(bob, 2, 1)).toEqual([delivered(bob, 2, 'first')]);
  });

  test('R6 its partner meets whoever else is ready by then', () => {
    const table = opened();
    table.offer(ada, 1, [receive(1), receive(2)], shared);
    table.send(bob, 1, 1, 'b');
    table.receive(cleo, 1, 1);
    expect(table.withdraw(ada, 1)).toEqual([withdrawn(ada, 1), delivered(cleo, 1, 'b')]);
  });

  test('R6 a poll is answered only then', () => {
    const table = opened();
    table.offer(ada, 1, [receive(1), receive(2)], shared);
    expect(table.offer(bob, 1, [send(1, 'b')], poll)).toEqual([ask(ada, 1)]);
    expect(table.withdraw(ada, 1)).toEqual([withdrawn(ada, 1), withdrawn(bob, 1)]);
  });

  test('R6 a poll is tried again against whoever else is ready', () => {
    const table = opened();
    table.offer(ada, 1, [receive(1), receive(2)], shared);
    table.offer(bob, 1, [send(1, 'b')], poll);
    table.receive(cleo, 1, 1);
    expect(table.withdraw(ada, 1)).toEqual([
      withdrawn(ada, 1),
      delivered(cleo, 1, 'b'),
      late(bob, 1),
    ]);
  });

  test('R6 a stored value stays in the store, whose place it has kept', () => {
    const table = new Table();
    table.open(1, { capacity: 1 });
    table.offer(ada, 1, [receive(1)], shared);
    expect(table.send(bob, 1, 1, 'kept')).toEqual([completed(bob, 1), ask(ada, 1)]);
    expect(table.send(bob, 2, 1, 'next')).toEqual([]);
    expect(table.withdraw(ada, 1)).toEqual([withdrawn(ada, 1)]);
    expect(table.statistics(1)).toMatchObject({ buffered: 1, waitingSenders: 1 });
    expect(table.receive(cleo, 1, 1)).toEqual([delivered(cleo, 1, 'kept')]);
  });
});

describe('R6 a partner that leaves while the other’s owner is asked', () => {
  test('R4 is withdrawn at once, and the other is released when its owner says free', () => {
    const table = opened();
    table.offer(ada, 1, [receive(1), receive(2)], shared);
    table.send(bob, 1, 1, 'b');
    expect(table.withdraw(bob, 1)).toEqual([withdrawn(bob, 1)]);
    expect(table.free(ada, 1)).toEqual([released(ada, 1)]);
    expect(table.send(bob, 2, 2, 'later')).toEqual([ask(ada, 1, 1)]);
  });

  test('R6 or the other meets whoever else has come', () => {
    const table = opened();
    table.offer(ada, 1, [receive(1), receive(2)], shared);
    table.send(bob, 1, 1, 'b');
    table.send(cleo, 1, 2, 'c');
    table.gone(bob);
    expect(table.free(ada, 1)).toEqual([delivered(ada, 1, 'c', { guard: 1 })]);
  });
});

describe('R6 two shared offers that meet', () => {
  const meeting = () => {
    const table = opened();
    table.offer(ada, 1, [receive(1), receive(2)], shared);
    expect(table.offer(bob, 1, [send(1, 'b')], shared)).toEqual([ask(bob, 1), ask(ada, 1)]);
    return table;
  };

  test.each([
    [ada, bob],
    [bob, ada],
  ])('R6 both owners have to say that they are free, %i first', (first, second) => {
    const table = meeting();
    expect(table.free(first, 1)).toEqual([]);
    expect(table.free(second, 1)).toEqual([delivered(ada, 1, 'b')]);
  });

  test.each([
    [ada, bob],
    [bob, ada],
  ])('R6 when one is not, the other is released, %i first', (first, second) => {
    const table = meeting();
    table.free(first, 1);
    expect(table.withdraw(second, 1)).toEqual([withdrawn(second, 1), released(first, 1)]);
  });

  test('R6 who was freed and left meets the next one, and only that one’s owner is asked', () => {
    const table = meeting();
    table.offer(cleo, 1, [send(2, 'c')], shared);
    table.free(ada, 1);
    expect(table.withdraw(bob, 1)).toEqual([withdrawn(bob, 1), ask(cleo, 1)]);
    expect(table.free(cleo, 1)).toEqual([delivered(ada, 1, 'c', { guard: 1 })]);
  });
});

describe('R9 a shared offer and its channel', () => {
  test('R9 fails because a channel has ended only when its owner says that it is free', () => {
    const table = opened();
    table.offer(ada, 1, [receive(1), receive(2)], shared);
    expect(table.release(1, 'send')).toEqual([ask(ada, 1)]);
    expect(table.free(ada, 1)).toEqual([failed(ada, 1, ended)]);
  });

  test('R9 a value that is kept for it keeps the channel open for the others', () => {
    const table = opened();
    table.offer(ada, 1, [receive(1), receive(2)], shared);
    table.send(bob, 1, 1, 'last');
    table.receive(cleo, 1, 1);
    expect(table.release(1, 'send')).toEqual([]);
    expect(table.withdraw(ada, 1)).toEqual([withdrawn(ada, 1), delivered(cleo, 1, 'last')]);
  });

  test('R5 a store with room takes its value only when its owner says that it is free', () => {
    const table = new Table();
    table.open(1, { capacity: 1 });
    expect(table.offer(ada, 1, [send(1, 'a')], shared)).toEqual([ask(ada, 1)]);
    expect(table.send(bob, 1, 1, 'b')).toEqual([completed(bob, 1)]);
    expect(table.free(ada, 1)).toEqual([released(ada, 1)]);
    expect(table.receive(cleo, 1, 1)).toEqual([ask(ada, 1)]);
    expect(table.free(ada, 1)).toEqual([delivered(cleo, 1, 'a')]);
  });

  test('R5 a channel drops its value only then, too', () => {
    const table = new Table();
    table.open(1, { capacity: 1, overflow: 'drop-newest' });
    table.send(bob, 1, 1, 'b');
    expect(table.offer(ada, 1, [send(1, 'a')], shared)).toEqual([ask(ada, 1)]);
    expect(table.free(ada, 1)).toMatchObject([{ type: 'completed' }, { type: 'discarded' }]);
  });
});

describe('R8 deaths while an owner is asked', () => {
  test('R8 the asked one dies: its partner goes back', () => {
    const table = opened();
    table.offer(ada, 1, [receive(1)], shared);
    table.send(bob, 1, 1, 'b');
    expect(table.gone(ada)).toEqual([]);
    expect(table.receive(cleo, 1, 1)).toEqual([delivered(cleo, 1, 'b')]);
  });

  test('R8 a sender whose value a receiver had died with: the value is kept for who is asked', () => {
    const table = opened();
    table.send(bob, 1, 1, 'b');
    table.receive(cleo, 1, 1);
    table.gone(cleo);
    expect(table.offer(ada, 1, [receive(1)], shared)).toEqual([ask(ada, 1)]);
    expect(table.gone(bob)).toEqual([]);
    expect(table.free(ada, 1)).toEqual([delivered(ada, 1, 'b', { attempt: 2 })]);
    expect(table.taken(ada, 1)).toEqual([]);
  });
});

describe('R7 a tentative withdrawal', () => {
  test('R7 of a send that a receiver died with is late: it is committed, and goes on waiting', () => {
    const table = opened();
    table.offer(bob, 1, [send(1, 'b'), receive(2)]);
    table.receive(cleo, 1, 1);
    table.gone(cleo);
    expect(table.withdraw(bob, 1, 'tentative')).toEqual([late(bob, 1)]);
    expect(table.receive(ada, 1, 1)).toEqual([delivered(ada, 1, 'b', { attempt: 2 })]);
    expect(table.taken(ada, 1)).toEqual([completed(bob, 1)]);
  });

  test('R4 and a final one after it is obeyed, and says how many died', () => {
    const table = opened();
    table.send(bob, 1, 1, 'b');
    table.receive(cleo, 1, 1);
    table.gone(cleo);
    table.withdraw(bob, 1, 'tentative');
    expect(table.withdraw(bob, 1)).toEqual([withdrawn(bob, 1, 1)]);
  });
});

test('R10 who says free and was not asked breaks the rules', () => {
  const table = opened();
  table.offer(ada, 1, [receive(1)], shared);
  table.receive(bob, 1, 2);
  const violation = [{ type: 'violation' }];
  expect(table.free(ada, 1)).toMatchObject(violation);
  expect(table.free(bob, 1)).toMatchObject(violation);
  expect(table.free(bob, 9)).toMatchObject(violation);
});

describe('R3 values of one sender while an owner is asked', () => {
  test('R3 the one that is kept for it is delivered first, and the next is kept instead', () => {
    const table = opened();
    table.offer(ada, 1, [receive(1), receive(2)], shared);
    expect(table.send(bob, 1, 1, 'first')).toEqual([ask(ada, 1)]);
    table.send(bob, 2, 1, 'second');
    expect(table.receive(cleo, 1, 1)).toEqual([delivered(cleo, 1, 'first')]);
    expect(table.free(ada, 1)).toEqual([delivered(ada, 1, 'second')]);
  });

  test('R3 whoever is freed first gets the first', () => {
    const table = opened();
    table.offer(ada, 1, [receive(1)], shared);
    table.offer(cleo, 1, [receive(1)], shared);
    table.send(bob, 1, 1, 'first');
    table.send(bob, 2, 1, 'second');
    expect(table.free(cleo, 1)).toEqual([delivered(cleo, 1, 'first')]);
    expect(table.free(ada, 1)).toEqual([delivered(ada, 1, 'second')]);
  });

  test('R3 a stored value, too', () => {
    const table = new Table();
    table.open(1, { capacity: 2 });
    table.offer(ada, 1, [receive(1)], shared);
    table.send(bob, 1, 1, 'first');
    table.send(bob, 2, 1, 'second');
    expect(table.receive(cleo, 1, 1)).toEqual([delivered(cleo, 1, 'first')]);
    expect(table.withdraw(ada, 1)).toEqual([withdrawn(ada, 1)]);
    expect(table.statistics(1)).toMatchObject({ buffered: 1, inHand: 1 });
  });

  test('R3 a poll that would overtake it is kept instead, and answered later', () => {
    const table = opened();
    table.offer(ada, 1, [receive(1)], shared);
    table.send(bob, 1, 1, 'first');
    table.receive(cleo, 1, 1);
    expect(table.offer(bob, 2, [send(1, 'second')], poll)).toEqual([delivered(cleo, 1, 'first')]);
    expect(table.withdraw(ada, 1)).toEqual([withdrawn(ada, 1), withdrawn(bob, 2)]);
  });
});

test('R3 a value that was kept for somebody who has gone is delivered before a later one', () => {
  const table = opened();
  table.send(ada, 1, 1, 'first');
  table.send(ada, 2, 1, 'second');
  expect(table.offer(bob, 1, [receive(1)], shared)).toEqual([ask(bob, 1)]);
  expect(table.offer(cleo, 1, [receive(1)], shared)).toEqual([ask(cleo, 1)]);
  expect(table.withdraw(bob, 1)).toEqual([withdrawn(bob, 1)]);
  expect(table.free(cleo, 1)).toEqual([delivered(cleo, 1, 'first')]);
  expect(table.receive(bob, 2, 1)).toEqual([delivered(bob, 2, 'second')]);
});
