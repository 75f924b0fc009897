import { describe, expect, test } from 'vitest';
import type { WithdrawalKind } from '../../../src/arbiter/events.ts';
import { completed, delivered, failed, late, receive, send, Table, withdrawn } from './table.ts';

const [ada, bob, cleo] = [1, 2, 3] as const;
const kinds: readonly WithdrawalKind[] = ['final', 'tentative'];

/** `a` is in bob's hand. */
function inHand(): Table {
  const table = new Table();
  table.open(1);
  table.send(ada, 1, 1, 'a');
  table.receive(bob, 1, 1);
  return table;
}

describe.each(kinds)('R4 a %s withdrawal', (kind) => {
  test(`R4 a ${kind} withdrawal of a waiting send gives it back: it was not taken`, () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    expect(table.withdraw(ada, 1, kind)).toEqual([withdrawn(ada, 1, 0)]);
    expect(table.receive(bob, 1, 1)).toEqual([]);
  });

  test(`R4 a ${kind} withdrawal of a waiting receive ends it`, () => {
    const table = new Table();
    table.open(1);
    table.receive(bob, 1, 1);
    expect(table.withdraw(bob, 1, kind)).toEqual([withdrawn(bob, 1)]);
    expect(table.send(ada, 1, 1, 'a')).toEqual([]);
  });

  test(`R4 a ${kind} withdrawal of a delivered send is answered late at once`, () => {
    const table = inHand();
    expect(table.withdraw(ada, 1, kind)).toEqual([late(ada, 1)]);
    expect(table.taken(bob, 1)).toEqual([completed(ada, 1)]);
  });

  test(`R4 a ${kind} withdrawal that crossed the delivery to its receive is not answered`, () => {
    const table = inHand();
    expect(table.withdraw(bob, 1, kind)).toEqual([]);
    expect(table.taken(bob, 1)).toEqual([completed(ada, 1)]);
  });

  test(`R4 a ${kind} withdrawal that crossed the ending is not answered`, () => {
    const table = inHand();
    table.taken(bob, 1);
    expect(table.withdraw(ada, 1, kind)).toEqual([]);
    expect(table.withdraw(bob, 1, kind)).toEqual([]);
  });

  test(`R4 a ${kind} withdrawal of a select takes back all its guards`, () => {
    const table = new Table();
    table.open(1);
    table.open(2);
    table.offer(ada, 1, [send(1, 'a'), receive(2)]);
    expect(table.withdraw(ada, 1, kind)).toEqual([withdrawn(ada, 1)]);
    expect(table.receive(bob, 1, 1)).toEqual([]);
    expect(table.send(bob, 2, 2, 'b')).toEqual([]);
  });
});

describe('R4 a withdrawal that came too late', () => {
  test('R4 a final one ends as withdrawn when the value comes back', () => {
    const table = inHand();
    table.withdraw(ada, 1, 'final');
    expect(table.returned(bob, 1)).toEqual([withdrawn(ada, 1, 0)]);
    expect(table.receive(cleo, 1, 1)).toEqual([]);
  });

  test('R4 a final one ends as withdrawn when the receiver dies, and says that it may have been taken', () => {
    const table = inHand();
    table.withdraw(ada, 1, 'final');
    expect(table.gone(bob)).toEqual([withdrawn(ada, 1, 1)]);
    expect(table.receive(cleo, 1, 1)).toEqual([]);
  });

  test('R4 a tentative one is over: the value that comes back waits again', () => {
    const table = inHand();
    table.withdraw(ada, 1, 'tentative');
    expect(table.returned(bob, 1)).toEqual([]);
    expect(table.receive(cleo, 1, 1)).toEqual([delivered(cleo, 1, 'a')]);
    expect(table.taken(cleo, 1)).toEqual([completed(ada, 1)]);
  });

  test('R4 a final one may follow a tentative one, and is answered too', () => {
    const table = inHand();
    expect(table.withdraw(ada, 1, 'tentative')).toEqual([late(ada, 1)]);
    expect(table.withdraw(ada, 1, 'final')).toEqual([late(ada, 1)]);
    expect(table.returned(bob, 1)).toEqual([withdrawn(ada, 1)]);
  });

  test('R4 after a tentative one the value may wait, be delivered and be asked for anew', () => {
    const table = inHand();
    table.withdraw(ada, 1, 'tentative');
    table.returned(bob, 1);
    expect(table.withdraw(ada, 1, 'tentative')).toEqual([withdrawn(ada, 1)]);
  });

  test('R4 the attempts of an earlier receiver are told with a later withdrawal', () => {
    const table = inHand();
    table.gone(bob);
    expect(table.withdraw(ada, 1, 'final')).toEqual([withdrawn(ada, 1, 1)]);
  });

  test('R4 a value that its receiver refuses fails its send, recalled or not', () => {
    const table = inHand();
    table.withdraw(ada, 1, 'final');
    expect(table.refused(bob, 1, 'no number')).toEqual([
      failed(ada, 1, { kind: 'refused', why: 'no number' }),
    ]);
  });
});

describe('R4 a refused value', () => {
  test('R4 fails its send with the reason, and goes to nobody else', () => {
    const table = inHand();
    table.receive(cleo, 1, 1);
    expect(table.refused(bob, 1, 'no number')).toEqual([
      failed(ada, 1, { kind: 'refused', why: 'no number' }),
    ]);
    expect(table.statistics(1)?.waitingReceivers).toBe(1);
  });

  test('R4 is told with the attempts before it', () => {
    const table = inHand();
    table.gone(bob);
    table.receive(cleo, 1, 1);
    expect(table.refused(cleo, 1, 'no number')).toEqual([
      failed(ada, 1, { kind: 'refused', why: 'no number' }, { attempts: 1 }),
    ]);
  });
});
