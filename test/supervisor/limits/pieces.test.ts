/** The pure pieces of what watches over processes, in simulated time. */
import { TopologyError } from 'handover';
import { describe, expect, test, vi } from 'vitest';
import { killsIn } from '../../../supervisor/death/out-of-memory.ts';
import { Deadline } from '../../../supervisor/limits/deadline.ts';
import { heapFlags } from '../../../supervisor/limits/flags.ts';
import { Lifetime } from '../../../supervisor/limits/lifetime.ts';
import { type LimitOptions, limitsOf } from '../../../supervisor/limits/limits.ts';
import { Meter } from '../../../supervisor/limits/meter.ts';
import {
  factsIn,
  factsOf,
  familyOf,
  millisecondsIn,
  type ProcessFacts,
  psFacts,
  workersIn,
} from '../../../supervisor/limits/processes.ts';
import { Question } from '../../../supervisor/limits/question.ts';
import { SimulatedClock } from '../../simulation/clock.ts';

/** Lets so much time pass, with every timer in time. */
function spend(clock: SimulatedClock, milliseconds: number): void {
  const end = clock.now + milliseconds;
  clock.after(milliseconds, () => {});
  while (clock.now < end) clock.advance();
}

describe('R7 a deadline', () => {
  function prepare(milliseconds = 1_000) {
    const clock = new SimulatedClock();
    const over: { op: number; milliseconds: number }[] = [];
    const deadline = new Deadline(milliseconds, clock, (op, passed) =>
      over.push({ op, milliseconds: passed }),
    );
    return { clock, deadline, over };
  }

  test('R7 is for each value by itself, and is counted from its delivery', () => {
    const { clock, deadline, over } = prepare();
    deadline.given(1);
    spend(clock, 900);
    deadline.given(2);
    deadline.answered(1);
    spend(clock, 900);
    expect(over).toEqual([]);
    spend(clock, 300);
    expect(over).toHaveLength(1);
    expect(over[0]?.op).toBe(2);
    expect(over[0]?.milliseconds).toBeGreaterThanOrEqual(1_000);
  });

  test('R7 comes at most an eighth late, and only once', () => {
    const { clock, deadline, over } = prepare();
    deadline.given(1);
    deadline.given(2);
    spend(clock, 1_126);
    expect(over.map(({ op }) => op)).toEqual([1]);
    spend(clock, 5_000);
    expect(over).toHaveLength(1);
    expect(clock.isWaitedFor).toBe(false);
  });

  test('R7 costs no timer while nothing is in hand', () => {
    const { clock, deadline } = prepare();
    expect(clock.isWaitedFor).toBe(false);
    deadline.given(1);
    expect(clock.isWaitedFor).toBe(true);
    deadline.answered(1);
    spend(clock, 500);
    expect(clock.isWaitedFor).toBe(false);
  });

  test('R7 does not count time in which the supervisor did not run', () => {
    const { clock, deadline, over } = prepare();
    deadline.given(1);
    spend(clock, 500);
    clock.pass(60_000);
    clock.advance();
    expect(over).toEqual([]);
    spend(clock, 300);
    expect(over).toEqual([]);
    spend(clock, 500);
    expect(over).toHaveLength(1);
  });
});

describe('R10 a question', () => {
  function prepare() {
    const clock = new SimulatedClock();
    const seen = { asked: 0, unanswered: [] as number[] };
    const question = new Question(800, clock, {
      onAsk: () => seen.asked++,
      onUnanswered: (milliseconds) => seen.unanswered.push(milliseconds),
    });
    question.start();
    return { clock, question, seen };
  }

  test('R10 is asked again when it was answered, however slowly, within the patience', () => {
    const { clock, question, seen } = prepare();
    for (let turn = 1; turn <= 5; turn++) {
      spend(clock, 700);
      expect(seen.asked).toBe(turn);
      question.answered();
      spend(clock, 100);
    }
    expect(seen.unanswered).toEqual([]);
  });

  test('R10 that is not answered is told of, once', () => {
    const { clock, seen } = prepare();
    spend(clock, 900);
    expect(seen).toEqual({ asked: 1, unanswered: [800] });
    spend(clock, 900);
    expect(seen.unanswered).toHaveLength(1);
    expect(clock.isWaitedFor).toBe(false);
  });

  test('R10 gives time again after a supervisor that did not run', () => {
    const { clock, question, seen } = prepare();
    spend(clock, 700);
    clock.pass(10_000);
    clock.advance();
    expect(seen.unanswered).toEqual([]);
    question.answered();
    spend(clock, 200);
    expect(seen).toEqual({ asked: 2, unanswered: [] });
  });
});

