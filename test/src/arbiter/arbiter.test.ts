import { describe, expect, test } from 'vitest';
import { completed, delivered, Table, withdrawn } from './table.ts';

const [ada, bob, cleo, dora] = [1, 2, 3, 4] as const;

describe('R1 rendezvous', () => {
  test('R1 a send without a receiver has no effect', () => {
    const table = new Table();
    table.open(1);
    expect(table.send(ada, 1, 1, 'a')).toEqual([]);
  });

  test('R1 a send completes when the value is taken, not when it is delivered', () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    expect(table.receive(bob, 1, 1)).toEqual([delivered(bob, 1, 'a')]);
    expect(table.taken(bob, 1)).toEqual([completed(ada, 1)]);
  });

  test('R1 a receiver that was there first is given the value at once', () => {
    const table = new Table();
    table.open(1);
    table.receive(bob, 1, 1);
    expect(table.send(ada, 1, 1, 'a')).toEqual([delivered(bob, 1, 'a')]);
    expect(table.taken(bob, 1)).toEqual([completed(ada, 1)]);
  });

  test('R1 a party can meet itself', () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    expect(table.receive(ada, 2, 1)).toEqual([delivered(ada, 2, 'a')]);
    expect(table.taken(ada, 2)).toEqual([completed(ada, 1)]);
  });

  test('R1 a value in hand does not hold up the next', () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    table.send(ada, 2, 1, 'b');
    table.receive(bob, 1, 1);
    expect(table.receive(cleo, 1, 1)).toEqual([delivered(cleo, 1, 'b')]);
    expect(table.taken(cleo, 1)).toEqual([completed(ada, 2)]);
    expect(table.taken(bob, 1)).toEqual([completed(ada, 1)]);
  });

  test('R1 an ended operation is forgotten', () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    table.receive(bob, 1, 1);
    expect([table.known(ada), table.known(bob)]).toEqual([1, 1]);
    table.taken(bob, 1);
    expect([table.known(ada), table.known(bob)]).toEqual([0, 0]);
  });
});

describe('R2 exactly one', () => {
  test('R2 a value goes to one of the receivers that wait', () => {
    const table = new Table();
    table.open(1);
    table.receive(bob, 1, 1);
    table.receive(cleo, 1, 1);
    expect(table.send(ada, 1, 1, 'a')).toEqual([delivered(bob, 1, 'a')]);
    expect(table.taken(bob, 1)).toEqual([completed(ada, 1)]);
    expect(table.statistics(1)?.waitingReceivers).toBe(1);
  });

  test('R2 channels do not mix', () => {
    const table = new Table();
    table.open(1);
    table.open(2);
    table.receive(bob, 1, 1);
    expect(table.send(ada, 1, 2, 'a')).toEqual([]);
  });

  test('R2 the same operation number of two parties means two operations', () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 7, 1, 'a');
    table.send(bob, 7, 1, 'b');
    table.receive(cleo, 7, 1);
    expect(table.taken(cleo, 7)).toEqual([completed(ada, 7)]);
    expect(table.known(bob)).toBe(1);
  });

  test('R2 a value that came back unharmed goes to the next receiver, as if for the first time', () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    table.receive(bob, 1, 1);
    expect(table.returned(bob, 1)).toEqual([]);
    expect(table.receive(cleo, 1, 1)).toEqual([delivered(cleo, 1, 'a', { attempt: 1 })]);
  });
});

