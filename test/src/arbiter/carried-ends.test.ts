/** The ends inside values: how many of them their channel counts, whatever happens to the value. */
import { describe, expect, test } from 'vitest';
import type { ChannelEnd, Guard, Terms } from '../../../src/arbiter/events.ts';
import {
  completed,
  crash,
  discarded,
  ended,
  failed,
  receive,
  retried,
  Table,
  withdrawn,
} from './table.ts';

const [ada, bob, cleo] = [1, 2, 3] as const;
/** Values go over the first; their ends are those of the second. */
const [road, cargo] = [1, 2] as const;

const tx: ChannelEnd = { channel: cargo, side: 'send' };
const rx: ChannelEnd = { channel: cargo, side: 'receive' };

function carrying(...ends: readonly ChannelEnd[]): Guard<string> {
  return { side: 'send', channel: road, value: 'v', ends };
}

/** Ada has offered a value that carries the sender of `cargo`, of which she has the other ends. */
function offered(terms: Partial<Terms> = {}): Table {
  const table = new Table();
  table.open(road, terms);
  table.open(cargo);
  table.offer(ada, 1, [carrying(tx)]);
  return table;
}

/** And Bob was given it. */
function inHand(terms: Partial<Terms> = {}): Table {
  const table = offered(terms);
  table.receive(bob, 1, road);
  return table;
}

function senders(table: Table): number | undefined {
  return table.statistics(cargo)?.senders;
}

describe('R9 a value that waits carries its ends', () => {
  test('R9 from the offer on', () => {
    expect(senders(offered())).toBe(2);
  });

  test('R9 each as often as it is listed, on its side', () => {
    const table = offered();
    table.offer(ada, 2, [carrying(tx, tx, rx)]);
    expect(table.statistics(cargo)).toMatchObject({ senders: 4, receivers: 2 });
  });

  test('R9 also when nobody else has one: the channel has not ended', () => {
    const table = offered();
    table.release(cargo, 'send');
    expect(table.receive(cleo, 1, cargo)).toEqual([]);
    expect(table.withdraw(ada, 1)).toEqual([withdrawn(ada, 1), failed(cleo, 1, ended)]);
  });

  test('R9 `withdraw-final`, `withdraw-tentative`: no more', () => {
    for (const kind of ['final', 'tentative'] as const) {
      const table = offered();
      table.withdraw(ada, 1, kind);
      expect(senders(table), kind).toBe(1);
    }
  });

  test('R9 a poll that finds nobody: not at all', () => {
    const table = offered();
    table.offer(ada, 2, [carrying(tx)], { patience: 'poll' });
    expect(senders(table)).toBe(2);
  });

  test('R9 an offer that breaks the rules: not at all', () => {
    const table = offered();
    table.offer(ada, 1, [carrying(tx)]);
    table.offer(ada, 2, [carrying(tx), receive(99)]);
    expect(senders(table)).toBe(2);
  });

  test('R9 `shut`, no receiver is left: no more', () => {
    const table = offered();
    expect(table.release(road, 'receive')).toEqual([failed(ada, 1, ended)]);
    expect(senders(table)).toBe(1);
  });

  test('R9 `owner-gone`: it vanishes, and its ends quietly with it', () => {
    const table = offered();
    table.release(cargo, 'send');
    table.receive(cleo, 1, cargo);
    expect(table.gone(ada)).toEqual([failed(cleo, 1, ended)]);
  });
});

describe('R9 a value in hand', () => {
  test('R9 `match`: counts as before, and the receiver has its own', () => {
    expect(senders(inHand())).toBe(3);
  });

  test('R9 the delivery lists them', () => {
    expect(offered().receive(bob, 1, road)).toMatchObject([{ type: 'deliver', ends: [tx] }]);
  });

  test('R9 `take`: only the receiver’s are left', () => {
    const table = inHand();
    expect(table.taken(bob, 1)).toEqual([completed(ada, 1)]);
    expect(senders(table)).toBe(2);
  });

  test('R7 `come-back`: it still carries them, and what the receiver does with its own is its own affair', () => {
    const table = inHand();
    table.returned(bob, 1);
    expect(senders(table)).toBe(3);
    table.release(cargo, 'send');
    expect(senders(table)).toBe(2);
  });

  test('R7 every delivery makes copies anew', () => {
    const table = inHand();
    table.gone(bob);
    table.release(cargo, 'send');
    table.receive(cleo, 1, road);
    expect(senders(table)).toBe(3);
  });

  test('R4 `exhaust`, refused or lost: no more', () => {
    const refused = inHand();
    refused.refused(bob, 1, 'odd');
    expect(senders(refused)).toBe(2);
    const lost = inHand({ maxAttempts: 1 });
    lost.gone(bob);
    expect(senders(lost)).toBe(2);
  });

  test('R4 `recalled`, and comes back: no more', () => {
    const table = inHand();
    table.withdraw(ada, 1);
    expect(senders(table)).toBe(3);
    expect(table.returned(bob, 1)).toEqual([withdrawn(ada, 1)]);
    expect(senders(table)).toBe(2);
  });

  test('R8 `owner-gone`: it is lent, and carries them until it is taken', () => {
    const table = inHand();
    table.gone(ada);
    expect(senders(table)).toBe(3);
    table.taken(bob, 1);
    expect(senders(table)).toBe(2);
  });

  test('R8 `adopt`: it belongs to its channel, and carries them until that drops it', () => {
    const table = inHand();
    table.gone(bob);
    table.gone(ada);
    expect(senders(table)).toBe(3);
    expect(table.release(road, 'receive')).toEqual([discarded(road, 'v', 'no-receiver')]);
    expect(senders(table)).toBe(2);
  });
});