describe('R10 a lifetime', () => {
  test('R10 is over after so many values that were taken', () => {
    const due: string[] = [];
    const lifetime = new Lifetime({ values: 2 }, new SimulatedClock(), (why) => due.push(why));
    lifetime.start();
    lifetime.answered(1, 'taken');
    lifetime.answered(2, 'returned');
    lifetime.answered(3, 'refused');
    expect(due).toEqual([]);
    lifetime.answered(4, 'taken');
    lifetime.answered(5, 'taken');
    expect(due).toEqual(['values']);
  });

  test('R10 is over after so long a time, and then not once more', () => {
    const clock = new SimulatedClock();
    const due: string[] = [];
    const lifetime = new Lifetime({ values: 1, age: 500 }, clock, (why) => due.push(why));
    lifetime.start();
    spend(clock, 499);
    expect(due).toEqual([]);
    spend(clock, 1);
    lifetime.answered(1, 'taken');
    expect(due).toEqual(['age']);
  });

  test('R10 of a process that has died is over without a word', () => {
    const clock = new SimulatedClock();
    const lifetime = new Lifetime({ age: 500 }, clock, () => expect.unreachable());
    lifetime.start();
    lifetime.stop();
    expect(clock.isWaitedFor).toBe(false);
  });
});

describe('R10 a meter', () => {
  const facts = (processId: number, parent: number, memory: number, cpuTime = 0): ProcessFacts => ({
    processId,
    parent,
    group: 0,
    state: 'S',
    memory,
    cpuTime,
    start: processId,
  });

  test('R10 adds up a process and its descendants, and nobody else', () => {
    const all = [facts(9, 1, 1), facts(3, 2, 4), facts(2, 1, 2), facts(4, 3, 8), facts(5, 1, 16)];
    const sum = familyOf(2, all).reduce((total, { memory }) => total + memory, 0);
    expect(sum).toBe(2 + 4 + 8);
    expect(familyOf(77, all)).toEqual([]);
  });

  test('R10 adds up what is in its group, too, when its parent is gone', () => {
    const all = [facts(2, 1, 2), { ...facts(3, 1, 4), group: 2 }, facts(4, 3, 8), facts(5, 1, 16)];
    expect(familyOf(2, all).map(({ processId }) => processId)).toEqual([2, 3, 4]);
  });

  test('R10 leaves out those that only start a program, and no orphan of it', () => {
    // 2 and 3 are of the sandbox, 4 starts the program 5; 6 is an orphan of 5, which 3 has adopted.
    const all = [facts(6, 3, 1), facts(2, 1, 2), facts(3, 2, 4), facts(4, 3, 8), facts(5, 4, 16)];
    const workers = (starters: number) =>
      workersIn(familyOf(2, all), 2, starters).map(({ processId }) => processId);
    expect(workers(3)).toEqual([6, 5]);
    expect(workers(0)).toHaveLength(5);
    expect(workersIn([], 2, 3)).toEqual([]);
  });

  test('R10 looks for a program until it is there', async () => {
    const clock = new SimulatedClock();
    const asked: (readonly number[] | 'all')[] = [];
    let all = [facts(2, 1, 500)];
    const meter = new Meter(
      async (which) => {
        asked.push(which);
        if (asked.length === 3) all = [...all, facts(3, 2, 50)];
        return all;
      },
      clock,
      100,
    );
    const stop = meter.watch({ processId: 2, starters: 1 }, { memoryBytes: 100 }, () =>
      expect.unreachable(),
    );
    while (asked.length < 4) {
      clock.advance();
      await vi.waitFor(() => expect(clock.isWaitedFor).toBe(true));
    }
    expect(asked).toEqual(['all', 'all', 'all', [2, 3]]);
    stop();
  });

  test('R10 looks for descendants now and then, and in between at those that it knows', async () => {
    const clock = new SimulatedClock();
    const asked: (readonly number[] | 'all')[] = [];
    const all = [facts(2, 1, 10), facts(3, 2, 10), facts(4, 1, 10)];
    const meter = new Meter(
      async (which) => {
        asked.push(which);
        return which === 'all' ? all : all.filter(({ processId }) => which.includes(processId));
      },
      clock,
      100,
    );
    const stop = meter.watch({ processId: 2, starters: 0 }, { memoryBytes: 100 }, () =>
      expect.unreachable(),
    );
    while (asked.length < 11) {
      clock.advance();
      await vi.waitFor(() => expect(clock.isWaitedFor).toBe(true));
    }
    expect(asked).toEqual(['all', ...Array.from({ length: 9 }, () => [2, 3]), 'all']);
    stop();
    expect(clock.isWaitedFor).toBe(false);
  });

  test('R10 tells of a breach once, and asks no more when nobody is watched', async () => {
    const clock = new SimulatedClock();
    let memory = 50;
    const meter = new Meter(async () => [facts(2, 1, memory)], clock, 100);
    const { promise, resolve } = Promise.withResolvers<unknown>();
    meter.watch({ processId: 2, starters: 0 }, { memoryBytes: 100 }, resolve);
    clock.advance();
    await Promise.resolve();
    await Promise.resolve();
    memory = 150;
    clock.advance();
    expect(await promise).toMatchObject({ limit: 'memoryBytes', allowed: 100, used: 150 });
    await Promise.resolve();
    expect(clock.isWaitedFor).toBe(false);
  });
});

