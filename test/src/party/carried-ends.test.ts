/** Ends inside values, as the code that sends and receives them sees it: every state of a handle. */
import { describe, expect, test } from 'vitest';
import type { Receiver } from '../../../src/ends/receiver.ts';
import type { Sender } from '../../../src/ends/sender.ts';
import { EndClosedError, EndMovedError, NotEncodableError } from '../../../src/errors.ts';
import { selectOn } from '../../../src/select/select.ts';
import { Desk, now } from './desk.ts';

const narrow = { window: { operations: 1, bytes: 1_000 } };

/** A channel for values (end 1), and two ends that may go with them (2 and 3). */
function start(settings: ConstructorParameters<typeof Desk>[0] = {}) {
  const desk = new Desk(settings);
  return { desk, out: desk.sender<unknown>(), tx: desk.sender<string>(), rx: desk.receiver() };
}

/** `[1, [end 0]]`, and so on. */
const mark = (place: number) => [0xd4, 0x01, place];

describe('R9 an end that goes with a value', () => {
  test('R9 is listed beside the bytes, once however often it occurs', () => {
    const { desk, out, tx, rx } = start();
    void out.send({ tx, again: [tx], rx });
    expect(desk.said()).toEqual(['1: send ends 2, 3 on 1']);
  });

  test('R9 can be the whole value', () => {
    const { desk, out, tx } = start();
    void out.send(tx);
    expect(desk.said()).toEqual(['1: send ends 2 on 1']);
  });

  test('R9 can be the end that the value is sent on', async () => {
    const { desk, out } = start();
    const sent = out.send({ out });
    expect(desk.said()).toEqual(['1: send ends 1 on 1']);
    desk.complete(1);
    expect(await now(sent)).toBeUndefined();
    expect(desk.said()).toEqual(['close 1']);
  });

  test('R9 takes along what waits on it, also when the other copies are closed after it has left', async () => {
    const { desk, out, rx } = start();
    const clone = rx.clone();
    const received = rx.receive();
    void out.send({ clone });
    desk.said();
    rx.close();
    expect(desk.said()).toEqual(['1: withdraw, final']);
    desk.withdrawn(1);
    expect(await now(received)).toBeInstanceOf(EndClosedError);
  });

  test('R9 is `travelling`: it cannot be used, cloned or sent again, and says where it went', async () => {
    const { desk, out, tx } = start();
    void out.send({ tx });
    desk.said();
    expect(tx.closed).toBe(true);
    const error = await now(tx.send('a'));
    expect(error).toBeInstanceOf(EndMovedError);
    expect(error).toMatchObject({
      value: 'a',
      message:
        'cannot send on "lines": its sender was given to the receiver of "lines" and can be used only there. For another holder give a copy: sender.clone()',
    });
    expect(() => tx.clone()).toThrow(EndMovedError);
    expect(await now(tx.statistics())).toBeInstanceOf(EndMovedError);
    expect(await now(out.send([tx]))).toMatchObject({
      code: 'NOT_ENCODABLE',
      path: '$[0]',
      message: expect.stringContaining('which was given to the receiver of "lines" (send a clone'),
    });
    expect(desk.said()).toEqual([]);
  });

  test('R9 is `moved` when the value was taken: this process gives its own up', async () => {
    const { desk, out, tx } = start();
    const sent = out.send({ tx });
    desk.said();
    desk.complete(1);
    await now(sent);
    expect(desk.said()).toEqual(['close 2']);
    expect(await now(tx.send('a'))).toBeInstanceOf(EndMovedError);
    tx.close();
    expect(desk.said()).toEqual([]);
  });

  test('R9 as a clone leaves the original, which shares its number', async () => {
    const { desk, out, tx } = start();
    const sent = out.send([tx.clone(), tx.clone()]);
    expect(desk.said()).toEqual(['1: send ends 2, 2 on 1']);
    desk.complete(1);
    await now(sent);
    expect(desk.said()).toEqual([]);
    void tx.send('a');
    tx.close();
    expect(desk.said()).toEqual(['2: send "a" on 2', 'close 2']);
  });
});

