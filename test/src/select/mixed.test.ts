/** A select with one half in this process, and the other at an authority that the test plays by hand. */
import { describe, expect, test } from 'vitest';
import { ChannelEndedError, EndClosedError, LostError } from '../../../src/errors.ts';
import { LocalChannels } from '../../../src/local.ts';
import { type Guards, after as inTime } from '../../../src/select/guards.ts';
import { type SelectOptions, selectOn } from '../../../src/select/select.ts';
import { Desk, now } from '../party/desk.ts';

/** Near, a channel of this process; far, a sender (end 1) and a receiver (end 2) of the desk's. */
function start({ first = 'far' }: { readonly first?: 'near' | 'far' } = {}) {
  const desk = new Desk({ window: { operations: 2, bytes: 1_000 }, maxValueBytes: 20_000 });
  const local = new LocalChannels(desk.clock);
  const [near, other] = [local.open<string>({}), local.open<string>({})];
  const [farSender, farReceiver] = [desk.sender<string>(), desk.receiver<string>()];
  // The near guards come first in what is drawn from.
  const pick = (below: number) => (first === 'near' ? 0 : below - 1);
  const select = (guards: Guards, options: SelectOptions = {}) =>
    selectOn(desk.clock, guards, options, pick);
  /** Receives here, or sends there. */
  const choose = (options: SelectOptions = {}, late?: number) =>
    select(
      {
        here: near.receiver.onReceive(),
        there: farSender.onSend('far'),
        late: late === undefined ? null : inTime(late),
      },
      options,
    );
  return { desk, near, other, farSender, farReceiver, select, choose };
}

const offered = '1: send "far" on 1';

describe('R6 a mixed select that waits', () => {
  test('R6 is decided there: the near guards have no effect', async () => {
    const { desk, near, choose } = start();
    const choice = choose();
    expect(desk.said()).toEqual([offered]);
    desk.complete(1);
    expect(await now(choice)).toEqual({ guard: 'there' });
    expect(await near.sender.trySend('nobody')).toBe(false);
  });

  test('R6 is decided here only when it is back from there', async () => {
    const { desk, near, choose } = start();
    const choice = choose();
    const sent = near.sender.send('near');
    expect(desk.said()).toEqual([offered, '1: withdraw, tentative']);
    expect(await now(choice)).toBe('waiting');
    expect(await now(sent)).toBe('waiting');
    desk.withdrawn(1);
    expect(await now(choice)).toEqual({ guard: 'here', done: false, value: 'near' });
    await sent;
    expect(desk.said()).toEqual([]);
  });

  test('R6 receives there, and sends here', async () => {
    const { desk, near, farReceiver, select } = start();
    const guards = { there: farReceiver.onReceive(), here: near.sender.onSend('near') };
    const first = select(guards);
    desk.deliver(1, 'far');
    expect(await now(first)).toEqual({ guard: 'there', done: false, value: 'far' });
    expect(desk.said()).toEqual(['1: receive on 2', '1: taken']);
    const second = select(guards);
    const received = near.receiver.receive();
    desk.withdrawn(2);
    expect(await received).toBe('near');
    expect(await now(second)).toEqual({ guard: 'here' });
  });

  test('R6 that finds something ready here at once does not ask there', async () => {
    const { desk, near, choose } = start({ first: 'near' });
    const sent = near.sender.send('near');
    expect(await now(choose())).toEqual({ guard: 'here', done: false, value: 'near' });
    await sent;
    expect(desk.said()).toEqual([]);
  });

  test('R9 the end of a near channel is told only when it is back from there', async () => {
    const { desk, near, choose } = start();
    const choice = choose();
    near.sender.close();
    expect(await now(choice)).toBe('waiting');
    desk.withdrawn(1);
    expect(await now(choice)).toEqual({ guard: 'here', done: true });
  });

  test('R9 the end of a far one leaves nothing behind here', async () => {
    const { desk, near, choose } = start();
    const choice = choose();
    desk.fail(1, { kind: 'ended' });
    expect(await now(choice)).toBeInstanceOf(ChannelEndedError);
    expect(await near.sender.trySend('nobody')).toBe(false);
  });
});

