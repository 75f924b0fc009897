/** When the supervisor lets two processes meet, and what it says to each until they have parted (protocol 14.3, 14.9). */
import { describe, expect, test } from 'vitest';
import type { Terms } from '../../../src/arbiter/events.ts';
import { type Guest, Meetings } from '../../../src/direct/meetings.ts';
import { Exchange } from '../../../src/exchange/exchange.ts';
import { packedLetter } from '../../../src/value/letter.ts';

const unlimited = Number.POSITIVE_INFINITY;

/** An exchange with meetings, whose pipes are ready one turn after they were asked for. */
function hall({ worthwhile = 0, canMakePipes = true } = {}) {
  const exchange: Exchange<Uint8Array> = new Exchange<Uint8Array>(packedLetter, {
    onRegrouped: ({ channel }) => meetings.regrouped(channel),
  });
  let released = 0;
  const rings: (() => void)[] = [];
  const meetings: Meetings = new Meetings(exchange, {
    makePipes: async () =>
      canMakePipes
        ? { toReceiver: 'down', toSender: 'up', release: () => void released++ }
        : undefined,
    later: (_, ring) => {
      rings.push(ring);
      return () => void rings.splice(rings.indexOf(ring), 1);
    },
    worthwhile,
  });
  return {
    exchange,
    meetings,
    get released() {
      return released;
    },
    ringAll: () => {
      for (const ring of [...rings]) ring();
    },
    open: (terms: Partial<Terms> = {}) =>
      exchange.open({ capacity: 0, overflow: 'block', maxAttempts: 3, ...terms }),
    /** A process, and in short what it is told. */
    guest: () => {
      const told: string[] = [];
      const seat = exchange.seat(() => {}, {
        operations: unlimited,
        bytes: unlimited,
        sizeOf: (value) => value.length,
      });
      const guest: Guest = {
        seat,
        meet: ({ link, readPath, writePath }) => {
          told.push(`meet ${link}: reads ${readPath}, writes ${writePath}`);
        },
        part: (link) => void told.push(`part ${link}`),
        resume: (link) => void told.push(`resume ${link}`),
      };
      return { guest, seat, told };
    },
  };
}

/** Two processes with one end each; nobody else has one. */
function pair(plan: Parameters<typeof hall>[0] = {}, terms: Partial<Terms> = {}) {
  const room = hall(plan);
  const channel = room.open(terms);
  const [a, b] = [room.guest(), room.guest()];
  const out = a.seat.admit({ channel, side: 'send' });
  const into = b.seat.admit({ channel, side: 'receive' });
  for (const { guest } of [a, b]) room.meetings.arrived(guest);
  let op = 0;
  return {
    room,
    channel,
    a,
    b,
    out,
    into,
    send: () => sendOn(a, ++op, out),
    isDirect: () => room.exchange.observe(channel)?.statistics.isDirect,
    consider: async () => {
      room.meetings.consider(b.guest);
      await room.meetings.settled();
    },
    /** Until both are there. */
    meet: async (link: number) => {
      room.meetings.consider(b.guest);
      await room.meetings.settled();
      room.meetings.met(b.guest, link);
      room.meetings.met(a.guest, link);
    },
    part: (link: number) => {
      room.meetings.parted(b.guest, link);
      room.meetings.parted(a.guest, link);
    },
    /** So many values were taken directly. */
    carry: (link: number, taken: number) =>
      room.meetings.flow(b.guest, link, { taken, waitingSenders: 0, waitingReceivers: 0 }),
  };
}

type Sitting = ReturnType<ReturnType<typeof hall>['guest']>;

function sendOn({ seat }: Sitting, op: number, end: number): void {
  const guards = [{ end, value: new Uint8Array(1) }];
  seat.offer({ op, isPoll: false, isPriority: false, guards });
}

describe('§14.3 a link begins', () => {
  test('the receiver is told first, then the sender; then the names of the pipes go', async () => {
    const { room, a, b, consider } = pair();
    await consider();
    expect([a.told, b.told]).toEqual([[], ['meet 1: reads down, writes up']]);
    room.meetings.met(b.guest, 1);
    expect(a.told).toEqual(['meet 1: reads up, writes down']);
    expect(room.released).toBe(0);
    room.meetings.met(a.guest, 1);
    expect(room.released).toBe(1);
  });

  test('where no pipes can be made, nobody hears of it', async () => {
    const { a, b, consider, isDirect } = pair({ canMakePipes: false });
    await consider();
    expect([a.told, b.told]).toEqual([[], []]);
    expect(isDirect()).toBe(false);
  });

  test('who takes too long is told to part, and who was told nothing stays so', async () => {
    const { room, a, b, consider, isDirect } = pair();
    await consider();
    room.ringAll();
    expect([a.told, b.told]).toEqual([[], ['meet 1: reads down, writes up', 'part 1']]);
    expect(room.released).toBe(1);
    room.meetings.met(b.guest, 1);
    expect(a.told).toEqual([]);
    room.meetings.parted(b.guest, 1);
    expect(isDirect()).toBe(false);
  });
});

