import { describe, expect, test } from 'vitest';
import {
  completed,
  crash,
  delivered,
  discarded,
  ended,
  failed,
  late,
  receive,
  retried,
  send,
  Table,
  withdrawn,
} from './table.ts';

const [ada, bob, cleo, dora] = [1, 2, 3, 4] as const;

describe('R7 a receiver dies', () => {
  test('R7 before it took the value: the next receiver gets it, with its attempt number', () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    table.receive(bob, 1, 1);
    expect(table.gone(bob)).toEqual([retried(1, 1)]);
    expect(table.receive(cleo, 1, 1)).toEqual([delivered(cleo, 1, 'a', { attempt: 2 })]);
    expect(table.taken(cleo, 1)).toEqual([completed(ada, 1)]);
  });

  test('R7 a receiver that waits already gets it in the same step', () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    table.receive(bob, 1, 1);
    table.receive(cleo, 1, 1);
    expect(table.gone(bob)).toEqual([retried(1, 1), delivered(cleo, 1, 'a', { attempt: 2 })]);
  });

  test('R7 after it took the value: nothing comes back', () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    table.receive(bob, 1, 1);
    table.taken(bob, 1);
    table.receive(cleo, 1, 1);
    expect(table.gone(bob)).toEqual([]);
  });

  test('R7 while it waits: its receives vanish', () => {
    const table = new Table();
    table.open(1);
    table.receive(bob, 1, 1);
    expect(table.gone(bob)).toEqual([]);
    expect(table.send(ada, 1, 1, 'a')).toEqual([]);
  });

  test('R7 what comes back goes to its old position', () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    table.send(ada, 2, 1, 'b');
    table.send(ada, 3, 1, 'c');
    table.receive(bob, 1, 1);
    table.receive(bob, 2, 1);
    table.gone(bob);
    expect(table.receive(cleo, 1, 1)).toEqual([delivered(cleo, 1, 'a', { attempt: 2 })]);
    expect(table.receive(cleo, 2, 1)).toEqual([delivered(cleo, 2, 'b', { attempt: 2 })]);
    expect(table.receive(cleo, 3, 1)).toEqual([delivered(cleo, 3, 'c', { attempt: 1 })]);
  });

  test('R7 all that comes back is in line again before any of it is delivered', () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    table.send(ada, 2, 1, 'b');
    table.receive(bob, 8, 1);
    table.receive(bob, 9, 1);
    table.receive(cleo, 1, 1);
    expect(table.gone(bob)).toEqual([
      retried(1, 1),
      retried(1, 1),
      delivered(cleo, 1, 'a', { attempt: 2 }),
    ]);
  });

  test('R7 nothing that comes back is delivered to the dead', () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    table.receive(bob, 1, 1);
    table.receive(bob, 2, 1);
    expect(table.gone(bob)).toEqual([retried(1, 1)]);
    expect(table.known(bob)).toBe(0);
  });

  test('R7 after as many deaths as allowed the send fails as lost', () => {
    const table = new Table();
    table.open(1, { maxAttempts: 2 });
    table.send(ada, 1, 1, 'a');
    table.receive(bob, 1, 1);
    table.gone(bob);
    table.receive(cleo, 1, 1);
    expect(table.gone(cleo)).toEqual([
      failed(ada, 1, { kind: 'lost', failures: [] }, { attempts: 2 }),
    ]);
    expect(table.receive(dora, 1, 1)).toEqual([]);
  });

  test('R7 with one attempt allowed no value is delivered twice', () => {
    const table = new Table();
    table.open(1, { maxAttempts: 1 });
    table.send(ada, 1, 1, 'a');
    table.receive(bob, 1, 1);
    expect(table.gone(bob)).toEqual([
      failed(ada, 1, { kind: 'lost', failures: [] }, { attempts: 1 }),
    ]);
  });

  test('R7 a value given back unharmed costs no attempt', () => {
    const table = new Table();
    table.open(1, { maxAttempts: 1 });
    table.send(ada, 1, 1, 'a');
    for (let op = 1; op <= 5; op++) {
      expect(table.receive(bob, op, 1)).toEqual([delivered(bob, op, 'a', { attempt: 1 })]);
      expect(table.returned(bob, op)).toEqual([]);
    }
  });

  test('R7 a select keeps to the guard whose value was delivered once', () => {
    const table = new Table();
    table.open(1);
    table.open(2);
    table.offer(ada, 1, [send(1, 'a'), send(2, 'b'), receive(2)]);
    table.receive(bob, 1, 2);
    table.gone(bob);
    expect(table.receive(cleo, 1, 1)).toEqual([]);
    expect(table.send(cleo, 2, 2, 'c')).toEqual([]);
    expect(table.receive(dora, 1, 2)).toEqual([delivered(dora, 1, 'b', { attempt: 2 })]);
    expect(table.taken(dora, 1)).toEqual([completed(ada, 1, 1)]);
  });
});