describe('R3 order', () => {
  test('R3 one sender’s values are delivered in the order of its sends', () => {
    const table = new Table();
    table.open(1);
    for (const [op, value] of ['a', 'b', 'c'].entries()) table.send(ada, op, 1, value);
    expect(table.receive(bob, 1, 1)).toEqual([delivered(bob, 1, 'a')]);
    expect(table.receive(cleo, 1, 1)).toEqual([delivered(cleo, 1, 'b')]);
    expect(table.receive(bob, 2, 1)).toEqual([delivered(bob, 2, 'c')]);
  });

  test('R3 waiting offers are served first come, first served', () => {
    const table = new Table();
    table.open(1);
    table.receive(cleo, 1, 1);
    table.receive(bob, 1, 1);
    table.receive(dora, 1, 1);
    expect(table.send(ada, 1, 1, 'a')).toEqual([delivered(cleo, 1, 'a')]);
    expect(table.send(ada, 2, 1, 'b')).toEqual([delivered(bob, 1, 'b')]);
    expect(table.send(ada, 3, 1, 'c')).toEqual([delivered(dora, 1, 'c')]);
  });

  test('R3 an operation number says nothing about the order of two parties', () => {
    const table = new Table();
    table.open(1);
    table.send(bob, 99, 1, 'b');
    table.send(ada, 1, 1, 'a');
    expect(table.receive(cleo, 1, 1)).toEqual([delivered(cleo, 1, 'b')]);
  });

  test('R3 what is offered again after a withdrawal goes to the end of the line', () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    table.send(bob, 1, 1, 'b');
    expect(table.withdraw(ada, 1, 'tentative')).toEqual([withdrawn(ada, 1)]);
    table.send(ada, 1, 1, 'a');
    expect(table.receive(cleo, 1, 1)).toEqual([delivered(cleo, 1, 'b')]);
  });

  test('R3 a withdrawal in the middle of the line moves nobody else', () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    table.send(bob, 1, 1, 'b');
    table.send(cleo, 1, 1, 'c');
    table.withdraw(bob, 1);
    expect(table.receive(dora, 1, 1)).toEqual([delivered(dora, 1, 'a')]);
    expect(table.receive(dora, 2, 1)).toEqual([delivered(dora, 2, 'c')]);
  });

  test('R3 a value that came back goes to its old position', () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    table.send(ada, 2, 1, 'b');
    table.send(ada, 3, 1, 'c');
    table.receive(bob, 1, 1);
    table.receive(cleo, 1, 1);
    table.returned(cleo, 1);
    table.returned(bob, 1);
    expect(table.receive(dora, 1, 1)).toEqual([delivered(dora, 1, 'a')]);
    expect(table.receive(dora, 2, 1)).toEqual([delivered(dora, 2, 'b')]);
    expect(table.receive(dora, 3, 1)).toEqual([delivered(dora, 3, 'c')]);
  });
});

describe('R4 polls', () => {
  test('R4 a poll that finds nobody is withdrawn at once', () => {
    const table = new Table();
    table.open(1);
    expect(table.trySend(ada, 1, 1, 'a')).toEqual([withdrawn(ada, 1)]);
    expect(table.tryReceive(bob, 1, 1)).toEqual([withdrawn(bob, 1)]);
    expect(table.receive(cleo, 1, 1)).toEqual([]);
  });

  test('R4 a poll that finds a value receives it', () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    expect(table.tryReceive(bob, 1, 1)).toEqual([delivered(bob, 1, 'a')]);
    expect(table.taken(bob, 1)).toEqual([completed(ada, 1)]);
  });

  test('R4 a poll that finds a receiver is answered late, then by its ending', () => {
    const table = new Table();
    table.open(1);
    table.receive(bob, 1, 1);
    expect(table.trySend(ada, 1, 1, 'a')).toEqual([
      delivered(bob, 1, 'a'),
      { type: 'late', party: ada, op: 1 },
    ]);
    expect(table.taken(bob, 1)).toEqual([completed(ada, 1)]);
  });

  test('R4 a poll does not wait for a second receiver', () => {
    const table = new Table();
    table.open(1);
    table.receive(bob, 1, 1);
    table.trySend(ada, 1, 1, 'a');
    table.receive(cleo, 1, 1);
    expect(table.returned(bob, 1)).toEqual([withdrawn(ada, 1)]);
    expect(table.statistics(1)?.waitingReceivers).toBe(1);
  });
});

describe('R5 statistics', () => {
  test('R5 they tell what waits, what is in hand, and what was taken', () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    table.send(ada, 2, 1, 'b');
    table.send(ada, 3, 1, 'c');
    table.receive(bob, 1, 1);
    table.taken(bob, 1);
    table.receive(bob, 2, 1);
    expect(table.statistics(1)).toEqual({
      capacity: 0,
      senders: 1,
      receivers: 1,
      waitingSenders: 1,
      waitingReceivers: 0,
      buffered: 0,
      inHand: 1,
      taken: 1,
      discarded: 0,
      deadLetters: 0,
      isDirect: false,
    });
  });

  test('R5 a channel that is over has none', () => {
    const table = new Table();
    table.open(1);
    expect(table.statistics(2)).toBeUndefined();
    table.release(1, 'send');
    table.release(1, 'receive');
    expect(table.statistics(1)).toBeUndefined();
  });
});