describe('§14.9 two may meet', () => {
  test('not over a channel with capacity', async () => {
    const { b, consider } = pair({}, { capacity: 1 });
    await consider();
    expect(b.told).toEqual([]);
  });

  test('not while somebody else has an end', async () => {
    const { room, channel, b, consider } = pair();
    room.exchange.hold(channel, 'send');
    await consider();
    expect(b.told).toEqual([]);
    room.exchange.release(channel, 'send');
    await consider();
    expect(b.told).toHaveLength(1);
  });

  test('not with itself', async () => {
    const room = hall();
    const channel = room.open();
    const both = room.guest();
    both.seat.admit({ channel, side: 'send' });
    both.seat.admit({ channel, side: 'receive' });
    room.meetings.arrived(both.guest);
    room.meetings.consider(both.guest);
    await room.meetings.settled();
    expect(both.told).toEqual([]);
  });

  test('not with one that cannot, or is dead', async () => {
    const { room, a, b, consider } = pair();
    room.meetings.died(a.guest);
    await consider();
    expect(b.told).toEqual([]);
  });

  test('while sends of that sender wait, and not while another’s does', async () => {
    const mine = pair();
    mine.send();
    await mine.consider();
    expect(mine.b.told).toHaveLength(1);

    const { room, channel, b, consider } = pair();
    const other = room.guest();
    room.exchange.hold(channel, 'send');
    sendOn(other, 1, other.seat.admit({ channel, side: 'send' }));
    await consider();
    expect(b.told).toEqual([]);
  });

  test('what waits is looked at again before the sender is told', async () => {
    const { room, channel, a, b, consider } = pair();
    await consider();
    const other = room.guest();
    room.exchange.hold(channel, 'send');
    sendOn(other, 1, other.seat.admit({ channel, side: 'send' }));
    room.meetings.met(b.guest, 1);
    expect(a.told).toEqual([]);
    expect(b.told.at(-1)).toBe('part 1');
  });

  test('only when no link of the channel is left', async () => {
    const { room, a, b, meet, consider } = pair();
    await meet(1);
    room.meetings.parted(b.guest, 1);
    await consider();
    expect(b.told).toEqual(['meet 1: reads down, writes up']);
    room.meetings.parted(a.guest, 1);
    await consider();
    expect(b.told.at(-1)).toBe('meet 2: reads down, writes up');
  });
});

test('§14.12 what goes over a link keeps neither of the two still', async () => {
  const { a, b, meet, room } = pair();
  await meet(1);
  const before = [a.seat.activity, b.seat.activity];
  room.meetings.flow(b.guest, 1, { taken: 1, waitingSenders: 0, waitingReceivers: 0 });
  room.meetings.flow(a.guest, 1, { taken: 1, waitingSenders: 0, waitingReceivers: 0 });
  expect([a.seat.activity, b.seat.activity].map((now, one) => now > (before[one] ?? 0))).toEqual([
    true,
    true,
  ]);
});