describe('R8 a sender dies', () => {
  test('R8 what was never delivered vanishes', () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    expect(table.gone(ada)).toEqual([]);
    expect(table.receive(bob, 1, 1)).toEqual([]);
  });

  test('R8 what came back unharmed was as good as never delivered, and vanishes', () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    table.receive(bob, 1, 1);
    table.returned(bob, 1);
    table.gone(ada);
    expect(table.receive(cleo, 1, 1)).toEqual([]);
  });

  test('R8 what is in a receiver’s hand is finished without it', () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    table.receive(bob, 1, 1);
    expect(table.gone(ada)).toEqual([]);
    expect(table.taken(bob, 1)).toEqual([]);
    expect(table.statistics(1)).toMatchObject({ taken: 1, inHand: 0 });
  });

  test('R8 what is in a receiver’s hand is delivered again without it', () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    table.receive(bob, 1, 1);
    table.gone(ada);
    expect(table.gone(bob)).toEqual([retried(1, 1)]);
    expect(table.statistics(1)).toMatchObject({ buffered: 1, waitingSenders: 0 });
    expect(table.receive(cleo, 1, 1)).toEqual([delivered(cleo, 1, 'a', { attempt: 2 })]);
  });

  test('R8 what waits for its second delivery belongs to the channel', () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    table.receive(bob, 1, 1);
    table.gone(bob);
    table.gone(ada);
    expect(table.receive(cleo, 1, 1)).toEqual([delivered(cleo, 1, 'a', { attempt: 2 })]);
    expect(table.taken(cleo, 1)).toEqual([]);
  });

  test.each(['tentative', 'final'] as const)('R8 a %s withdrawal dies with its sender', (kind) => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    table.receive(bob, 1, 1);
    expect(table.withdraw(ada, 1, kind)).toEqual([late(ada, 1)]);
    table.gone(ada);
    table.gone(bob);
    expect(table.receive(cleo, 1, 1)).toEqual([delivered(cleo, 1, 'a', { attempt: 2 })]);
  });

  test('R8 a value without a sender that is lost in the end is discarded, and counted', () => {
    const table = new Table();
    table.open(1, { maxAttempts: 2 });
    table.send(ada, 1, 1, 'a');
    table.receive(bob, 1, 1);
    table.gone(ada);
    table.gone(bob);
    table.receive(cleo, 1, 1);
    expect(table.gone(cleo)).toEqual([discarded(1, 'a', 'lost')]);
    expect(table.statistics(1)?.discarded).toBe(1);
  });

  test('R8 a value without a sender that is refused is discarded', () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    table.receive(bob, 1, 1);
    table.gone(ada);
    expect(table.refused(bob, 1, 'no number')).toEqual([discarded(1, 'a', 'refused')]);
  });

  test('R8 a value without a sender keeps its place before those that have one', () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    table.send(dora, 1, 1, 'd');
    table.receive(bob, 1, 1);
    table.gone(ada);
    table.returned(bob, 1);
    expect(table.receive(cleo, 1, 1)).toEqual([delivered(cleo, 1, 'a')]);
    expect(table.receive(cleo, 2, 1)).toEqual([delivered(cleo, 2, 'd')]);
  });

  test('R8 a party that has its own value in hand when it dies does not get it again', () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    table.receive(ada, 2, 1);
    table.gone(ada);
    expect(table.receive(cleo, 1, 1)).toEqual([delivered(cleo, 1, 'a', { attempt: 2 })]);
  });

  test('R8 a dead party that returns has no past', () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    table.gone(ada);
    expect(table.send(ada, 1, 1, 'again')).toEqual([]);
    expect(table.receive(bob, 1, 1)).toEqual([delivered(bob, 1, 'again')]);
  });

  test('R8 with no receiver left, the value that comes back has nowhere to go', () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    table.receive(bob, 1, 1);
    table.gone(ada);
    table.release(1, 'receive', crash);
    expect(table.gone(bob)).toEqual([retried(1, 1), discarded(1, 'a', 'no-receiver')]);
  });
});

describe('R7 R8 several at once', () => {
  test('R7 the death of one party touches several channels', () => {
    const table = new Table();
    table.open(1);
    table.open(2);
    table.send(ada, 1, 1, 'a');
    table.send(ada, 2, 2, 'b');
    table.receive(bob, 1, 1);
    table.receive(bob, 2, 2);
    table.gone(bob);
    expect(table.receive(cleo, 1, 2)).toEqual([delivered(cleo, 1, 'b', { attempt: 2 })]);
    expect(table.receive(cleo, 2, 1)).toEqual([delivered(cleo, 2, 'a', { attempt: 2 })]);
  });

  test('R4 a recalled value whose receiver dies as its channel ends is given back to its sender', () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    table.receive(bob, 1, 1);
    table.withdraw(ada, 1);
    table.release(1, 'receive', crash);
    expect(table.gone(bob)).toEqual([withdrawn(ada, 1, 1)]);
  });

  test('R9 a delivered value whose receiver dies as its channel ends fails its send', () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    table.receive(bob, 1, 1);
    expect(table.gone(bob)).toEqual([retried(1, 1)]);
    expect(table.release(1, 'receive')).toEqual([failed(ada, 1, ended, { attempts: 1 })]);
  });
});