describe('R4 an end whose value comes back is `open` again', () => {
  test.each([
    [
      'after a timeout',
      'TIMED_OUT',
      (desk: Desk) => {
        desk.clock.advance();
        desk.withdrawn(1);
      },
    ],
    ['without a receiver', 'CHANNEL_ENDED', (desk: Desk) => desk.fail(1, { kind: 'ended' })],
    ['when it is lost', 'LOST', (desk: Desk) => desk.fail(1, { kind: 'lost', failures: [] }, 3)],
    [
      'when it is refused',
      'VALUE_REFUSED',
      (desk: Desk) => desk.fail(1, { kind: 'refused', why: 'odd' }),
    ],
  ])('R4 %s', async (_, code, comeBack) => {
    const { desk, out, tx } = start();
    const sent = out.send({ tx }, { timeout: 50 });
    desk.said();
    comeBack(desk);
    expect(await now(sent)).toMatchObject({ code, value: { tx } });
    desk.said();
    expect(tx.closed).toBe(false);
    void tx.send('a');
    expect(desk.said()).toEqual(['2: send "a" on 2']);
  });

  test('R4 from a poll that found nobody', async () => {
    const { desk, out, tx } = start();
    const sent = out.trySend({ tx });
    expect(tx.closed).toBe(true);
    desk.withdrawn(1);
    expect(await now(sent)).toBe(false);
    expect(tx.closed).toBe(false);
  });

  test('R4 it may go with another value then', () => {
    const { desk, out, tx } = start();
    void out.send({ tx }).catch(() => {});
    desk.fail(1, { kind: 'refused', why: 'odd' });
    void out.send({ tx });
    expect(desk.said()).toEqual(['1: send ends 2 on 1', '2: send ends 2 on 1']);
  });
});

describe('R9 an end that is closed while its value is on its way is `unwanted`', () => {
  test('R9 and stays open for who takes the value', async () => {
    const { desk, out, tx } = start();
    const sent = out.send({ tx });
    tx.close();
    tx.close();
    expect(desk.said()).toEqual(['1: send ends 2 on 1']);
    desk.complete(1);
    await now(sent);
    expect(desk.said()).toEqual(['close 2']);
  });

  test('R9 and is closed if it comes back', async () => {
    const { desk, out, tx } = start();
    const sent = out.send({ tx });
    tx.close();
    desk.said();
    desk.fail(1, { kind: 'ended' });
    await now(sent);
    expect(desk.said()).toEqual(['close 2']);
    expect(await now(tx.send('a'))).toBeInstanceOf(EndClosedError);
  });
});

describe('R9 what waits on the last usable copy of an end that leaves', () => {
  test('R9 comes back, and says why', async () => {
    const { desk, out, rx } = start();
    const waiting = rx.receive();
    const sent = out.send({ rx });
    expect(desk.said()).toEqual(['1: receive on 3', '1: withdraw, final', '2: send ends 3 on 1']);
    desk.withdrawn(1);
    expect(await now(waiting)).toBeInstanceOf(EndMovedError);
    desk.complete(2);
    await now(sent);
    expect(desk.said()).toEqual(['close 3']);
  });

  test('R9 with its value, if it sends, also when it was held back', async () => {
    const { desk, out, tx } = start(narrow);
    const [offered, held] = [tx.send('a'), tx.send('b')];
    void out.send({ tx });
    expect(await now(held)).toMatchObject({ code: 'END_MOVED', value: 'b' });
    desk.withdrawn(1);
    expect(await now(offered)).toMatchObject({ code: 'END_MOVED', value: 'a', attempts: 0 });
  });

  test('R4 a value that crosses is received', async () => {
    const { desk, out, rx } = start();
    const waiting = rx.receive();
    void out.send({ rx });
    desk.deliver(1, 'a');
    expect(await now(waiting)).toBe('a');
  });

  test('R9 this process has the end until that has ended', async () => {
    const { desk, out, rx } = start();
    void rx.receive().catch(() => {});
    void out.send({ rx });
    desk.said();
    desk.complete(2);
    expect(desk.said()).toEqual([]);
    desk.withdrawn(1);
    expect(desk.said()).toEqual(['close 3']);
  });

  test('R9 stays where there is another copy', () => {
    const { desk, out, rx } = start();
    void rx.receive();
    void out.send({ rx: rx.clone() });
    expect(desk.said()).toEqual(['1: receive on 3', '2: send ends 3 on 1']);
  });

  test('R9 stays when the value cannot travel', async () => {
    const { desk, out, rx } = start();
    const waiting = rx.receive();
    for (const value of [
      [rx, new Map()],
      [rx, 'x'.repeat(100)],
    ]) {
      expect(await now(out.send(value))).toMatchObject({ value });
    }
    expect(desk.said()).toEqual(['1: receive on 3']);
    expect(rx.closed).toBe(false);
    expect(await now(waiting)).toBe('waiting');
  });

  test('R9 is a select, too', async () => {
    const { desk, out, rx } = start();
    const chosen = selectOn(desk.clock, { rx: rx.onReceive() }, {});
    void out.send({ rx });
    expect(desk.said().slice(0, 2)).toEqual(['1: receive on 3', '1: withdraw, final']);
    desk.withdrawn(1);
    expect(await now(chosen)).toBeInstanceOf(EndMovedError);
  });
});