describe('R6 what crosses the question whether it is still free', () => {
  const asked = () => {
    const room = start();
    const choice = room.choose();
    const sent = room.near.sender.send('near');
    room.desk.said();
    return { ...room, choice, sent };
  };

  test('R6 its completion there: the partner here goes back to its place', async () => {
    const { desk, near, choice, sent } = asked();
    desk.complete(1);
    expect(await now(choice)).toEqual({ guard: 'there' });
    expect(await now(sent)).toBe('waiting');
    expect(await near.receiver.receive()).toBe('near');
    await sent;
  });

  test('R6 late: the partner is free at once, and the select waits for its ending there', async () => {
    const { desk, near, choice, sent } = asked();
    desk.late(1);
    expect(await near.receiver.receive()).toBe('near');
    await sent;
    expect(await now(choice)).toBe('waiting');
    desk.complete(1);
    expect(await now(choice)).toEqual({ guard: 'there' });
    expect(desk.said()).toEqual([]);
  });

  test('R7 late, and it is lost there: nothing has happened here', async () => {
    const { desk, near, choice } = asked();
    desk.late(1);
    desk.fail(1, { kind: 'lost', failures: [] }, 3);
    expect(await now(choice)).toBeInstanceOf(LostError);
    expect(await near.receiver.tryReceive()).toEqual({ value: 'near' });
  });

  test('R9 its failure there', async () => {
    const { desk, near, choice } = asked();
    desk.fail(1, { kind: 'ended' });
    expect(await now(choice)).toBeInstanceOf(ChannelEndedError);
    expect(await near.receiver.tryReceive()).toEqual({ value: 'near' });
  });

  test('R6 a delivery', async () => {
    const { desk, near, farReceiver, select } = start();
    const choice = select({ here: near.receiver.onReceive(), there: farReceiver.onReceive() });
    const sent = near.sender.send('near');
    desk.deliver(1, 'far');
    expect(await now(choice)).toEqual({ guard: 'there', done: false, value: 'far' });
    expect(await now(sent)).toBe('waiting');
  });

  test('R10 a delivery that cannot be read: the select is free, and goes on here', async () => {
    const { desk, near, farReceiver, select } = start();
    const choice = select({ here: near.receiver.onReceive(), there: farReceiver.onReceive() });
    void near.sender.send('near');
    desk.deliverNonsense(1);
    expect(await now(choice)).toEqual({ guard: 'here', done: false, value: 'near' });
  });

  test('R4 the partner’s timeout: the select is offered there again, with a new number', async () => {
    const { desk, near, choose } = start();
    const choice = choose();
    const sent = near.sender.send('near', { timeout: 10 });
    desk.clock.advance();
    expect(await now(sent)).toBeInstanceOf(Error);
    desk.withdrawn(1);
    expect(desk.said()).toEqual([offered, '1: withdraw, tentative', '2: send "far" on 1']);
    desk.complete(2);
    expect(await now(choice)).toEqual({ guard: 'there' });
  });

  test('R6 and once more, as often as it takes', async () => {
    const { desk, near, choose } = start();
    const choice = choose();
    for (let op = 1; op <= 5; op++) {
      void near.sender.send('near', { timeout: 10 }).catch(() => {});
      desk.clock.advance();
      desk.withdrawn(op);
    }
    void near.sender.send('at last');
    desk.withdrawn(6);
    expect(await now(choice)).toEqual({ guard: 'here', done: false, value: 'at last' });
  });
});

