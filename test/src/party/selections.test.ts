import { describe, expect, test } from 'vitest';
import { EndClosedError, LostError, TopologyError } from '../../../src/errors.ts';
import { after as inTime } from '../../../src/select/guards.ts';
import { selectOn } from '../../../src/select/select.ts';
import { Desk, now } from './desk.ts';

const large = 'x'.repeat(5_000);

/** A party with a sender (end 1) and a receiver (end 2); its authority is the test. */
function start() {
  const desk = new Desk({ window: { operations: 2, bytes: 1_000 }, maxValueBytes: 20_000 });
  const [sender, receiver] = [desk.sender<string>(), desk.receiver<string>()];
  const select = (value: string, options = {}, late?: number) =>
    selectOn(
      desk.clock,
      {
        sent: sender.onSend(value),
        received: receiver.onReceive(),
        late: late === undefined ? null : inTime(late),
      },
      options,
    );
  return { desk, sender, receiver, select };
}

describe('R4 a select that is called off', () => {
  test('R4 is told so only when it is back', async () => {
    const { desk, select } = start();
    const choice = select('a', {}, 50);
    desk.clock.advance();
    expect(desk.said()).toEqual(['1: send "a" on 1 or receive on 2', '1: withdraw, final']);
    expect(await now(choice)).toBe('waiting');
    desk.withdrawn(1);
    expect(await now(choice)).toEqual({ guard: 'late' });
  });

  test('R4 and whose value was taken meanwhile, says that', async () => {
    const { desk, select } = start();
    const choice = select('a', {}, 50);
    desk.clock.advance();
    desk.late(1);
    expect(await now(choice)).toBe('waiting');
    desk.complete(1);
    expect(await now(choice)).toEqual({ guard: 'sent' });
  });

  test('R4 and whose receiver died with the value, does not say that no guard had an effect', async () => {
    const { desk, select } = start();
    const choice = select('a', {}, 50);
    desk.clock.advance();
    desk.withdrawn(1, 1);
    const error = await now(choice);
    expect(error).toBeInstanceOf(LostError);
    expect(error).toMatchObject({ value: 'a', attempts: 1 });
  });

  test('R4 a poll is not asked back: its ending comes by itself', async () => {
    const { desk, select } = start();
    const controller = new AbortController();
    const choice = select('a', { otherwise: true, signal: controller.signal });
    controller.abort();
    expect(desk.said()).toEqual(['1: try send "a" on 1 or receive on 2']);
    desk.withdrawn(1);
    expect(await now(choice)).toEqual({ guard: 'otherwise' });
  });
});

describe('R5 selects', () => {
  test('§6.2 are never held back, however many wait', () => {
    const { desk, select } = start();
    for (let count = 0; count < 100; count++) void select('a');
    expect(desk.said()).toHaveLength(100);
  });

  test('§6.2 with large values for different ends do not wait for each other', async () => {
    const { desk, sender } = start();
    const other = desk.sender<string>();
    void selectOn(desk.clock, { a: sender.onSend(large) }, {});
    void selectOn(desk.clock, { b: other.onSend(large) }, {});
    expect(desk.said().map((said) => said.split(':')[0])).toEqual(['1', '2']);
  });

  test('§6.2 with large values wait for each other', async () => {
    const { desk, select } = start();
    const choices = [select(large), select(large), select('small')];
    expect(desk.said()).toEqual([
      '1: send much on 1 or receive on 2',
      '2: send "small" on 1 or receive on 2',
    ]);
    desk.complete(1);
    expect(desk.said()).toEqual(['3: send much on 1 or receive on 2']);
    desk.complete(3);
    expect(await now(choices[1] as Promise<unknown>)).toEqual({ guard: 'sent' });
  });
});

describe('R9 closing an end on which selects wait', () => {
  test('R9 a sender’s close follows those that are held back', () => {
    const { desk, sender, select } = start();
    void select(large);
    void select(large);
    sender.close();
    desk.said();
    desk.complete(1);
    expect(desk.said()).toEqual(['2: send much on 1 or receive on 2']);
    desk.complete(2);
    expect(desk.said()).toEqual(['close 1']);
  });

  test('R9 a receiver’s close first calls them off', async () => {
    const { desk, receiver, select } = start();
    const choice = select('a');
    receiver.close();
    expect(desk.said()).toEqual(['1: send "a" on 1 or receive on 2', '1: withdraw, final']);
    desk.withdrawn(1);
    expect(desk.said()).toEqual(['close 2']);
    expect(await now(choice)).toBeInstanceOf(EndClosedError);
  });
});

test('R10 a value that cannot be read is refused, and the select goes on waiting', async () => {
  const { desk, select } = start();
  const choice = select('a');
  desk.said();
  desk.deliverNonsense(1);
  expect(desk.said()).toEqual([
    expect.stringMatching(/^1: refused, it is not plain msgpack/),
    '2: send "a" on 1 or receive on 2',
  ]);
  desk.complete(2);
  expect(await now(choice)).toEqual({ guard: 'sent' });
});

test('R4 a select with more guards than one message can name is refused, and nothing waits', async () => {
  const { desk, receiver } = start();
  const guards = Object.fromEntries(
    Array.from({ length: 5_000 }, (_, index) => [`guard ${index}`, receiver.onReceive()]),
  );
  const error = await now(selectOn(desk.clock, guards, {}));
  expect(error).toBeInstanceOf(TopologyError);
  expect((error as Error).message).toMatch(/^a select with 5000 guards is more than one message/);
  expect(desk.said()).toEqual([]);
  expect(desk.busy.at(-1)).not.toBe(true);
  expect(desk.party.isPatient).toBe(true);
});

describe('R6 what is no select', () => {
  const wrong: Record<string, readonly [unknown, RegExp]> = {
    'a receiver': [new Desk().receiver(), /^select: "a" is a Receiver, and no guard\./],
    'a function': [() => {}, /"a" is a function \(call it\), and no guard/],
    'a promise': [Promise.resolve(), /"a" is a promise, and no guard/],
    'a number': [5, /"a" is the number 5, and no guard/],
  };
  test.each(Object.entries(wrong))('R6 %s for a guard: refused', async (_, [guard, says]) => {
    const { desk } = start();
    const error = await now(selectOn(desk.clock, { a: guard } as never, {}));
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toMatch(says);
  });

  test('R6 a controller for a signal: refused, and no time rings later', async () => {
    const { desk } = start();
    const signal = new AbortController() as unknown as AbortSignal;
    const error = await now(selectOn(desk.clock, { a: inTime(20) }, { signal }));
    expect((error as Error).message).toMatch(
      /^signal must be an AbortSignal, not an AbortController/,
    );
    expect(desk.clock.isWaitedFor).toBe(false);
  });
});
