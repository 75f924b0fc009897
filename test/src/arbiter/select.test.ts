import { describe, expect, test } from 'vitest';
import { completed, crash, delivered, ended, failed, receive, send, Table } from './table.ts';

const [ada, bob, cleo] = [1, 2, 3] as const;

/** With channels 1, 2 and 3. */
function opened(pick?: (below: number) => number): Table {
  const table = new Table(pick);
  for (const channel of [1, 2, 3]) table.open(channel);
  return table;
}

describe('R6 a select that finds something ready', () => {
  test('R6 receives where a value waits', () => {
    const table = opened();
    table.send(ada, 1, 2, 'b');
    expect(table.offer(bob, 1, [receive(1), receive(2)])).toEqual([
      delivered(bob, 1, 'b', { guard: 1 }),
    ]);
  });

  test('R6 sends where a receiver waits', () => {
    const table = opened();
    table.receive(bob, 1, 2);
    expect(table.offer(ada, 1, [send(1, 'x'), send(2, 'y')])).toEqual([delivered(bob, 1, 'y')]);
    expect(table.taken(bob, 1)).toEqual([completed(ada, 1, 1)]);
  });

  test('R6 picks among all ready guards, send and receive alike', () => {
    const results = [0, 1, 2].map((choice) => {
      const asked: number[] = [];
      const table = opened((below) => {
        asked.push(below);
        return choice;
      });
      table.send(ada, 1, 1, 'a');
      table.receive(ada, 2, 2);
      table.send(ada, 3, 3, 'c');
      const effects = table.offer(bob, 1, [receive(1), send(2, 'b'), receive(3)]);
      return { asked, effects };
    });
    expect(results).toEqual([
      { asked: [3], effects: [delivered(bob, 1, 'a', { guard: 0 })] },
      { asked: [3], effects: [delivered(ada, 2, 'b')] },
      { asked: [3], effects: [delivered(bob, 1, 'c', { guard: 2 })] },
    ]);
  });

  test('R6 picks only among the ready ones', () => {
    const asked: number[] = [];
    const table = opened((below) => {
      asked.push(below);
      return 1;
    });
    table.send(ada, 1, 1, 'a');
    table.send(ada, 2, 3, 'c');
    expect(table.offer(bob, 1, [receive(1), receive(2), receive(3)])).toEqual([
      delivered(bob, 1, 'c', { guard: 2 }),
    ]);
    expect(asked).toEqual([2]);
  });

  test('R6 every ready guard is picked as often as the others', () => {
    const counts = [0, 0, 0];
    const table = opened((below) => Math.floor(Math.random() * below));
    const rounds = 30_000;
    for (let op = 0; op < rounds; op++) {
      for (const channel of [1, 2, 3]) table.send(ada, 3 * op + channel, channel, 'v');
      const [effect] = table.offer(bob, op, [receive(1), receive(2), receive(3)]);
      const guard = effect?.type === 'deliver' ? effect.guard : -1;
      counts[guard] = (counts[guard] ?? 0) + 1;
      table.taken(bob, op);
      for (const channel of [1, 2, 3]) table.withdraw(ada, 3 * op + channel);
    }
    // Seven standard deviations: a fair pick fails this once in 10^11 runs.
    const spread = 7 * Math.sqrt(rounds * (1 / 3) * (2 / 3));
    for (const count of counts) expect(Math.abs(count - rounds / 3)).toBeLessThan(spread);
  });

  test('R6 with priority takes the first ready guard, and asks nobody', () => {
    const table = opened(() => {
      throw new Error('nothing to pick');
    });
    table.send(ada, 1, 2, 'b');
    table.send(ada, 2, 3, 'c');
    expect(
      table.offer(bob, 1, [receive(1), receive(2), receive(3)], { choice: 'priority' }),
    ).toEqual([delivered(bob, 1, 'b', { guard: 1 })]);
  });

  test('R6 counts the end of a channel as ready', () => {
    const table = opened(() => 1);
    table.release(2, 'send', crash);
    table.send(ada, 1, 1, 'a');
    expect(table.offer(bob, 1, [receive(1), receive(2)])).toEqual([
      failed(bob, 1, { kind: 'broken', failure: crash }, { guard: 1 }),
    ]);
    table.release(3, 'receive');
    expect(table.offer(bob, 2, [receive(1), send(3, 'x')], { choice: 'priority' })).toEqual([
      delivered(bob, 2, 'a'),
    ]);
    expect(table.offer(bob, 3, [receive(1), send(3, 'x')])).toEqual([
      failed(bob, 3, ended, { guard: 1 }),
    ]);
  });
});