describe('R5 a value with ends that is held back', () => {
  test('R5 has its ends already, and lists them when its turn comes', async () => {
    const { desk, out, tx } = start(narrow);
    const sent = out.send('a');
    const held = out.send({ tx });
    expect(tx.closed).toBe(true);
    expect(desk.said()).toEqual(['1: send "a" on 1']);
    desk.complete(1);
    expect(desk.said()).toEqual(['2: send ends 2 on 1']);
    desk.complete(2);
    await now(Promise.all([sent, held]));
    expect(desk.said()).toEqual(['close 2']);
  });

  test('R5 gives them back when it gives up', async () => {
    const { desk, out, tx } = start(narrow);
    void out.send('a');
    const held = out.send({ tx }, { timeout: 50 });
    desk.clock.advance();
    expect(await now(held)).toMatchObject({ code: 'TIMED_OUT' });
    expect(tx.closed).toBe(false);
  });

  test('R10 is refused at once when it cannot be looked through, and nothing stays behind', async () => {
    const { desk, out } = start(narrow);
    const first = out.send('a');
    const value = {
      get odd(): never {
        throw new Error('do not look');
      },
    };
    expect(await now(out.send(value))).toBeInstanceOf(NotEncodableError);
    desk.complete(1);
    await now(first);
    expect(desk.busy).toEqual([true, false]);
  });
});

describe('R6 a select with values that carry ends', () => {
  function choice() {
    const all = start();
    const { desk, out, tx, rx } = all;
    const chosen = selectOn(
      desk.clock,
      {
        reply: out.onSend({ tx }),
        both: out.onSend([tx, tx]),
        receive: rx.onReceive(),
      },
      {},
    );
    expect(desk.said()).toEqual(['1: send ends 2 on 1 or send ends 2 on 1 or receive on 3']);
    expect(tx.closed).toBe(true);
    return { ...all, chosen };
  }

  test('R6 the end goes with the guard that was chosen', async () => {
    const { desk, tx, chosen } = choice();
    desk.complete(1);
    expect(await now(chosen)).toEqual({ guard: 'reply' });
    expect(desk.said()).toEqual(['close 2']);
    expect(tx.closed).toBe(true);
  });

  test('R6 the end is back when another guard was chosen', async () => {
    const { desk, tx, chosen } = choice();
    desk.party.hear({ type: 'deliver', op: 1, guard: 2, attempt: 1, value: Uint8Array.of(7) });
    expect(await now(chosen)).toMatchObject({ guard: 'receive', value: 7 });
    expect(desk.said()).toEqual(['1: taken']);
    expect(tx.closed).toBe(false);
  });

  test('R6 the end is back when the select is', async () => {
    const { desk, tx, chosen } = choice();
    desk.fail(1, { kind: 'ended' });
    expect(await now(chosen)).toMatchObject({ code: 'CHANNEL_ENDED' });
    expect(tx.closed).toBe(false);
  });

  test('R6 no end leaves when one of the values cannot travel', async () => {
    const { desk, out, tx } = start();
    const chosen = selectOn(desk.clock, { good: out.onSend(tx), bad: out.onSend(new Map()) }, {});
    expect(await now(chosen)).toBeInstanceOf(NotEncodableError);
    expect(tx.closed).toBe(false);
  });
});