describe('R4 a mixed select whose time has come', () => {
  test('R4 asks for it back for good, and is told so when it is', async () => {
    const { desk, near, choose } = start();
    const choice = choose({}, 50);
    desk.clock.advance();
    expect(desk.said()).toEqual([offered, '1: withdraw, final']);
    expect(await near.sender.trySend('nobody')).toBe(false);
    expect(await now(choice)).toBe('waiting');
    desk.withdrawn(1);
    expect(await now(choice)).toEqual({ guard: 'late' });
  });

  test('R4 while it is asked whether it is free: a final withdrawal follows, and its partner is free', async () => {
    const { desk, near, choose } = start();
    const choice = choose({}, 50);
    const sent = near.sender.send('near');
    desk.clock.advance();
    expect(desk.said()).toEqual([offered, '1: withdraw, tentative', '1: withdraw, final']);
    expect(await near.receiver.receive()).toBe('near');
    await sent;
    desk.withdrawn(1);
    expect(await now(choice)).toEqual({ guard: 'late' });
    expect(desk.said()).toEqual([]);
  });

  test('R4 and the value was taken meanwhile: that is what it says', async () => {
    const { desk, near, choose } = start();
    const choice = choose({}, 50);
    void near.sender.send('near');
    desk.clock.advance();
    desk.late(1);
    desk.late(1);
    desk.complete(1);
    expect(await now(choice)).toEqual({ guard: 'there' });
  });

  test('R4 after a tentative withdrawal that was late: a final one follows', async () => {
    const { desk, near, choose } = start();
    const choice = choose({}, 50);
    void near.sender.send('near');
    desk.late(1);
    desk.said();
    desk.clock.advance();
    expect(desk.said()).toEqual(['1: withdraw, final']);
    desk.late(1);
    desk.withdrawn(1, 1);
    expect(await now(choice)).toBeInstanceOf(LostError);
  });

  test('R4 while two mixed selects meet: the other is offered again', async () => {
    const { desk, near, farSender, select } = start();
    const receives = select({ here: near.receiver.onReceive(), there: farSender.onSend('r') });
    const sends = select({
      here: near.sender.onSend('near'),
      there: farSender.onSend('s'),
      late: inTime(50),
    });
    expect(desk.said()).toEqual([
      '1: send "r" on 1',
      '2: send "s" on 1',
      '2: withdraw, tentative',
      '1: withdraw, tentative',
    ]);
    desk.withdrawn(1);
    desk.clock.advance();
    expect(desk.said()).toEqual(['3: send "r" on 1', '2: withdraw, final']);
    desk.withdrawn(2);
    expect(await now(sends)).toEqual({ guard: 'late' });
    desk.complete(3);
    expect(await now(receives)).toEqual({ guard: 'there' });
  });

  test('R4 a signal ends it with its reason', async () => {
    const { desk, choose } = start();
    const controller = new AbortController();
    const choice = choose({ signal: controller.signal });
    controller.abort('enough');
    desk.withdrawn(1);
    expect(await now(choice)).toMatchObject({ code: 'ABORTED', cause: 'enough' });
    expect(desk.busy).toEqual([true, false]);
    expect(desk.clock.isWaitedFor).toBe(false);
  });
});

describe('R6 two mixed selects that meet on a near channel', () => {
  const meeting = () => {
    const room = start();
    const { near, farSender, select } = room;
    const receives = select({ here: near.receiver.onReceive(), there: farSender.onSend('r') });
    const sends = select({ here: near.sender.onSend('near'), there: farSender.onSend('s') });
    room.desk.said();
    return { ...room, receives, sends };
  };

  test.each([
    [1, 2],
    [2, 1],
  ])('R6 both have to be back from there, %i first', async (first, second) => {
    const { desk, receives, sends } = meeting();
    desk.withdrawn(first);
    expect(await now(sends)).toBe('waiting');
    desk.withdrawn(second);
    expect(await now(receives)).toEqual({ guard: 'here', done: false, value: 'near' });
    expect(await now(sends)).toEqual({ guard: 'here' });
  });

  test.each([
    [1, 2],
    [2, 1],
  ])('R6 %i is late: the other is offered again', async (late, back) => {
    const { desk, receives, sends } = meeting();
    desk.withdrawn(back);
    desk.late(late);
    expect(desk.said()).toEqual([`3: send ${back === 1 ? '"r"' : '"s"'} on 1`]);
    desk.complete(late);
    desk.complete(3);
    expect(await now(receives)).toEqual({ guard: 'there' });
    expect(await now(sends)).toEqual({ guard: 'there' });
  });
});

