import { describe, expect, test } from 'vitest';
import { nobody } from '../../../src/party/authority.ts';
import { Room, receive, send } from './room.ts';

describe('R1 two seats', () => {
  test('R1 meet on a channel', () => {
    const room = new Room();
    const channel = room.open();
    const [ada, bob] = [room.sit(), room.sit()];
    const out = ada.seat.admit({ channel, side: 'send' });
    const into = bob.seat.admit({ channel, side: 'receive' });
    send(ada.seat, 1, out, 'a');
    receive(bob.seat, 1, into);
    expect([ada.heard(), bob.heard()]).toEqual([[], ['1: a']]);
    bob.seat.taken(1, nobody);
    expect(ada.heard()).toEqual(['1: completed']);
  });

  test('R1 the code has the value before the sender hears that it was taken', () => {
    const room = new Room();
    const channel = room.open();
    const story: string[] = [];
    const ada = room.sit(({ type }) => story.push(`sender: ${type}`));
    const bob = room.sit();
    send(ada.seat, 1, ada.seat.admit({ channel, side: 'send' }), 'a');
    receive(bob.seat, 1, bob.seat.admit({ channel, side: 'receive' }));
    bob.seat.taken(1, { given: () => story.push('receiver: given') });
    expect(story).toEqual(['receiver: given', 'sender: completed']);
  });
});

describe('§4.12 everybody hears everything in the order in which it happened', () => {
  test('§4.10 late comes before the ending, though the receiver takes at once', () => {
    const room = new Room();
    const channel = room.open();
    const ada = room.sit();
    const bob = room.sit((reply) => {
      if (reply.type === 'deliver') bob.seat.taken(reply.op, nobody);
    });
    receive(bob.seat, 1, bob.seat.admit({ channel, side: 'receive' }));
    const end = ada.seat.admit({ channel, side: 'send' });
    ada.seat.offer({ op: 1, isPoll: true, isPriority: false, guards: [{ end, value: 'a' }] });
    expect(ada.heard()).toEqual(['1: late', '1: completed']);
  });

  test('§4.12 what a reply leads to waits until all the other replies are out', () => {
    const room = new Room();
    const channel = room.open();
    const story: string[] = [];
    const ada = room.sit();
    const eager = room.sit((reply) => {
      story.push(`eager ${reply.type}`);
      if (reply.type === 'failed') receive(eager.seat, 2, more);
    });
    const other = room.sit((reply) => story.push(`other ${reply.type}`));
    const into = eager.seat.admit({ channel, side: 'receive' });
    const more = eager.seat.admit({ channel: room.open(), side: 'receive' });
    receive(eager.seat, 1, into);
    receive(other.seat, 1, other.seat.admit({ channel, side: 'receive' }));
    const end = ada.seat.admit({ channel, side: 'send' });
    ada.seat.close(end);
    expect(story).toEqual(['eager failed', 'other failed']);
    expect(eager.seat.operations().has(2)).toBe(true);
  });

  test('§4.12 a thousand steps in one do not pile up', () => {
    const room = new Room();
    const channel = room.open();
    const ada = room.sit((reply) => {
      if (reply.type === 'completed' && reply.op < 5_000) send(ada.seat, reply.op + 1, out, 'a');
    });
    const bob = room.sit((reply) => {
      if (reply.type !== 'deliver') return;
      bob.seat.taken(reply.op, nobody);
      receive(bob.seat, reply.op + 1, into);
    });
    const out = ada.seat.admit({ channel, side: 'send' });
    const into = bob.seat.admit({ channel, side: 'receive' });
    receive(bob.seat, 1, into);
    send(ada.seat, 1, out, 'a');
    expect(room.exchange.observe(channel)?.statistics.taken).toBe(5_000);
  });
});

describe('R8 a seat that is left', () => {
  test('R8 hears nothing more', () => {
    const room = new Room();
    const channel = room.open();
    const [ada, bob] = [room.sit(), room.sit()];
    send(ada.seat, 1, ada.seat.admit({ channel, side: 'send' }), 'a');
    receive(bob.seat, 1, bob.seat.admit({ channel, side: 'receive' }));
    ada.seat.leave();
    bob.seat.taken(1, nobody);
    expect(ada.heard()).toEqual([]);
  });

  test('R8 can begin nothing more', () => {
    const room = new Room();
    const channel = room.open();
    const ada = room.sit();
    const end = ada.seat.admit({ channel, side: 'send' });
    ada.seat.leave();
    send(ada.seat, 1, end, 'a');
    expect(ada.seat.operations().size).toBe(0);
    expect(room.exchange.observe(channel)?.statistics.waitingSenders).toBe(0);
  });

  test('R8 returns the ends that it had, and they stay counted', () => {
    const room = new Room();
    const channel = room.open();
    const ada = room.sit();
    const given = ada.seat.admit({ channel, side: 'send' });
    ada.seat.admit({ channel, side: 'receive' });
    ada.seat.close(given);
    expect([...ada.seat.leave().values()]).toEqual([{ channel, side: 'receive' }]);
    expect(room.exchange.observe(channel)?.statistics).toMatchObject({ senders: 0, receivers: 1 });
  });
});

describe('R5 values that are dropped', () => {
  test('R5 are told, with the channel and the reason', () => {
    const room = new Room();
    const channel = room.open({ capacity: 1, overflow: 'drop-oldest' });
    const ada = room.sit();
    const end = ada.seat.admit({ channel, side: 'send' });
    send(ada.seat, 1, end, 'a');
    send(ada.seat, 2, end, 'b');
    room.exchange.release(channel, 'receive');
    expect(room.dropped).toEqual([`a on ${channel}: overflow`, `b on ${channel}: no-receiver`]);
  });
});

describe('R9 ends', () => {
  test('R9 are held and released by whoever answers for them', () => {
    const room = new Room();
    const channel = room.open();
    room.exchange.hold(channel, 'send');
    room.exchange.hold(channel, 'receive');
    expect(room.exchange.observe(channel)?.statistics).toMatchObject({ senders: 2, receivers: 2 });
    for (const side of ['send', 'send', 'receive', 'receive'] as const) {
      room.exchange.release(channel, side);
    }
    expect(room.exchange.observe(channel)).toBeUndefined();
  });

  test('R9 the counts of a channel that is over stay with who looked before', () => {
    const room = new Room();
    const channel = room.open();
    const observed = room.exchange.observe(channel);
    room.exchange.release(channel, 'send');
    room.exchange.release(channel, 'receive');
    expect(observed?.statistics).toMatchObject({ senders: 0, receivers: 0 });
  });

  test('R9 a failure reaches who waits', () => {
    const room = new Room();
    const channel = room.open();
    const bob = room.sit();
    receive(bob.seat, 1, bob.seat.admit({ channel, side: 'receive' }));
    room.exchange.release(channel, 'send', { code: 'STAGE_FAILED', message: 'killed' });
    expect(bob.heard()).toEqual(['1: broken']);
  });
});