describe('§14.9 a link ends', () => {
  test('when somebody else gets an end, even if only for a moment', async () => {
    const { room, channel, a, b, meet } = pair();
    await meet(1);
    room.exchange.hold(channel, 'receive');
    room.exchange.release(channel, 'receive');
    expect([a.told.at(-1), b.told.at(-1)]).toEqual(['part 1', 'part 1']);
    expect(a.told.filter((word) => word === 'part 1')).toHaveLength(1);
  });

  test('and the sender hears `resume` when the receiver has left, not before', async () => {
    const { room, a, b, meet, isDirect } = pair();
    await meet(1);
    room.meetings.partAmong(new Set([a.guest, b.guest]));
    expect(a.told.at(-1)).toBe('part 1');
    room.meetings.parted(b.guest, 1);
    expect(a.told.at(-1)).toBe('resume 1');
    expect(isDirect()).toBe(true);
    room.meetings.parted(a.guest, 1);
    expect(isDirect()).toBe(false);
  });

  test('§14.10 so does the death of the receiver; and nobody who is dead is told anything', async () => {
    const first = pair();
    await first.meet(1);
    first.room.meetings.died(first.b.guest);
    expect(first.a.told.slice(1)).toEqual(['resume 1', 'part 1']);
    expect(first.b.told).toHaveLength(1);

    const second = pair();
    await second.meet(1);
    second.room.meetings.died(second.a.guest);
    second.room.meetings.parted(second.b.guest, 1);
    expect(second.a.told).toHaveLength(1);
    expect(second.isDirect()).toBe(false);
  });

  test('not because some of others are to part', async () => {
    const { room, a, meet } = pair();
    await meet(1);
    room.meetings.partAmong(new Set([a.guest]));
    expect(a.told).toHaveLength(1);
  });

  test('with all others, for good', async () => {
    const { room, b, meet, part, consider } = pair();
    await meet(1);
    room.meetings.close();
    part(1);
    await consider();
    expect(b.told).toEqual(['meet 1: reads down, writes up', 'part 1']);
  });

  test('while its pipes are being made: nobody hears of it, and they go', async () => {
    const { room, a, b, isDirect } = pair();
    room.meetings.consider(b.guest);
    room.meetings.close();
    await room.meetings.settled();
    expect([a.told, b.told]).toEqual([[], []]);
    expect(room.released).toBe(1);
    expect(isDirect()).toBe(false);
  });
});

describe('the next link of a channel comes', () => {
  /** After how many more values it is there, tried one by one. */
  async function valuesUntilNext({ room, channel, b, consider }: ReturnType<typeof pair>) {
    const before = b.told.length;
    for (let values = 0; values < 1_000; values++) {
      await consider();
      if (b.told.length > before) return values;
      room.exchange.goesDirectly(channel, 1, undefined);
    }
    return 1_000;
  }

  test('the later, the less the one before was worth; and as soon as ever after one that was', async () => {
    const together = pair({ worthwhile: 4 });
    const waits: number[] = [];
    for (let link = 1; link <= 3; link++) {
      waits.push(await valuesUntilNext(together));
      together.part(link);
    }
    expect(waits).toEqual([0, 8, 16]);
    expect(await valuesUntilNext(together)).toBe(32);
    together.carry(4, 16 * 32 + 1);
    together.part(4);
    expect(await valuesUntilNext(together)).toBe(4);
  });

  test('later where there can be none, too', async () => {
    const { room, channel, b, consider } = pair({ worthwhile: 4 });
    room.exchange.hold(channel, 'send');
    await consider();
    room.exchange.release(channel, 'send');
    await consider();
    expect(b.told).toEqual([]);
    room.exchange.goesDirectly(channel, 4, undefined);
    await consider();
    expect(b.told).toHaveLength(1);
  });
});

test('§14.11 what either side says that was taken is counted once', async () => {
  const { room, channel, a, b, meet, carry } = pair();
  await meet(1);
  carry(1, 3);
  room.meetings.flow(a.guest, 1, { taken: 5, waitingSenders: 9, waitingReceivers: 9 });
  room.meetings.flow(b.guest, 1, { taken: 4, waitingSenders: 1, waitingReceivers: 0 });
  expect(room.exchange.observe(channel)?.statistics).toMatchObject({
    taken: 5,
    waitingSenders: 1,
    waitingReceivers: 0,
  });
});

test('R11 settled() waits for the pipes that are being made', async () => {
  let make: () => void = () => {};
  const { exchange } = hall();
  const meetings = new Meetings(exchange, {
    makePipes: () => new Promise((resolve) => (make = () => resolve(undefined))),
    later: () => () => {},
    worthwhile: 0,
  });
  const channel = exchange.open({ capacity: 0, overflow: 'block', maxAttempts: 3 });
  const [a, b] = (['send', 'receive'] as const).map((side) => {
    const seat = exchange.seat(() => {}, {
      operations: unlimited,
      bytes: unlimited,
      sizeOf: (value) => value.length,
    });
    seat.admit({ channel, side });
    const guest: Guest = { seat, meet: () => {}, part: () => {}, resume: () => {} };
    meetings.arrived(guest);
    return guest;
  }) as [Guest, Guest];
  meetings.consider(b);
  meetings.died(a);
  let isSettled = false;
  const settled = meetings.settled().then(() => {
    isSettled = true;
  });
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  expect(isSettled).toBe(false);
  make();
  await settled;
});
