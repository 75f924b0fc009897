import { describe, expect, test } from 'vitest';
import type { ArbiterEvent } from '../../../src/arbiter/events.ts';
import { completed, delivered, receive, send, Table } from './table.ts';

const [ada, bob, mallory] = [1, 2, 3] as const;

/** `a` is in bob's hand, ada also waits with `b`. */
function opened(): Table {
  const table = new Table();
  table.open(1);
  table.send(ada, 1, 1, 'a');
  table.send(ada, 2, 1, 'b');
  table.receive(bob, 1, 1);
  return table;
}

const offer = { type: 'offer', choice: 'random', patience: 'wait' } as const;

const lies: Record<string, ArbiterEvent<string>> = {
  'an operation offered twice': { ...offer, party: ada, op: 2, guards: [send(1, 'c')] },
  'an offer again of what is in hand': { ...offer, party: ada, op: 1, guards: [send(1, 'c')] },
  'an offer without guards': { ...offer, party: mallory, op: 1, guards: [] },
  'an offer on an unknown channel': { ...offer, party: mallory, op: 1, guards: [receive(9)] },
  'a select with one unknown channel': {
    ...offer,
    party: mallory,
    op: 1,
    guards: [receive(1), send(9, 'x')],
  },
  'taken for nothing': { type: 'taken', party: mallory, op: 1 },
  'taken by the sender': { type: 'taken', party: ada, op: 1 },
  'taken for another party': { type: 'taken', party: mallory, op: 1 },
  'taken for what waits': { type: 'taken', party: ada, op: 2 },
  'returned for nothing': { type: 'returned', party: bob, op: 2 },
  'refused for nothing': { type: 'refused', party: bob, op: 2, why: 'no' },
};

describe('R10 what a party may not say', () => {
  test.each(Object.entries(lies))('R10 %s is a violation, and changes nothing', (_, lie) => {
    const table = opened();
    const before = table.statistics(1);
    const { party } = lie as { party: number };
    expect(table.step(lie)).toMatchObject([{ type: 'violation', party }]);
    expect(table.statistics(1)).toEqual(before);
    expect(table.taken(bob, 1)).toEqual([completed(ada, 1)]);
    expect(table.receive(bob, 2, 1)).toEqual([delivered(bob, 2, 'b')]);
    expect(table.known(mallory)).toBe(0);
  });

  test('R10 an ending is said once', () => {
    const table = opened();
    table.taken(bob, 1);
    for (const say of ['taken', 'returned'] as const) {
      expect(table[say](bob, 1)).toMatchObject([{ type: 'violation', party: bob }]);
    }
    expect(table.refused(bob, 1, 'no')).toMatchObject([{ type: 'violation', party: bob }]);
  });

  test('R4 a withdrawal answered late is not repeated', () => {
    const table = opened();
    table.withdraw(ada, 1, 'tentative');
    expect(table.withdraw(ada, 1, 'tentative')).toMatchObject([{ type: 'violation', party: ada }]);
    table.withdraw(ada, 1, 'final');
    for (const kind of ['tentative', 'final'] as const) {
      expect(table.withdraw(ada, 1, kind)).toMatchObject([{ type: 'violation', party: ada }]);
    }
    expect(table.taken(bob, 1)).toEqual([completed(ada, 1)]);
  });

  test('R10 a violation names the operation', () => {
    const table = opened();
    const [effect] = table.taken(mallory, 42);
    expect(effect).toEqual({
      type: 'violation',
      party: mallory,
      problem: '"taken" for operation 42, which was given no value',
    });
  });

  test('R10 the death of a party that never spoke has no effect', () => {
    expect(opened().gone(mallory)).toEqual([]);
  });
});
