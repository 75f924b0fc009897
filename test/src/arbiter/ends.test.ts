import { describe, expect, test } from 'vitest';
import type { Failure } from '../../../src/arbiter/events.ts';
import {
  broken,
  completed,
  crash,
  delivered,
  discarded,
  ended,
  failed,
  receive,
  send,
  Table,
  withdrawn,
} from './table.ts';

const [ada, bob, cleo] = [1, 2, 3] as const;
const other: Failure = { code: 'STAGE_FAILED', message: 'counter exited with code 3' };

function opened(): Table {
  const table = new Table();
  table.open(1);
  return table;
}

describe('R9 the senders are gone', () => {
  test('R9 waiting receivers see the end', () => {
    const table = opened();
    table.receive(bob, 1, 1);
    table.receive(cleo, 1, 1);
    expect(table.release(1, 'send')).toEqual([failed(bob, 1, ended), failed(cleo, 1, ended)]);
  });

  test('R9 a receiver that comes later sees the end at once', () => {
    const table = opened();
    table.release(1, 'send');
    expect(table.receive(bob, 1, 1)).toEqual([failed(bob, 1, ended)]);
    expect(table.tryReceive(bob, 2, 1)).toEqual([failed(bob, 2, ended)]);
  });

  test('R9 receivers drain what is there before they see the end', () => {
    const table = opened();
    table.send(ada, 1, 1, 'a');
    expect(table.release(1, 'send')).toEqual([]);
    expect(table.receive(bob, 1, 1)).toEqual([delivered(bob, 1, 'a')]);
    expect(table.receive(bob, 2, 1)).toEqual([]);
    expect(table.taken(bob, 1)).toEqual([completed(ada, 1), failed(bob, 2, ended)]);
  });

  test('R9 a value in hand may come back: the end waits for it', () => {
    const table = opened();
    table.send(ada, 1, 1, 'a');
    table.receive(bob, 1, 1);
    table.release(1, 'send');
    table.receive(cleo, 1, 1);
    expect(table.returned(bob, 1)).toEqual([delivered(cleo, 1, 'a')]);
    table.receive(bob, 2, 1);
    expect(table.taken(cleo, 1)).toEqual([completed(ada, 1), failed(bob, 2, ended)]);
  });

  test('R9 a withdrawn send may be the last thing that receivers waited for', () => {
    const table = opened();
    table.open(2);
    table.offer(ada, 1, [send(1, 'a'), receive(1)]);
    table.release(1, 'send');
    // Its own value keeps the channel alive, and it cannot take it itself.
    expect(table.withdraw(ada, 1)).toEqual([withdrawn(ada, 1)]);
    expect(table.receive(bob, 1, 1)).toEqual([failed(bob, 1, ended)]);
  });

  test('R9 the last of several, not the first', () => {
    const table = opened();
    table.hold(1, 'send');
    table.receive(bob, 1, 1);
    expect(table.release(1, 'send')).toEqual([]);
    expect(table.release(1, 'send')).toEqual([failed(bob, 1, ended)]);
  });

  test('R9 a crash never looks like a clean end', () => {
    const table = opened();
    table.receive(bob, 1, 1);
    expect(table.release(1, 'send', crash)).toEqual([failed(bob, 1, broken(crash))]);
    expect(table.receive(bob, 2, 1)).toEqual([failed(bob, 2, broken(crash))]);
  });

  test('R9 a crash before the clean end of the others is not forgotten', () => {
    const table = opened();
    table.hold(1, 'send');
    table.release(1, 'send', crash);
    table.receive(bob, 1, 1);
    expect(table.release(1, 'send')).toEqual([failed(bob, 1, broken(crash))]);
  });

  test('R9 of several crashes the first is told', () => {
    const table = opened();
    table.hold(1, 'send');
    table.release(1, 'send', crash);
    table.release(1, 'send', other);
    expect(table.receive(bob, 1, 1)).toEqual([failed(bob, 1, broken(crash))]);
  });

  test('R9 receivers drain a broken channel too', () => {
    const table = opened();
    table.send(ada, 1, 1, 'a');
    table.release(1, 'send', crash);
    table.receive(bob, 1, 1);
    table.taken(bob, 1);
    expect(table.receive(bob, 2, 1)).toEqual([failed(bob, 2, broken(crash))]);
  });

  test('R9 the crash of a receiver does not break the channel for the receivers', () => {
    const table = opened();
    table.hold(1, 'receive');
    table.release(1, 'receive', crash);
    table.release(1, 'send');
    expect(table.receive(bob, 1, 1)).toEqual([failed(bob, 1, ended)]);
  });
});