describe('R9 an end that comes in a value', () => {
  const reply = { end: 7, side: 'send', channel: 'replies' } as const;
  const work = { end: 8, side: 'receive', channel: 'work' } as const;

  test('R9 is live', async () => {
    const { desk, rx } = start();
    const received = rx.receive();
    desk.deliverWithEnds(1, [0x92, ...mark(1), ...mark(0)], [reply, work]);
    const [receiver, sender] = (await now(received)) as [Receiver<string>, Sender<string>];
    expect([receiver.channel, sender.channel]).toEqual(['work', 'replies']);
    desk.said();
    void sender.send('a');
    void receiver.receive();
    sender.close();
    expect(desk.said()).toEqual(['2: send "a" on 7', '3: receive on 8', 'close 7']);
  });

  test('R9 and occurs twice, is one', async () => {
    const { desk, rx } = start();
    const received = rx.receive();
    desk.deliverWithEnds(1, [0x92, ...mark(0), ...mark(0)], [reply]);
    const [one, other] = (await now(received)) as [Sender<string>, Sender<string>];
    expect(one).toBe(other);
  });

  test('R9 can go on with the next value', async () => {
    const { desk, out, rx } = start();
    const received = rx.receive();
    desk.deliverWithEnds(1, mark(0), [reply]);
    void out.send({ reply: await now(received) });
    expect(desk.said().at(-1)).toBe('2: send ends 7 on 1');
  });

  test.each([
    ['a mark without an end', mark(1), [reply]],
    ['an end without a mark', [0xc0], [reply]],
    ['half of the ends', [0x91, ...mark(1)], [reply, work]],
    ['no value', [0x92, ...mark(0)], [reply]],
  ])('R10 %s is refused, and the ends are given up', (_, bytes, ends) => {
    const { desk, rx } = start();
    void rx.receive();
    desk.said();
    desk.deliverWithEnds(1, bytes, ends);
    const [refused, ...rest] = desk.said();
    expect(refused).toMatch(/^1: refused/);
    expect(rest).toEqual([...ends.map(({ end }) => `close ${end}`), '2: receive on 3']);
  });

  test('R10 a select refuses and gives up in the same way', () => {
    const { desk, rx } = start();
    void selectOn(desk.clock, { rx: rx.onReceive() }, {});
    desk.said();
    desk.deliverWithEnds(1, [0xc0], [reply]);
    const [refused, ...rest] = desk.said();
    expect(refused).toMatch(/^1: refused/);
    expect(rest).toEqual(['close 7', '2: receive on 3']);
  });

  test('R4 goes back with a value for which no code is left', () => {
    const { desk, rx } = start();
    void rx.receive();
    desk.party.windDown();
    desk.said();
    desk.deliverWithEnds(1, mark(0), [reply]);
    expect(desk.said()).toEqual(['1: returned', 'close 7', 'close 3']);
  });

  test('R4 goes back with a value for an operation that is not known', () => {
    const { desk } = start();
    desk.deliverWithEnds(9, mark(0), [reply]);
    expect(desk.said()).toEqual(['9: returned', 'close 7']);
  });
});

describe('R9 a process that ends', () => {
  test('R9 has the ends in its values until these have ended', () => {
    const { desk, out, tx } = start();
    void out.send({ tx });
    desk.said();
    desk.party.windDown();
    expect(desk.said()).toEqual(['close 1', 'close 3']);
    desk.complete(1);
    expect(desk.said()).toEqual(['close 2']);
  });

  test('R9 also when they come back', () => {
    const { desk, out, tx } = start();
    void out.send({ tx }).catch(() => {});
    desk.party.windDown();
    desk.said();
    desk.fail(1, { kind: 'ended' });
    expect(desk.said()).toEqual(['close 2']);
  });

  test('R9 and has failed, leaves its senders to its death', () => {
    const { desk, out, tx, rx } = start();
    void out.send({ tx, rx });
    desk.party.windDown('failed');
    desk.said();
    desk.complete(1);
    expect(desk.said()).toEqual(['close 3']);
  });
});

describe('R10 an end that cannot go with a value', () => {
  test('R10 was closed', async () => {
    const { out, tx } = start();
    tx.close();
    const error = await now(out.send({ reply: tx }));
    expect(error).toMatchObject({ path: '$.reply' });
    expect(String(error)).toContain('the sender of "lines", which was closed here');
  });

  test('R10 belongs to another supervisor, or to none', async () => {
    const { out } = start();
    const error = await now(out.send(new Desk().receiver()));
    expect(error).toBeInstanceOf(NotEncodableError);
    expect(String(error)).toContain(
      'the receiver of "lines", which is no channel of the same supervisor (make it with supervisor.channel())',
    );
  });

  test('R10 is the 65th', async () => {
    const { desk, out, tx } = start({ maxValueBytes: 1_000 });
    const clones = Array.from({ length: 65 }, () => tx.clone());
    const error = await now(out.send(clones));
    expect(error).toMatchObject({ code: 'NOT_ENCODABLE', path: '$[64]' });
    expect(String(error)).toContain('one end more than the 64 that a value may carry');
    expect(clones.some(({ closed }) => closed)).toBe(false);
    void out.send(clones.slice(1));
    expect(desk.said()).toEqual([`1: send ends ${Array(64).fill(2).join(', ')} on 1`]);
  });
});
