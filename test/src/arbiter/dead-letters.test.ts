import { describe, expect, test } from 'vitest';
import {
  buried,
  completed,
  crash,
  delivered,
  discarded,
  failed,
  late,
  lost,
  receive,
  retried,
  send,
  Table,
  withdrawn,
} from './table.ts';

const [ada, bob, cleo, dora] = [1, 2, 3, 4] as const;
/** Channels. */
const [dead, lines] = [1, 2] as const;

const first = { code: 'WORK_FAILED', message: 'no number' };
const second = { code: 'STAGE_FAILED', message: 'killed by SIGKILL', signal: 'SIGKILL' };

/** What `a` is as a letter of these. */
function letterOf(value: string, ...messages: readonly string[]): string {
  const list = messages.map((message) => `, ${message}`).join('');
  return `${value}, dead on channel ${lines} after ${messages.length}${list}`;
}

/** With a channel of dead letters, and one whose dead letters go there. */
function withLetters(terms: Parameters<Table['open']>[1] = {}, ofDead = {}): Table {
  const table = new Table();
  table.open(dead, ofDead);
  table.open(lines, { maxAttempts: 2, ...terms }, dead);
  return table;
}

/** A value at which every attempt but the last has failed; that one is bob's, in operation 9. */
function atItsLastAttempt(table: Table): void {
  table.send(ada, 1, lines, 'a');
  table.receive(bob, 8, lines);
  table.abandoned(bob, 8, first);
  table.receive(bob, 9, lines);
}

describe('R7 a receiver fails on a value', () => {
  test('R7 it goes back to its old place, and the attempt is counted', () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    table.send(ada, 2, 1, 'b');
    table.receive(bob, 1, 1);
    expect(table.abandoned(bob, 1, first)).toEqual([retried(1, 1, first)]);
    expect(table.receive(bob, 2, 1)).toEqual([delivered(bob, 2, 'a', { attempt: 2 })]);
    expect(table.receive(cleo, 1, 1)).toEqual([delivered(cleo, 1, 'b')]);
  });

  test('R7 after as many failures as allowed the send fails, and says how each attempt ended', () => {
    const table = new Table();
    table.open(1, { maxAttempts: 2 });
    table.send(ada, 1, 1, 'a');
    table.receive(bob, 1, 1);
    table.abandoned(bob, 1, first);
    table.receive(bob, 2, 1);
    expect(table.gone(bob, second)).toEqual([failed(ada, 1, lost(first, second), { attempts: 2 })]);
  });

  test('R7 of very many failures the first and the last are kept', () => {
    const table = new Table();
    table.open(1, { maxAttempts: 30 });
    table.send(ada, 1, 1, 'a');
    let effects: ReturnType<Table['abandoned']> = [];
    for (let op = 1; op <= 30; op++) {
      table.receive(bob, op, 1);
      effects = table.abandoned(bob, op, { code: 'WORK_FAILED', message: `${op}` });
    }
    const [effect] = effects;
    const reason = effect?.type === 'failed' ? effect.reason : undefined;
    const messages = reason?.kind === 'lost' ? reason.failures.map(({ message }) => message) : [];
    const kept = [1, 2, 3, 4, 5, 6, 7, 8, 23, 24, 25, 26, 27, 28, 29, 30];
    expect(messages).toEqual(kept.map(String));
  });

  test('R5 what is kept of a failure is short', () => {
    const table = new Table();
    table.open(1, { maxAttempts: 1 });
    table.send(ada, 1, 1, 'a');
    table.receive(bob, 1, 1);
    const stderr = Array.from({ length: 100 }, () => 'x'.repeat(10_000));
    const [effect] = table.abandoned(bob, 1, { ...first, message: 'y'.repeat(1e6), stderr });
    expect(JSON.stringify(effect).length).toBeLessThan(4_000);
  });

  test('R4 a value that its sender wants back comes back, and says that it was tried', () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    table.receive(bob, 1, 1);
    table.withdraw(ada, 1);
    expect(table.abandoned(bob, 1, first)).toEqual([withdrawn(ada, 1, 1)]);
  });

  test('§9 nobody fails on a value that it does not have', () => {
    const table = new Table();
    table.open(1);
    table.receive(bob, 1, 1);
    const [effect] = table.abandoned(bob, 1, first);
    expect(effect).toMatchObject({ type: 'violation', party: bob });
  });
});

describe('R7 a party that is dead, and not yet gone', () => {
  test('R7 is given nothing more, and keeps what it has in hand', () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    table.receive(bob, 1, 1);
    table.receive(bob, 2, 1);
    expect(table.silent(bob)).toEqual([]);
    expect(table.send(ada, 2, 1, 'b')).toEqual([]);
    expect(table.receive(cleo, 1, 1)).toEqual([delivered(cleo, 1, 'b')]);
    expect(table.gone(bob, second)).toEqual([retried(1, 1, second)]);
    expect(table.receive(cleo, 2, 1)).toEqual([delivered(cleo, 2, 'a', { attempt: 2 })]);
  });

  test('R8 its sends that nobody had vanish; others belong to their channel', () => {
    const table = new Table();
    table.open(1);
    table.send(ada, 1, 1, 'a');
    table.send(ada, 2, 1, 'b');
    table.receive(bob, 1, 1);
    expect(table.silent(ada)).toEqual([]);
    expect(table.gone(ada)).toEqual([]);
    expect(table.receive(cleo, 1, 1)).toEqual([]);
    expect(table.taken(bob, 1)).toEqual([]);
  });
});