describe('R10 what the system says of a process', () => {
  test('R10 is read though its name holds anything', () => {
    const stat = `7 (a) b (c) T 3 7 7 0 -1 0 0 0 0 0 12 5 2 1 20 0 1 0 99 1000 25 0`;
    expect(factsIn(7, stat)).toMatchObject({ parent: 3, state: 'T', cpuTime: 200 });
  });

  test('R10 fits what this process knows of itself', () => {
    const { memory = 0 } = factsOf(process.pid) ?? {};
    const { rss } = process.memoryUsage();
    expect(memory / rss).toBeGreaterThan(0.8);
    expect(memory / rss).toBeLessThan(1.25);
    expect(factsOf(process.pid)?.parent).toBe(process.ppid);
  });

  test('R10 is the same where ps has to say it', async () => {
    const own = (await psFacts()).find(({ processId }) => processId === process.pid);
    const { memory = 0, parent } = factsOf(process.pid) ?? {};
    expect(own?.parent).toBe(parent);
    expect((own?.memory ?? 0) / memory).toBeGreaterThan(0.5);
  });

  test.each([
    ['00:01', 1_000],
    ['01:02:03', 3_723_000],
    ['2-00:00:01', 172_801_000],
    ['0:01.25', 1_250],
  ])('R10 reads the time %s', (text, milliseconds) => {
    expect(millisecondsIn(text)).toBe(milliseconds);
  });

  test('R10 counts the processes that it killed for want of memory', () => {
    expect(killsIn('pgfault 7\noom_kill 3\nswap 1\n')).toBe(3);
    expect(killsIn('pgfault 7\n')).toBe(0);
  });
});

describe('R10 limits that are none', () => {
  test.each<[LimitOptions, string]>([
    [{ deadline: 0 }, 'deadline must be milliseconds, 1 or more, not 0'],
    [{ deadline: Number.NaN }, 'deadline must be milliseconds, 1 or more, not NaN'],
    [{ limits: { silence: 50 } }, 'limits.silence must be milliseconds, 100 or more, not 50'],
    [
      { limits: { heapBytes: 1024 } },
      'limits.heapBytes must be a whole number of bytes, 8388608 or more, not 1024',
    ],
    [
      { limits: { values: 1.5 } },
      'limits.values must be a whole number of values, 1 or more, not 1.5',
    ],
    [{ limits: { toString: 1 } } as LimitOptions, 'there is no option limits.toString; there are'],
    [
      { limits: { ram: 1 } } as LimitOptions,
      'there is no option limits.ram; there are heapBytes, memoryBytes, cpuTime, values, age, silence, busy',
    ],
    [{ limits: 5 } as LimitOptions, 'limits must be an object, not 5'],
  ])('R10 %j is refused', (options, says) => {
    expect(() => limitsOf('parser', options)).toThrow(TopologyError);
    expect(() => limitsOf('parser', options)).toThrow(`stage "parser": ${says}`);
  });

  test('R10 what is left out is no limit', () => {
    expect(limitsOf('parser', {})).toEqual({});
    expect(limitsOf('parser', { deadline: 5, limits: { age: 7 } })).toEqual({
      deadline: 5,
      age: 7,
    });
  });
});

test.each([
  [8, ['--max-old-space-size=5', '--max-semi-space-size=1']],
  [64, ['--max-old-space-size=52', '--max-semi-space-size=4']],
  [1024, ['--max-old-space-size=976', '--max-semi-space-size=16']],
])('R10 a heap of %d MiB is that much in all', (mebibytes, flags) => {
  expect(heapFlags({ heapBytes: mebibytes * 2 ** 20 })).toEqual(flags);
  expect(heapFlags({})).toEqual([]);
});
