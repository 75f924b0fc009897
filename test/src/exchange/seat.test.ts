import { describe, expect, test } from 'vitest';
import { Room, receive, type Sitter, send } from './room.ts';

interface Desk extends Sitter {
  readonly room: Room;
  readonly channel: number;
  readonly out: number;
  readonly into: number;
}

/** Somebody with both ends of a channel. */
function desk(operations = Number.POSITIVE_INFINITY, bytes = Number.POSITIVE_INFINITY): Desk {
  const room = new Room();
  const channel = room.open();
  const sitter = room.sit(() => {}, { operations, bytes, sizeOf: (value) => value.length });
  const out = sitter.seat.admit({ channel, side: 'send' });
  const into = sitter.seat.admit({ channel, side: 'receive' });
  return { ...sitter, room, channel, out, into };
}

describe('§9.2 what a participant may not say', () => {
  test('§4.1 operation numbers grow', () => {
    const { seat, out, heard } = desk();
    send(seat, 5, out, 'a');
    send(seat, 5, out, 'b');
    send(seat, 4, out, 'c');
    expect(heard()).toEqual([
      'violation: operation 5 does not come after operation 5',
      'violation: operation 4 does not come after operation 5',
    ]);
    expect(seat.operations().size).toBe(1);
  });

  test('§4.1 they may skip, and begin at 0', () => {
    const { seat, out, heard } = desk();
    send(seat, 0, out, 'a');
    send(seat, 1_000, out, 'b');
    expect(heard()).toEqual([]);
  });

  test('§4.3 it uses the ends that it was given', () => {
    const { seat, heard } = desk();
    send(seat, 1, 9, 'a');
    expect(heard()).toEqual([
      'violation: operation 1 uses end 9, which was not given or is closed',
    ]);
  });

  test('§4.3 it sends on sending ends, and receives on receiving ends', () => {
    const { seat, out, into, heard } = desk();
    send(seat, 1, into, 'a');
    receive(seat, 2, out);
    expect(heard()).toEqual([
      `violation: operation 1 sends on a receiving end (${into})`,
      `violation: operation 2 receives on a sending end (${out})`,
    ]);
    expect(seat.operations().size).toBe(0);
  });

  test('§4.3 every guard of a choice counts', () => {
    const { seat, out, heard } = desk();
    const guards = [{ end: out, value: 'a' }, { end: out }];
    seat.offer({ op: 1, isPoll: false, isPriority: false, guards });
    expect(heard()).toEqual([`violation: operation 1 receives on a sending end (${out})`]);
    expect(seat.operations().size).toBe(0);
  });

  test('§7.3 a closed end is used no more', () => {
    const { seat, out, heard } = desk();
    seat.close(out);
    send(seat, 1, out, 'a');
    seat.close(out);
    expect(heard()).toEqual([
      `violation: operation 1 uses end ${out}, which was not given or is closed`,
      `violation: end ${out} was closed, but was not given or is closed already`,
    ]);
  });

  test('§9.2 taken, returned and refused need a delivery', () => {
    const { seat, heard } = desk();
    seat.taken(7, () => {});
    seat.returned(7);
    seat.refused(7, 'why');
    expect(heard()).toEqual(
      ['taken', 'returned', 'refused'].map(
        (said) => `violation: "${said}" for operation 7, which was given no value`,
      ),
    );
  });
});

describe('§6.5 the window', () => {
  const tooMuch = (op: number) =>
    `violation: operation ${op} is more than the window allows to be outstanding`;

  test('§6.5 bounds the operations, for all ends together', () => {
    const { seat, out, heard } = desk(2);
    for (let op = 1; op <= 4; op++) send(seat, op, out, 'a');
    expect(heard()).toEqual([]);
    send(seat, 5, out, 'a');
    expect(heard()).toEqual([tooMuch(5)]);
  });

  test('§6.2 every ending makes room', () => {
    const { seat, out, into, heard, room, channel } = desk(1);
    send(seat, 1, out, 'a');
    send(seat, 2, out, 'b');
    seat.withdraw(1, 'final');
    send(seat, 3, out, 'c');
    receive(seat, 4, into);
    expect(heard()).toContain(tooMuch(4));
    room.exchange.release(channel, 'receive');
    expect(heard()).toEqual(['2: ended', '3: ended']);
  });

  test('§6.2 a receive that was given a value is outstanding no more', () => {
    const { seat, into, heard, room, channel } = desk(1);
    const other = room.sit();
    const out = other.seat.admit({ channel, side: 'send' });
    for (let op = 1; op <= 6; op++) {
      receive(seat, op, into);
      send(other.seat, op, out, 'a');
    }
    expect(heard()).toEqual([1, 2, 3, 4, 5, 6].map((op) => `${op}: a`));
    for (let op = 1; op <= 6; op++) seat.taken(op, () => {});
    receive(seat, 7, into);
    receive(seat, 8, into);
    expect(heard()).toEqual([]);
    receive(seat, 9, into);
    expect(heard()).toEqual([tooMuch(9)]);
  });

  test('§6.5 bounds the bytes of large values', () => {
    const { seat, out, heard } = desk(100, 10_000);
    for (let op = 1; op <= 6; op++) send(seat, op, out, 'x'.repeat(5_000));
    expect(heard()).toEqual([]);
    send(seat, 7, out, 'x'.repeat(5_000));
    expect(heard()).toEqual([tooMuch(7)]);
  });

  test('§6.5 choices count for themselves: up to 65,536', () => {
    const { seat, into, heard } = desk(1);
    const choose = (op: number) =>
      seat.offer({ op, isPoll: false, isPriority: true, guards: [{ end: into }] });
    for (let op = 1; op <= 65_536; op++) choose(op);
    receive(seat, 65_537, into);
    expect(heard()).toEqual([]);
    choose(65_538);
    expect(heard()).toEqual([tooMuch(65_538)]);
  });

  test('§6.5 gives the bytes back with the ending', () => {
    const { seat, out, heard } = desk(100, 10_000);
    for (let op = 1; op <= 100; op++) {
      send(seat, op, out, 'x'.repeat(20_000));
      expect(heard()).toEqual([]);
      seat.withdraw(op, 'final');
      expect(heard()).toEqual([`${op}: withdrawn`]);
    }
  });
});

describe('§3.22 statistics', () => {
  test('§3.22 are those of the channel', async () => {
    const { seat, out, into } = desk();
    send(seat, 1, out, 'a');
    expect(seat.statistics(into)).toMatchObject({ senders: 1, receivers: 1, waitingSenders: 1 });
    expect(await seat.inspect(into)).toEqual(seat.statistics(into));
  });

  test('§3.22 are zeros for an end that is closed or was never given', () => {
    const { seat, out } = desk();
    seat.close(out);
    for (const end of [out, 9]) {
      expect(new Set(Object.values(seat.statistics(end)))).toEqual(new Set([0]));
    }
  });
});