describe('R7 dead letters', () => {
  test('R7 a value on which every attempt failed goes to the channel of dead letters', () => {
    const table = withLetters();
    atItsLastAttempt(table);
    expect(table.gone(bob, second)).toEqual([buried(lines, dead, [first, second])]);
    expect(table.receive(cleo, 1, dead)).toEqual([
      delivered(cleo, 1, letterOf('a', 'no number', 'killed by SIGKILL')),
    ]);
    expect(table.statistics(lines)).toMatchObject({ deadLetters: 1, waitingSenders: 0 });
  });

  test('R1 its sender is released when the letter was taken', () => {
    const table = withLetters();
    atItsLastAttempt(table);
    table.receive(cleo, 1, dead);
    expect(table.abandoned(bob, 9, second)).toEqual([
      buried(lines, dead, [first, second]),
      delivered(cleo, 1, letterOf('a', 'no number', 'killed by SIGKILL')),
    ]);
    expect(table.taken(cleo, 1)).toEqual([completed(ada, 1)]);
  });

  test('R5 or when the channel of dead letters has it', () => {
    const table = withLetters({}, { capacity: 1 });
    atItsLastAttempt(table);
    expect(table.abandoned(bob, 9, second)).toContainEqual(completed(ada, 1));
    expect(table.statistics(dead)).toMatchObject({ buffered: 1 });
  });

  test.each([
    ['drop-newest', 'a'],
    ['drop-oldest', 'old'],
  ] as const)('R5 a channel of dead letters that drops drops: %s', (overflow, gone) => {
    const table = withLetters({}, { capacity: 1, overflow });
    table.send(dora, 1, dead, 'old');
    atItsLastAttempt(table);
    const effects = table.abandoned(bob, 9, second);
    expect(effects).toContainEqual(completed(ada, 1));
    const what = gone === 'a' ? letterOf('a', 'no number', 'killed by SIGKILL') : gone;
    // What was sent first is the oldest, also as a letter: here that is the other one.
    const dropped = overflow === 'drop-oldest' ? 'old' : what;
    expect(effects).toContainEqual(discarded(dead, dropped, 'overflow'));
  });

  test('R5 while nobody takes the letter, its sender waits', () => {
    const table = withLetters();
    atItsLastAttempt(table);
    table.abandoned(bob, 9, second);
    expect(table.known(ada)).toBe(1);
    expect(table.withdraw(ada, 1, 'tentative')).toEqual([late(ada, 1)]);
    expect(table.withdraw(ada, 1, 'final')).toEqual([withdrawn(ada, 1, 2)]);
    expect(table.receive(cleo, 1, dead)).toEqual([]);
  });

  test('R8 a letter outlives its sender', () => {
    const table = withLetters();
    atItsLastAttempt(table);
    table.abandoned(bob, 9, second);
    expect(table.gone(ada)).toEqual([]);
    expect(table.receive(cleo, 1, dead)).toHaveLength(1);
    expect(table.taken(cleo, 1)).toEqual([]);
  });

  test('R7 where the channel of dead letters has no receiver, the send fails, and says how', () => {
    const table = withLetters();
    table.release(dead, 'receive');
    atItsLastAttempt(table);
    expect(table.abandoned(bob, 9, second)).toEqual([
      failed(ada, 1, lost(first, second), { attempts: 2 }),
    ]);
  });

  test('R7 also when that one goes while the letter waits', () => {
    const table = withLetters();
    atItsLastAttempt(table);
    table.abandoned(bob, 9, second);
    expect(table.release(dead, 'receive', crash)).toEqual([
      failed(ada, 1, lost(first, second), { attempts: 2 }),
    ]);
  });

  test('R7 on a letter attempts are counted anew, and the whole story is told', () => {
    const table = withLetters({ maxAttempts: 1 }, { maxAttempts: 2 });
    table.send(ada, 1, lines, 'a');
    table.receive(bob, 1, lines);
    table.gone(bob, first);
    table.receive(cleo, 1, dead);
    expect(table.abandoned(cleo, 1, second)).toEqual([retried(dead, 1, second)]);
    table.receive(cleo, 2, dead);
    expect(table.abandoned(cleo, 2, second)).toEqual([
      failed(ada, 1, lost(first, second, second), { attempts: 3 }),
    ]);
  });

  test('R7 a letter may itself become one', () => {
    const table = new Table();
    table.open(1);
    table.open(2, { maxAttempts: 1 }, 1);
    table.open(3, { maxAttempts: 1 }, 2);
    table.send(ada, 1, 3, 'a');
    table.receive(bob, 1, 3);
    table.abandoned(bob, 1, first);
    table.receive(cleo, 1, 2);
    expect(table.abandoned(cleo, 1, second)).toEqual([buried(2, 1, [second])]);
    expect(table.receive(dora, 1, 1)).toEqual([
      delivered(
        dora,
        1,
        'a, dead on channel 3 after 1, no number, dead on channel 2 after 1, killed by SIGKILL',
      ),
    ]);
  });

  test('R4 a poll is not repeated, and no dead letter', () => {
    const table = withLetters({ maxAttempts: 1 });
    table.receive(bob, 1, lines);
    table.trySend(ada, 1, lines, 'a');
    expect(table.abandoned(bob, 1, first)).toEqual([failed(ada, 1, lost(first), { attempts: 1 })]);
  });

  test('R4 nor is what its sender wants back', () => {
    const table = withLetters();
    atItsLastAttempt(table);
    table.withdraw(ada, 1);
    expect(table.abandoned(bob, 9, second)).toEqual([
      failed(ada, 1, lost(first, second), { attempts: 2 }),
    ]);
  });

  test('R6 a select is released as the send that it committed to', () => {
    const table = withLetters({ maxAttempts: 1 });
    table.open(3);
    table.offer(ada, 1, [receive(3), send(lines, 'a')]);
    table.receive(bob, 1, lines);
    table.abandoned(bob, 1, first);
    table.receive(cleo, 1, dead);
    expect(table.taken(cleo, 1)).toEqual([completed(ada, 1, 1)]);
  });

  test('R5 what a buffer has when its last receiver goes becomes dead letters, in order', () => {
    const table = withLetters({ capacity: 2 });
    table.send(ada, 1, lines, 'a');
    table.send(ada, 2, lines, 'b');
    expect(table.release(lines, 'receive')).toEqual([buried(lines, dead), buried(lines, dead)]);
    expect(table.receive(cleo, 1, dead)).toEqual([delivered(cleo, 1, letterOf('a'))]);
    expect(table.receive(cleo, 2, dead)).toEqual([delivered(cleo, 2, letterOf('b'))]);
  });

  test('R5 a value of a buffer that nobody can handle leaves its slot', () => {
    const table = withLetters({ capacity: 1, maxAttempts: 1 });
    table.send(ada, 1, lines, 'a');
    table.receive(bob, 1, lines);
    expect(table.send(ada, 2, lines, 'b')).toEqual([]);
    expect(table.abandoned(bob, 1, first)).toEqual([
      buried(lines, dead, [first]),
      completed(ada, 2),
    ]);
    expect(table.statistics(lines)).toMatchObject({ buffered: 1, inHand: 0 });
  });

  test('R8 so does what its sender left behind', () => {
    const table = withLetters();
    table.send(ada, 1, lines, 'a');
    table.receive(bob, 1, lines);
    table.gone(ada);
    table.gone(bob, first);
    expect(table.release(lines, 'receive')).toEqual([buried(lines, dead, [first])]);
  });

  test('R7 a value that is refused can be read by nobody: it is no dead letter', () => {
    const table = withLetters({ maxAttempts: 1 });
    table.send(ada, 1, lines, 'a');
    table.receive(bob, 1, lines);
    expect(table.refused(bob, 1, 'no text')).toEqual([
      failed(ada, 1, { kind: 'refused', why: 'no text' }),
    ]);
  });

  test('R9 a letter carries the ends of its value', () => {
    const table = withLetters({ maxAttempts: 1 });
    table.open(3);
    table.release(3, 'send');
    table.hold(3, 'send');
    const ends = [{ channel: 3, side: 'send' }] as const;
    table.offer(ada, 1, [{ side: 'send', channel: lines, value: 'a', ends }]);
    table.receive(bob, 1, lines);
    table.gone(bob, first);
    const [effect] = table.receive(cleo, 1, dead);
    expect(effect).toMatchObject({ type: 'deliver', ends });
  });
});

describe('R9 a channel is a sender of the channel of its dead letters', () => {
  test('R9 while a value can become one', () => {
    const table = withLetters();
    table.release(dead, 'send');
    expect(table.receive(cleo, 1, dead)).toEqual([]);
    table.send(ada, 1, lines, 'a');
    table.receive(bob, 1, lines);
    expect(table.release(lines, 'send')).toEqual([]);
    expect(table.taken(bob, 1)).toEqual([completed(ada, 1), failed(cleo, 1, { kind: 'ended' })]);
  });

  test('R9 its last letter comes before the end', () => {
    const table = withLetters({ maxAttempts: 1 });
    table.release(dead, 'send');
    table.send(ada, 1, lines, 'a');
    table.release(lines, 'send');
    table.receive(bob, 1, lines);
    table.abandoned(bob, 1, first);
    expect(table.receive(cleo, 1, dead)).toEqual([delivered(cleo, 1, letterOf('a', 'no number'))]);
    expect(table.receive(cleo, 2, dead)).toEqual([]);
    expect(table.taken(cleo, 1)).toEqual([completed(ada, 1), failed(cleo, 2, { kind: 'ended' })]);
  });
});