describe('R9 a value in a channel’s store', () => {
  test('R8 `store`: it carries them, though its send is complete and its sender is dead', () => {
    const table = offered({ capacity: 1 });
    table.gone(ada);
    expect(senders(table)).toBe(2);
    table.receive(bob, 1, road);
    table.taken(bob, 1);
    expect(senders(table)).toBe(2);
  });

  test('R9 `drop`: no more', () => {
    for (const overflow of ['drop-newest', 'drop-oldest'] as const) {
      const table = offered({ capacity: 1, overflow });
      table.offer(ada, 2, [carrying(tx, tx)]);
      expect(senders(table), overflow).toBe(overflow === 'drop-newest' ? 2 : 3);
    }
  });

  test('R9 `shut`: no more', () => {
    const table = offered({ capacity: 1 });
    table.release(road, 'receive');
    expect(senders(table)).toBe(1);
  });

  test('R9 the last receiver of its own channel is in a value that is dropped: the rest finds none', () => {
    const table = new Table();
    table.open(road, { capacity: 1, overflow: 'drop-oldest' });
    table.offer(ada, 1, [carrying({ channel: road, side: 'receive' })]);
    for (const op of [2, 3]) {
      table.receive(bob, op, road);
      table.offer(ada, op, [carrying()]);
    }
    table.release(road, 'receive');
    table.release(road, 'receive');
    expect(table.gone(bob)).toEqual([
      retried(1, 1),
      retried(1, 1),
      discarded(road, 'v', 'overflow'),
      discarded(road, 'v', 'no-receiver'),
      discarded(road, 'v', 'no-receiver'),
    ]);
  });
});

describe('R6 a select whose values carry ends', () => {
  const detour = 3;

  /** It sends the sender on `road`, or the receiver on `detour`, or receives on `detour`. */
  function chosen(): Table {
    const table = offered();
    table.open(detour);
    const guards = [carrying(tx), { ...carrying(rx), channel: detour }, receive(detour)];
    table.withdraw(ada, 1);
    table.offer(ada, 2, guards);
    expect(table.statistics(cargo)).toMatchObject({ senders: 2, receivers: 2 });
    return table;
  }

  test('R6 which sends, carries those of the guard that was chosen', () => {
    const table = chosen();
    table.receive(bob, 1, detour);
    expect(table.statistics(cargo)).toMatchObject({ senders: 1, receivers: 3 });
    table.taken(bob, 1);
    expect(table.statistics(cargo)).toMatchObject({ senders: 1, receivers: 2 });
  });

  test('R6 which receives, carries none', () => {
    const table = chosen();
    table.send(bob, 1, detour, 'x');
    expect(table.statistics(cargo)).toMatchObject({ senders: 1, receivers: 1 });
  });

  test('R6 which is called off, carries none', () => {
    const table = chosen();
    table.withdraw(ada, 2);
    expect(table.statistics(cargo)).toMatchObject({ senders: 1, receivers: 1 });
  });

  test('R7 which comes back, carries those of its guard alone', () => {
    const table = chosen();
    table.receive(bob, 1, detour);
    table.gone(bob);
    table.receive(cleo, 1, detour);
    table.returned(cleo, 1);
    expect(table.statistics(cargo)).toMatchObject({ senders: 1, receivers: 4 });
  });
});

describe('R9 ends inside values around a circle', () => {
  test('R9 a value that carries the last receiver of its own channel waits', () => {
    const table = new Table();
    table.open(road);
    expect(table.offer(ada, 1, [carrying({ channel: road, side: 'receive' })])).toEqual([]);
    expect(table.release(road, 'receive')).toEqual([]);
    expect(table.release(road, 'send')).toEqual([]);
    expect(table.statistics(road)).toMatchObject({ receivers: 1, waitingSenders: 1 });
    table.withdraw(ada, 1);
    expect(table.statistics(road)).toBeUndefined();
  });

  test('R9 a failure is told when the last sender is one that a value carried', () => {
    const table = offered();
    table.release(cargo, 'send', crash);
    table.receive(cleo, 1, cargo);
    expect(table.withdraw(ada, 1)).toEqual([
      withdrawn(ada, 1),
      failed(cleo, 1, { kind: 'broken', failure: crash }),
    ]);
  });
});
