import { describe, expect, test } from 'vitest';
import type { Terms } from '../../../src/arbiter/events.ts';
import { nobody } from '../../../src/party/authority.ts';
import { firstOwnEnd } from '../../../src/wire/message.ts';
import { Room, receive, rendezvous, type Sitter, send } from './room.ts';

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

  test('§2.7 of offers that overtake each other, those that it has are known', () => {
    const { seat, out, into, heard } = desk();
    seat.announce(5, 10_000);
    send(seat, 7, out, 'a');
    send(seat, 6, out, 'b');
    expect(heard()).toEqual([]);
    send(seat, 5, out, 'not announced so');
    send(seat, 6, out, 'c');
    seat.announce(5, 1);
    seat.announce(7, 1);
    expect(heard()).toEqual(
      [5, 6, 5, 7].map((op) => `violation: operation ${op} does not come after operation 7`),
    );
    seat.fulfil(5);
    send(seat, 5, out, 'announced');
    receive(seat, 8, into);
    expect(heard()).toEqual(['8: a']);
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
    seat.taken(7, nobody);
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
    for (let op = 1; op <= 6; op++) seat.taken(op, nobody);
    receive(seat, 7, into);
    receive(seat, 8, into);
    expect(heard()).toEqual([]);
    receive(seat, 9, into);
    expect(heard()).toEqual([tooMuch(9)]);
  });

  test('§6.5 bounds the bytes of large values', () => {
    const { seat, out, heard } = desk(100, 10_000);
    for (let op = 1; op <= 8; op++) send(seat, op, out, 'x'.repeat(5_000));
    expect(heard()).toEqual([]);
    send(seat, 9, out, 'x'.repeat(5_000));
    expect(heard()).toEqual([tooMuch(9)]);
  });

  test('§6.5 a value that comes in pieces counts from its beginning, and once', () => {
    const { seat, out, heard } = desk(100, 10_000);
    for (let op = 1; op <= 4; op++) seat.announce(op, 10_000);
    for (let op = 1; op <= 3; op++) {
      seat.fulfil(op);
      send(seat, op, out, 'x'.repeat(10_000));
    }
    seat.withdraw(1, 'final');
    seat.announce(5, 10_000);
    expect(heard()).toEqual(['1: withdrawn']);
    seat.announce(6, 1);
    expect(heard()).toEqual([tooMuch(6)]);
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

describe('§7.9 the ends in a value', () => {
  const carry = ({ seat, out }: Desk, op: number, ends: readonly number[]) =>
    seat.offer({
      op,
      isPoll: false,
      isPriority: false,
      guards: [{ end: out, value: 'a', ends }],
    });

  test('§7.9 are ends that the participant has', () => {
    const sitter = desk();
    sitter.seat.close(sitter.into);
    carry(sitter, 1, [sitter.out, sitter.into]);
    carry(sitter, 2, [9]);
    expect(sitter.heard()).toEqual(
      [1, 2].map(
        (op) =>
          `violation: a value of operation ${op} carries an end which was not given or is closed`,
      ),
    );
    expect(sitter.seat.statistics(sitter.out)).toMatchObject({ senders: 1, waitingSenders: 0 });
  });

  test('§7.9 are at most 64', () => {
    const sitter = desk();
    carry(sitter, 1, Array(64).fill(sitter.out));
    expect(sitter.heard()).toEqual([]);
    expect(sitter.seat.statistics(sitter.out)?.senders).toBe(65);
    carry(sitter, 2, Array(65).fill(sitter.out));
    expect(sitter.heard()).toEqual(['violation: a value of operation 2 carries more than 64 ends']);
  });

  test('§7.10 get numbers of the receiver’s, which it may use', () => {
    const sitter = desk();
    const given: unknown[] = [];
    const bob = sitter.room.sit((reply) => {
      if (reply.type === 'deliver') given.push(reply.ends);
    });
    receive(bob.seat, 1, bob.seat.admit({ channel: sitter.channel, side: 'receive' }));
    carry(sitter, 1, [sitter.into, sitter.out]);
    expect(given).toEqual([
      [
        { end: 2, side: 'receive', channel: 'channel 1' },
        { end: 3, side: 'send', channel: 'channel 1' },
      ],
    ]);
    bob.seat.taken(1, nobody);
    send(bob.seat, 2, 3, 'b');
    expect(bob.heard()).toEqual(['1: a']);
    expect(sitter.seat.statistics(sitter.out)?.waitingSenders).toBe(1);
  });

  /** Bob is given a value with the only sender of another channel, at which somebody waits to receive. */
  function given() {
    const room = new Room();
    const [road, cargo] = [room.open(), room.open()];
    const [ada, bob, cleo] = [room.sit(), room.sit(), room.sit()];
    const out = ada.seat.admit({ channel: road, side: 'send' });
    const tx = ada.seat.admit({ channel: cargo, side: 'send' });
    receive(cleo.seat, 1, cleo.seat.admit({ channel: cargo, side: 'receive' }));
    receive(bob.seat, 1, bob.seat.admit({ channel: road, side: 'receive' }));
    const guards = [{ end: out, value: 'a', ends: [tx] }];
    ada.seat.offer({ op: 1, isPoll: false, isPriority: false, guards });
    return { room, road, cargo, ada, bob, cleo, tx };
  }

  test('R7 go quietly with a participant that dies before it has taken the value', () => {
    const { room, road, cargo, ada, bob, cleo, tx } = given();
    expect([...bob.seat.leave().values()]).toEqual([{ channel: road, side: 'receive' }]);
    expect(room.exchange.observe(cargo)?.statistics.senders).toBe(2);
    ada.seat.withdraw(1, 'final');
    ada.seat.close(tx);
    expect(cleo.heard()).toEqual(['1: ended']);
  });

  test('R9 are its own when it has taken the value: it leaves them behind as its others', () => {
    const { road, cargo, ada, bob, tx } = given();
    bob.seat.taken(1, nobody);
    ada.seat.close(tx);
    expect([...bob.seat.leave().values()]).toEqual([
      { channel: road, side: 'receive' },
      { channel: cargo, side: 'send' },
    ]);
  });

  test('R9 may be closed before it has taken the value', () => {
    const { room, road, cargo, bob } = given();
    bob.seat.close(2);
    expect(room.exchange.observe(cargo)?.statistics.senders).toBe(2);
    expect([...bob.seat.leave().values()]).toEqual([{ channel: road, side: 'receive' }]);
    expect(room.exchange.observe(cargo)?.statistics.senders).toBe(2);
  });
});

describe('§3.24 a channel that a participant opens', () => {
  interface Attempt extends Partial<Terms> {
    readonly sender?: number;
    readonly receiver?: number;
    readonly channel?: string;
    readonly deadLetters?: number;
  }
  const open = ({ seat }: Sitter, attempt: Attempt = {}) => {
    const { sender = firstOwnEnd, receiver = sender + 1, channel = 'own', ...rest } = attempt;
    const { deadLetters, ...terms } = rest;
    seat.open({ sender, receiver, channel, terms: { ...rendezvous, ...terms }, deadLetters });
  };

  test('§3.24 can be used at once, by the numbers that it chose', () => {
    const sitter = desk();
    open(sitter, { sender: firstOwnEnd + 7, receiver: firstOwnEnd + 20 });
    receive(sitter.seat, 1, firstOwnEnd + 20);
    send(sitter.seat, 2, firstOwnEnd + 7, 'a');
    expect(sitter.heard()).toEqual(['1: a']);
    expect([...sitter.room.exchange.channels].map(({ name }) => name)).toContain('own');
  });

  test('§3.24 has numbers of 2^31 and above, which grow', () => {
    const numbers: readonly [number, number][] = [
      [firstOwnEnd - 1, firstOwnEnd],
      [1, 2],
      [firstOwnEnd + 1, firstOwnEnd + 1],
      [firstOwnEnd + 1, firstOwnEnd],
    ];
    for (const [sender, receiver] of numbers) {
      const sitter = desk();
      open(sitter, { sender, receiver });
      expect(sitter.heard()).toEqual([
        `violation: it opened a channel "own" with the ends ${sender} and ${receiver}, which do not come after ${firstOwnEnd - 1}`,
      ]);
    }
  });

  test('§3.24 never has a number again', () => {
    const sitter = desk();
    open(sitter);
    sitter.seat.close(firstOwnEnd);
    sitter.seat.close(firstOwnEnd + 1);
    open(sitter);
    expect(sitter.heard()).toEqual([
      `violation: it opened a channel "own" with the ends ${firstOwnEnd} and ${firstOwnEnd + 1}, which do not come after ${firstOwnEnd + 1}`,
    ]);
  });

  test.each([
    [{ capacity: 1_025 }, 'with a capacity above 1024'],
    [{ maxAttempts: 0 }, 'with no attempt at all'],
    [{ overflow: 'drop-newest' as const }, 'that drops values, but holds none'],
  ])('§3.24 has terms that make sense: not %o', (terms, problem) => {
    const sitter = desk();
    open(sitter, terms);
    expect(sitter.heard()).toEqual([`violation: it opened a channel "own" ${problem}`]);
    expect([...sitter.room.exchange.channels]).toHaveLength(1);
  });

  test('§3.24 has a name of at most 256 characters', () => {
    const sitter = desk();
    open(sitter, { channel: 'x'.repeat(256) });
    expect(sitter.heard()).toEqual([]);
    open(sitter, { sender: firstOwnEnd + 2, channel: 'x'.repeat(257) });
    const [violation] = sitter.heard();
    expect(violation).toContain('with a name of 257 characters');
    expect(violation?.length).toBeLessThan(400);
  });

  test('§3.24 counts: at most 65,536 such ends, beside those that it was given', () => {
    const sitter = desk();
    for (let channel = 0; channel < 32_768; channel++) {
      open(sitter, { sender: firstOwnEnd + 2 * channel });
    }
    expect(sitter.heard()).toEqual([]);
    open(sitter, { sender: firstOwnEnd + 70_000 });
    expect(sitter.heard()).toEqual([
      'violation: it opened a channel "own" while it still has 65536 ends of those that it opened before',
    ]);
    sitter.seat.close(firstOwnEnd);
    open(sitter, { sender: firstOwnEnd + 80_000 });
    expect(sitter.heard()).toEqual([]);
  });

  test('§7.16 may send dead letters to a channel of which the participant has a sender', () => {
    const sitter = desk();
    open(sitter);
    const senders = () => sitter.seat.statistics(firstOwnEnd).senders;
    open(sitter, { sender: firstOwnEnd + 2, deadLetters: firstOwnEnd });
    expect(sitter.heard()).toEqual([]);
    expect(senders()).toBe(2);
    sitter.seat.close(firstOwnEnd + 2);
    expect(senders()).toBe(1);
  });

  test.each([
    ['is no sender', 1],
    ['it does not have', 9],
  ])('§7.16 not to an end that %s', (_, above) => {
    const sitter = desk();
    open(sitter);
    open(sitter, { sender: firstOwnEnd + 2, deadLetters: firstOwnEnd + above });
    expect(sitter.heard()).toEqual([
      `violation: it opened a channel "own" whose dead letters go to end ${firstOwnEnd + above}, which is no sender that it has`,
    ]);
  });

  test('R9 dies with it', () => {
    const sitter = desk();
    open(sitter);
    const ends = [...sitter.seat.leave().values()];
    expect(ends).toHaveLength(4);
    for (const { channel, side } of ends) sitter.room.exchange.release(channel, side);
    expect([...sitter.room.exchange.channels]).toEqual([]);
  });
});

describe('§6.5 the window of who gets and gives ends', () => {
  test('§6.5 is by the ends that it has now', () => {
    const sitter = desk(1);
    const { seat, out } = sitter;
    seat.open({ sender: firstOwnEnd, receiver: firstOwnEnd + 1, channel: '', terms: rendezvous });
    for (let op = 1; op <= 4; op++) send(seat, op, out, 'a');
    expect(sitter.heard()).toEqual([]);
    send(seat, 5, out, 'a');
    expect(sitter.heard()).toHaveLength(1);
  });

  test('§6.5 counts an end that it closed until nothing is outstanding', () => {
    const { seat, out, into, heard } = desk(1);
    send(seat, 1, out, 'a');
    seat.close(out);
    receive(seat, 2, into);
    expect(heard()).toEqual(['2: a']);
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
      const { isDirect, ...counts } = seat.statistics(end);
      expect(new Set(Object.values(counts))).toEqual(new Set([0]));
      expect(isDirect).toBe(false);
    }
  });
});
