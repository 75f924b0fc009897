import { describe, expect, test } from 'vitest';
import type { PartyId, Side } from '../../../src/arbiter/events.ts';
import { cycleAmong, stuckAmong } from '../../../src/deadlock/stuck.ts';
import { Room, receive, type Sitter, send } from '../exchange/room.ts';

/** Sitters with ends of channels; each operation gets the next number. */
class Network {
  readonly room = new Room();
  readonly #names = new Map<PartyId, string>();
  #op = 0;

  sitter(name: string): Sitter {
    const sitter = this.room.sit();
    this.#names.set(sitter.seat.party, name);
    return sitter;
  }

  /** One end more, for that sitter. @returns its number there */
  give(sitter: Sitter, channel: number, side: Side): number {
    this.room.exchange.hold(channel, side);
    return sitter.seat.admit({ channel, side });
  }

  /** The first ends of a channel, which nobody here was given, go. */
  settle(channel: number): void {
    this.room.exchange.release(channel, 'send');
    this.room.exchange.release(channel, 'receive');
  }

  send(sitter: Sitter, end: number, value = 'v'): number {
    send(sitter.seat, ++this.#op, end, value);
    return this.#op;
  }

  receive(sitter: Sitter, end: number): number {
    receive(sitter.seat, ++this.#op, end);
    return this.#op;
  }

  offer(sitter: Sitter, guards: Parameters<Sitter['seat']['offer']>[0]['guards']): number {
    sitter.seat.offer({ op: ++this.#op, isPoll: false, isPriority: false, guards });
    return this.#op;
  }

  /** `a waits for b, c` for each operation that waits. */
  waits(): readonly string[] {
    return this.room.exchange
      .waits()
      .map((wait) => `${this.#name(wait.party)} → ${this.#list(wait.for)}`);
  }

  stuck(...idle: readonly Sitter[]): string {
    const parties = idle.map(({ seat }) => seat.party);
    return this.#list(stuckAmong(parties, this.room.exchange.waits()));
  }

  cycle(...stuck: readonly Sitter[]): string {
    const parties = new Set(stuck.map(({ seat }) => seat.party));
    const cycle = cycleAmong(parties, this.room.exchange.waits());
    return cycle.map(({ party }) => this.#name(party)).join(' → ');
  }

  #list(parties: Iterable<PartyId>): string {
    return [...parties]
      .map((party) => this.#name(party))
      .sort()
      .join(', ');
  }

  #name(party: PartyId): string {
    return this.#names.get(party) ?? `party ${party}`;
  }
}

/** Two that each send to the other first. */
function bothSend(): { net: Network; left: Sitter; right: Sitter } {
  const net = new Network();
  const [left, right] = [net.sitter('left'), net.sitter('right')];
  const [there, back] = [net.room.open(), net.room.open()];
  const sendThere = net.give(left, there, 'send');
  net.give(right, there, 'receive');
  const sendBack = net.give(right, back, 'send');
  net.give(left, back, 'receive');
  net.settle(there);
  net.settle(back);
  net.send(left, sendThere);
  net.send(right, sendBack);
  return { net, left, right };
}

describe('R12 who waits for whom', () => {
  test('R12 a send waits for those who can receive, a receive for those who can send', () => {
    const net = new Network();
    const [a, b, c] = [net.sitter('a'), net.sitter('b'), net.sitter('c')];
    const channel = net.room.open();
    const sender = net.give(a, channel, 'send');
    net.give(b, channel, 'receive');
    net.give(c, channel, 'receive');
    net.settle(channel);
    net.send(a, sender);
    expect(net.waits()).toEqual(['a → b, c']);
  });

  test('R12 a select waits for all who could end one of its guards', () => {
    const net = new Network();
    const [a, b, c] = [net.sitter('a'), net.sitter('b'), net.sitter('c')];
    const [first, second] = [net.room.open(), net.room.open()];
    const guards = [
      { end: net.give(a, first, 'send'), value: 'v' },
      { end: net.give(a, second, 'receive') },
    ];
    net.give(b, first, 'receive');
    net.give(c, second, 'send');
    net.settle(first);
    net.settle(second);
    net.offer(a, guards);
    expect(net.waits()).toEqual(['a → b, c']);
    expect(net.stuck(a, b)).toBe('b');
    expect(net.stuck(a, b, c)).toBe('a, b, c');
  });

  test('R12 a value in hand waits for the one who has it, and who receives there, too', () => {
    const net = new Network();
    const [a, b, c] = [net.sitter('a'), net.sitter('b'), net.sitter('c')];
    const channel = net.room.open();
    const sender = net.give(a, channel, 'send');
    const taker = net.give(b, channel, 'receive');
    const other = net.give(c, channel, 'receive');
    net.settle(channel);
    net.receive(b, taker);
    net.send(a, sender);
    a.seat.close(sender);
    net.receive(c, other);
    // It may come back to c, though nobody is left who could send.
    expect(net.waits()).toEqual(['a → b', 'c → b']);
  });

  test('R12 an end inside a value is held by its sender until it is taken', () => {
    const net = new Network();
    const [a, b, c] = [net.sitter('a'), net.sitter('b'), net.sitter('c')];
    const [carrier, carried] = [net.room.open(), net.room.open()];
    const sender = net.give(a, carrier, 'send');
    const passenger = net.give(a, carried, 'send');
    net.give(b, carrier, 'receive');
    const waiting = net.give(c, carried, 'receive');
    net.settle(carrier);
    net.settle(carried);
    net.receive(c, waiting);
    net.offer(a, [{ end: sender, value: 'v', ends: [passenger] }]);
    a.seat.close(passenger);
    expect(net.waits()).toEqual(['a → b', 'c → a']);
  });

  test('R12 an end in a value that its channel keeps is held by those who can receive it', () => {
    const net = new Network();
    const [a, b, c] = [net.sitter('a'), net.sitter('b'), net.sitter('c')];
    const [carrier, carried] = [net.room.open({ capacity: 1 }), net.room.open()];
    const sender = net.give(a, carrier, 'send');
    const passenger = net.give(a, carried, 'send');
    net.give(b, carrier, 'receive');
    const waiting = net.give(c, carried, 'receive');
    net.settle(carrier);
    net.settle(carried);
    net.receive(c, waiting);
    net.offer(a, [{ end: sender, value: 'v', ends: [passenger] }]);
    a.seat.close(passenger);
    expect(net.waits()).toEqual(['c → b']);
  });
});

test('R12 an end in a value that its channel may drop is also held by those who can send there', () => {
  const net = new Network();
  const [a, b, c, d] = [net.sitter('a'), net.sitter('b'), net.sitter('c'), net.sitter('d')];
  const carrier = net.room.open({ capacity: 1, overflow: 'drop-oldest' });
  const carried = net.room.open();
  const sender = net.give(a, carrier, 'send');
  const passenger = net.give(a, carried, 'send');
  net.give(b, carrier, 'receive');
  net.give(d, carrier, 'send');
  const waiting = net.give(c, carried, 'receive');
  net.settle(carrier);
  net.settle(carried);
  net.receive(c, waiting);
  net.offer(a, [{ end: sender, value: 'v', ends: [passenger] }]);
  a.seat.close(passenger);
  expect(net.waits()).toEqual(['c → a, b, d']);
});

test('R12 who waits for dead letters waits for all by whose hand a value can become one', () => {
  const net = new Network();
  const sitters = ['reader', 'sender', 'receiver', 'holder'].map((name) => net.sitter(name));
  const [reader, sender, receiver, holder] = sitters as [Sitter, Sitter, Sitter, Sitter];
  const dead = net.room.open();
  const lines = net.room.open({}, 'lines', dead);
  const letters = net.give(reader, dead, 'receive');
  const from = net.give(sender, lines, 'send');
  net.give(receiver, lines, 'receive');
  const last = net.give(holder, lines, 'receive');
  net.settle(dead);
  net.settle(lines);
  net.receive(reader, letters);
  expect(net.waits()).toEqual(['reader → holder, receiver, sender']);
  net.receive(holder, last);
  net.send(sender, from);
  holder.seat.close(last);
  expect(net.waits()).toEqual(['reader → holder, receiver, sender', 'sender → holder']);
  // It waits for nothing, and nothing that it does could help.
  expect(net.stuck(reader, sender, receiver)).toBe('receiver');
});

test('R12 a letter that waits waits for the receivers of dead letters', () => {
  const net = new Network();
  const [reader, sender, receiver] = [net.sitter('reader'), net.sitter('sender'), net.sitter('r')];
  const dead = net.room.open();
  const lines = net.room.open({ maxAttempts: 1 }, 'lines', dead);
  net.give(reader, dead, 'receive');
  const from = net.give(sender, lines, 'send');
  const to = net.give(receiver, lines, 'receive');
  net.settle(dead);
  net.settle(lines);
  const op = net.receive(receiver, to);
  net.send(sender, from);
  receiver.seat.abandoned(op, { code: 'WORK_FAILED', message: 'no' });
  expect(net.waits()).toEqual(['sender → reader']);
});

describe('R12 who is stuck', () => {
  test('R12 two that send to each other', () => {
    const { net, left, right } = bothSend();
    expect(net.stuck(left, right)).toBe('left, right');
    expect(net.cycle(left, right)).toBe('left → right');
  });

  test('R12 nobody, while one of them may do something else', () => {
    const { net, left } = bothSend();
    expect(net.stuck(left)).toBe('');
  });

  test('R12 nobody, while somebody else could help one of them', () => {
    const { net, left, right } = bothSend();
    const helper = net.sitter('helper');
    net.give(helper, 1, 'receive');
    expect(net.stuck(left, right)).toBe('');
    expect(net.stuck(left, right, helper)).toBe('helper, left, right');
  });

  test('R12 whoever waits for those that are stuck, and not those for whom they do not wait', () => {
    const { net, left, right } = bothSend();
    const [follower, busy] = [net.sitter('follower'), net.sitter('busy')];
    const channel = net.room.open();
    const waiting = net.give(follower, channel, 'receive');
    net.give(left, channel, 'send');
    net.settle(channel);
    net.receive(follower, waiting);
    const other = net.room.open();
    const own = net.give(busy, other, 'receive');
    net.give(net.sitter('source'), other, 'send');
    net.settle(other);
    net.receive(busy, own);
    expect(net.stuck(left, right, follower, busy)).toBe('follower, left, right');
  });

  test('R12 nobody, while an end is with somebody who is at no seat: a process that has just died', () => {
    const net = new Network();
    const [a, b] = [net.sitter('a'), net.sitter('b')];
    const channel = net.room.open();
    const sender = net.give(a, channel, 'send');
    net.give(b, channel, 'receive');
    net.settle(channel);
    net.send(a, sender);
    expect(net.stuck(a, b)).toBe('a, b');
    // Not yet given up by whoever answers for them.
    b.seat.leave();
    expect(net.stuck(a)).toBe('');
    expect(net.waits()).toEqual(['a → party -1']);
  });

  test('R12 one that holds the other end itself', () => {
    const net = new Network();
    const alone = net.sitter('alone');
    const channel = net.room.open();
    const sender = net.give(alone, channel, 'send');
    net.give(alone, channel, 'receive');
    net.settle(channel);
    net.send(alone, sender);
    expect(net.stuck(alone)).toBe('alone');
    expect(net.cycle(alone)).toBe('alone');
  });
});