describe('R6 which guard of a mixed select', () => {
  test('R6 otherwise: both places are polled, and nothing waits', async () => {
    const { desk, near, choose } = start();
    const missed = choose({ otherwise: true });
    expect(desk.said()).toEqual(['1: try send "far" on 1']);
    desk.withdrawn(1);
    expect(await now(missed)).toEqual({ guard: 'otherwise' });
    const found = choose({ otherwise: true });
    void near.sender.send('near');
    desk.withdrawn(2);
    expect(await now(found)).toEqual({ guard: 'here', done: false, value: 'near' });
    desk.said();
    const there = choose({ otherwise: true });
    desk.late(3);
    desk.complete(3);
    expect(await now(there)).toEqual({ guard: 'there' });
    expect(desk.said()).toEqual(['3: try send "far" on 1']);
  });

  test('R6 with priority, places are polled in the order in which they are written', async () => {
    const { desk, near, other, farSender, farReceiver, select } = start();
    const choice = select(
      {
        a: farSender.onSend('a'),
        b: near.receiver.onReceive(),
        c: farReceiver.onReceive(),
        d: other.receiver.onReceive(),
      },
      { priority: true },
    );
    void other.sender.send('d');
    expect(desk.said()).toEqual(['1: try send "a" on 1']);
    desk.withdrawn(1);
    expect(desk.said()).toEqual(['2: try receive on 2']);
    desk.withdrawn(2);
    expect(await now(choice)).toEqual({ guard: 'd', done: false, value: 'd' });
  });

  test('R6 with priority, a signal that fires while it polls is heard when the poll is answered', async () => {
    const { desk, farSender, near, select } = start();
    const controller = new AbortController();
    const guards = { there: farSender.onSend('a'), here: near.receiver.onReceive() };
    const choice = select(guards, { priority: true, signal: controller.signal });
    controller.abort('enough');
    expect(await now(choice)).toBe('waiting');
    desk.withdrawn(1);
    expect(await now(choice)).toMatchObject({ code: 'ABORTED' });
    expect(desk.said()).toEqual(['1: try send "a" on 1']);
  });

  test('R6 with priority, when nothing is ready it waits for all', async () => {
    const { desk, farSender, near, select } = start();
    const guards = { there: farSender.onSend('a'), here: near.receiver.onReceive() };
    const choice = select(guards, { priority: true });
    desk.withdrawn(1);
    expect(desk.said()).toEqual(['1: try send "a" on 1', '2: send "a" on 1']);
    desk.complete(2);
    expect(await now(choice)).toEqual({ guard: 'there' });
  });
});