describe('R6 a select that waits', () => {
  test('R6 commits to the first guard that comes to pass', () => {
    const table = opened();
    expect(table.offer(bob, 1, [receive(1), receive(2), send(3, 'x')])).toEqual([]);
    expect(table.send(ada, 1, 2, 'b')).toEqual([delivered(bob, 1, 'b', { guard: 1 })]);
  });

  test('R6 the losing guards have no effect', () => {
    const table = opened();
    table.offer(bob, 1, [receive(1), receive(2), send(3, 'x')]);
    table.send(ada, 1, 2, 'b');
    expect(table.send(ada, 2, 1, 'a')).toEqual([]);
    expect(table.receive(ada, 3, 3)).toEqual([]);
    expect(table.statistics(3)?.waitingSenders).toBe(0);
  });

  test('R6 stands in line like everybody else', () => {
    const table = opened();
    table.receive(cleo, 1, 2);
    table.offer(bob, 1, [receive(1), receive(2)]);
    table.receive(cleo, 2, 2);
    expect(table.send(ada, 1, 2, 'a')).toEqual([delivered(cleo, 1, 'a')]);
    expect(table.send(ada, 2, 2, 'b')).toEqual([delivered(bob, 1, 'b', { guard: 1 })]);
    expect(table.send(ada, 3, 2, 'c')).toEqual([delivered(cleo, 2, 'c')]);
  });

  test('R6 meets another select', () => {
    const table = opened();
    table.offer(ada, 1, [send(1, 'x'), send(2, 'y')]);
    expect(table.offer(bob, 1, [receive(3), receive(2)])).toEqual([
      delivered(bob, 1, 'y', { guard: 1 }),
    ]);
    expect(table.taken(bob, 1)).toEqual([completed(ada, 1, 1)]);
  });

  test('R6 two selects that could meet in two ways meet once', () => {
    const table = opened();
    table.offer(ada, 1, [send(1, 'x'), receive(2)]);
    expect(table.offer(bob, 1, [send(2, 'y'), receive(1)], { choice: 'priority' })).toEqual([
      delivered(ada, 1, 'y', { guard: 1 }),
    ]);
    expect(table.receive(cleo, 1, 1)).toEqual([]);
    expect(table.taken(ada, 1)).toEqual([completed(bob, 1, 0)]);
  });

  test('R6 the same channel twice is two guards', () => {
    const table = opened();
    table.offer(ada, 1, [send(1, 'x'), send(1, 'y')]);
    expect(table.receive(bob, 1, 1)).toEqual([delivered(bob, 1, 'x')]);
    expect(table.taken(bob, 1)).toEqual([completed(ada, 1, 0)]);
    expect(table.receive(bob, 2, 1)).toEqual([]);
  });
});

describe('R6 one select never pairs with itself', () => {
  const both = [send(1, 'own'), receive(1)];

  test('R6 not when it arrives', () => {
    expect(opened().offer(ada, 1, both)).toEqual([]);
  });

  test('R6 others pass it by, in both directions', () => {
    const table = opened();
    table.offer(ada, 1, both);
    expect(table.receive(bob, 1, 1)).toEqual([delivered(bob, 1, 'own')]);
    expect(table.taken(bob, 1)).toEqual([completed(ada, 1, 0)]);
    table.offer(ada, 2, both);
    expect(table.send(bob, 2, 1, 'b')).toEqual([delivered(ada, 2, 'b', { guard: 1 })]);
    expect(table.receive(bob, 3, 1)).toEqual([]);
  });

  test('R6 two of them meet', () => {
    const table = opened();
    table.offer(ada, 1, both, { choice: 'priority' });
    expect(table.offer(bob, 1, both, { choice: 'priority' })).toEqual([
      delivered(ada, 1, 'own', { guard: 1 }),
    ]);
    expect(table.taken(ada, 1)).toEqual([completed(bob, 1, 0)]);
  });

  test('R6 what comes back goes to a select that sends there too', () => {
    const table = opened();
    table.send(cleo, 1, 1, 'c');
    table.receive(bob, 1, 1);
    table.offer(ada, 1, both);
    expect(table.returned(bob, 1)).toEqual([delivered(ada, 1, 'c', { guard: 1 })]);
  });

  test('R9 its own value does not keep a channel open for its own receive', () => {
    const table = opened();
    table.offer(ada, 1, both);
    table.receive(bob, 1, 2);
    expect(table.release(1, 'send')).toEqual([]);
    expect(table.withdraw(ada, 1)).toMatchObject([{ type: 'withdrawn' }]);
    expect(table.receive(bob, 2, 1)).toEqual([failed(bob, 2, ended)]);
  });
});

describe('R6 a polling select', () => {
  test('R6 takes what is ready', () => {
    const table = opened();
    table.send(ada, 1, 2, 'b');
    expect(table.offer(bob, 1, [receive(1), receive(2)], { patience: 'poll' })).toEqual([
      delivered(bob, 1, 'b', { guard: 1 }),
    ]);
  });

  test('R6 is withdrawn at once when nothing is', () => {
    const table = opened();
    expect(table.offer(bob, 1, [receive(1), send(2, 'x')], { patience: 'poll' })).toMatchObject([
      { type: 'withdrawn', party: bob, op: 1, attempts: 0 },
    ]);
    expect(table.known(bob)).toBe(0);
  });

  test('R9 fails where a channel has ended', () => {
    const table = opened();
    table.release(1, 'receive');
    expect(table.offer(bob, 1, [receive(2), send(1, 'x')], { patience: 'poll' })).toEqual([
      failed(bob, 1, ended, { guard: 1 }),
    ]);
  });
});