describe('R9 the receivers are gone', () => {
  test('R9 senders fail at once, in the order of their line', () => {
    const table = opened();
    table.send(ada, 1, 1, 'a');
    table.send(bob, 1, 1, 'b');
    expect(table.release(1, 'receive')).toEqual([failed(ada, 1, ended), failed(bob, 1, ended)]);
  });

  test('R9 a sender that comes later fails at once', () => {
    const table = opened();
    table.release(1, 'receive');
    expect(table.send(ada, 1, 1, 'a')).toEqual([failed(ada, 1, ended)]);
    expect(table.trySend(ada, 2, 1, 'b')).toEqual([failed(ada, 2, ended)]);
  });

  test('R9 a crash never looks like a clean end', () => {
    const table = opened();
    table.send(ada, 1, 1, 'a');
    expect(table.release(1, 'receive', crash)).toEqual([failed(ada, 1, broken(crash))]);
    expect(table.send(ada, 2, 1, 'b')).toEqual([failed(ada, 2, broken(crash))]);
  });

  test('R9 a value in hand is still finished', () => {
    const table = opened();
    table.send(ada, 1, 1, 'a');
    table.receive(bob, 1, 1);
    expect(table.release(1, 'receive')).toEqual([]);
    expect(table.taken(bob, 1)).toEqual([completed(ada, 1)]);
  });

  test('R9 a value that comes back after that fails its send', () => {
    const table = opened();
    table.send(ada, 1, 1, 'a');
    table.receive(bob, 1, 1);
    table.release(1, 'receive');
    expect(table.returned(bob, 1)).toEqual([failed(ada, 1, ended)]);
  });

  test('R9 what is buffered has nowhere to go, and is counted', () => {
    const table = new Table();
    table.open(1, { capacity: 2 });
    table.send(ada, 1, 1, 'a');
    table.send(ada, 2, 1, 'b');
    table.send(ada, 3, 1, 'c');
    expect(table.release(1, 'receive')).toEqual([
      failed(ada, 3, ended),
      discarded(1, 'a', 'no-receiver'),
      discarded(1, 'b', 'no-receiver'),
    ]);
    expect(table.statistics(1)?.discarded).toBe(2);
  });

  test('R9 a select fails by the guard whose channel ended', () => {
    const table = opened();
    table.open(2);
    table.offer(ada, 1, [receive(2), send(1, 'a')]);
    expect(table.release(1, 'receive')).toEqual([failed(ada, 1, ended, { guard: 1 })]);
    expect(table.send(bob, 1, 2, 'b')).toEqual([]);
  });

  test('R9 a select that waits on two sides sees the end of the one it receives from', () => {
    const table = opened();
    table.open(2);
    table.offer(ada, 1, [receive(2), send(1, 'a')]);
    expect(table.release(2, 'send', crash)).toEqual([failed(ada, 1, broken(crash))]);
    expect(table.receive(bob, 1, 1)).toEqual([]);
  });
});

describe('R9 both sides are gone', () => {
  test('R9 the channel is over, and nothing may be offered on it', () => {
    const table = opened();
    table.release(1, 'receive');
    table.release(1, 'send');
    expect(table.statistics(1)).toBeUndefined();
    expect(table.send(ada, 1, 1, 'a')).toMatchObject([{ type: 'violation', party: ada }]);
  });

  test('R9 not before a value in hand is finished', () => {
    const table = opened();
    table.send(ada, 1, 1, 'a');
    table.receive(bob, 1, 1);
    table.release(1, 'send');
    table.release(1, 'receive');
    expect(table.statistics(1)?.inHand).toBe(1);
    expect(table.taken(bob, 1)).toEqual([completed(ada, 1)]);
    expect(table.statistics(1)).toBeUndefined();
  });
});
