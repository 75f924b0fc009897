import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Group, type Member } from '../../../supervisor/restart/group.ts';

const backoff = { first: 60_000, factor: 1, most: 60_000, jitter: 0 };

function group(name: string, restarts: number, around?: Group): Group {
  return new Group(
    {
      name,
      strategy: 'one-for-one',
      intensity: { restarts, within: 60_000, backoff },
      errorOf: () => new Error(name),
      onFailed: () => {},
    },
    around,
  );
}

/** A member that does nothing by itself. */
function memberOf(one: Group): Member {
  const member = {
    name: 'a member',
    start: vi.fn(),
    halt: () => one.down(member),
    giveUp: () => one.over(member),
    resting: () => {},
  };
  one.join(member);
  return member;
}

/** The first restart comes at once; the second waits. */
function failTwice(one: Group, member: Member): void {
  for (let failure = 1; failure <= 2; failure++) one.failed(member, new Error('it failed'), false);
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a backoff', () => {
  test('keeps the program alive until the restart', () => {
    const one = group('one', 10);
    const member = memberOf(one);
    failTwice(one, member);
    expect(vi.getTimerCount()).toBe(1);
    vi.runAllTimers();
    expect(member.start).toHaveBeenCalledTimes(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('of a member that is over keeps nothing alive any more', () => {
    const one = group('one', 10);
    const member = memberOf(one);
    failTwice(one, member);
    one.over(member);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('of a group inside another neither, when all its members are over', () => {
    const outer = group('outer', 10);
    const inner = group('inner', 0, outer);
    const member = memberOf(inner);
    failTwice(inner, member);
    expect(vi.getTimerCount()).toBe(1);
    inner.over(member);
    expect(vi.getTimerCount()).toBe(0);
  });
});