describe('R9 closing an end of a mixed select', () => {
  test('R9 of the near receiver, which calls it off there', async () => {
    const { desk, near, choose } = start();
    const choice = choose();
    near.receiver.close();
    expect(desk.said()).toEqual([offered, '1: withdraw, final']);
    desk.withdrawn(1);
    expect(await now(choice)).toBeInstanceOf(EndClosedError);
  });

  test('R9 of the far receiver: its close follows the withdrawal', async () => {
    const { desk, near, farReceiver, select } = start();
    const choice = select({ here: near.receiver.onReceive(), there: farReceiver.onReceive() });
    farReceiver.close();
    expect(desk.said()).toEqual(['1: receive on 2', '1: withdraw, final']);
    desk.withdrawn(1);
    expect(desk.said()).toEqual(['close 2']);
    expect(await now(choice)).toBeInstanceOf(EndClosedError);
    expect(await near.sender.trySend('nobody')).toBe(false);
  });

  test('R9 of the far receiver while the near half is freed: the near one is called off', async () => {
    const { desk, near, farSender, farReceiver, select } = start();
    const receives = select({ here: near.receiver.onReceive(), there: farReceiver.onReceive() });
    const sends = select({ here: near.sender.onSend('near'), there: farSender.onSend('s') });
    desk.withdrawn(1);
    desk.said();
    farReceiver.close();
    expect(desk.said()).toEqual(['close 2']);
    expect(await now(receives)).toBeInstanceOf(EndClosedError);
    desk.withdrawn(2);
    expect(desk.said()).toEqual(['3: send "s" on 1']);
    desk.complete(3);
    expect(await now(sends)).toEqual({ guard: 'there' });
  });

  test('R9 of the near receiver, which is closed only when no select will poll it any more', async () => {
    const { desk, near, farSender, select } = start();
    const guards = { there: farSender.onSend('far'), here: near.receiver.onReceive() };
    const first = select(guards);
    desk.complete(1);
    expect(await now(first)).toEqual({ guard: 'there' });
    const second = select(guards, { priority: true });
    near.receiver.close();
    expect((await near.sender.statistics()).receivers).toBe(1);
    desk.withdrawn(2);
    expect(await now(second)).toBeInstanceOf(EndClosedError);
    expect((await near.sender.statistics()).receivers).toBe(0);
  });

  test('R9 a far sender’s close waits until the select has ended', async () => {
    const { desk, near, farSender, choose } = start();
    const choice = choose();
    farSender.close();
    void near.sender.send('near');
    expect(desk.said()).toEqual([offered, '1: withdraw, tentative']);
    desk.withdrawn(1);
    expect(desk.said()).toEqual(['close 1']);
    expect(await now(choice)).toMatchObject({ guard: 'here' });
  });

  test('R9 the process winds down: what it would receive there comes back, and nobody is told', async () => {
    const { desk, near, farReceiver, select } = start();
    const choice = select({ here: near.receiver.onReceive(), there: farReceiver.onReceive() });
    desk.party.windDown();
    expect(desk.said()).toEqual(['1: receive on 2', 'close 1', '1: withdraw, final']);
    desk.withdrawn(1);
    expect(await now(choice)).toBe('waiting');
    expect(await near.sender.trySend('nobody')).toBe(false);
    expect(desk.busy).toEqual([true, false]);
  });

  test('R9 an end that was closed before fails it, and the other half is not touched', async () => {
    const { desk, near, farSender, choose } = start();
    const clone = farSender.clone();
    farSender.close();
    expect(await now(choose())).toBeInstanceOf(EndClosedError);
    clone.close();
    expect(await near.sender.trySend('nobody')).toBe(false);
    expect(desk.said()).toEqual(['close 1']);
  });
});

describe('R10 values of a mixed select', () => {
  test('R10 each is encoded for its own place: here any value, there what can travel', async () => {
    const { desk, near, farSender, select } = start();
    const anything = new Set(['as it is']);
    const here = (near.sender as unknown as { onSend(value: unknown): never }).onSend(anything);
    const choice = select({ here, there: farSender.onSend('far') });
    const received = near.receiver.receive();
    desk.withdrawn(1);
    expect(await received).toBe(anything);
    expect(await now(choice)).toEqual({ guard: 'here' });
  });

  test('R10 one that cannot travel fails the whole select', async () => {
    const { desk, near, farSender, select } = start();
    const there = (farSender as unknown as { onSend(value: unknown): never }).onSend(new Set());
    expect(await now(select({ here: near.receiver.onReceive(), there }))).toMatchObject({
      code: 'NOT_ENCODABLE',
    });
    expect(desk.said()).toEqual([]);
    expect(await near.sender.trySend('nobody')).toBe(false);
  });

  test('§6.2 a large one that is held back is free at once', async () => {
    const { desk, near, farSender, select } = start();
    const large = 'x'.repeat(5_000);
    void select({ there: farSender.onSend(large) });
    const choice = select({ here: near.receiver.onReceive(), there: farSender.onSend(large) });
    expect(desk.said()).toEqual(['1: send much on 1']);
    const sent = near.sender.send('near');
    expect(await now(choice)).toMatchObject({ guard: 'here', value: 'near' });
    await sent;
    desk.complete(1);
    expect(desk.said()).toEqual([]);
  });
});
