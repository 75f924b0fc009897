/** Whom the watch asks, and what it makes of their answers, with participants that are only said to be there. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Participant } from '../../../supervisor/deadlock/participant.ts';
import { DeadlockWatch } from '../../../supervisor/deadlock/watch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

class Linked implements Participant {
  readonly isLinked = true;
  readonly processId = 1;
  readonly name: string;
  readonly party: number;
  activity = 0;
  questions = 0;
  readonly #onProbe: (one: Linked) => void;

  constructor(party: number, onProbe: (one: Linked) => void = () => {}) {
    this.party = party;
    this.name = `stage ${party}`;
    this.#onProbe = onProbe;
  }

  async probe() {
    this.questions++;
    this.#onProbe(this);
    return new Map();
  }
}

/** @returns how often they were found to be idle, after so many looks */
async function findings(participants: readonly Linked[], looks: number): Promise<number> {
  let found = 0;
  const watch = new DeadlockWatch(
    () => participants,
    () => [],
    () => {},
    () => void found++,
  );
  await vi.advanceTimersByTimeAsync(looks * 250);
  watch.stop();
  return found;
}

describe('§14.12 processes with a link between them', () => {
  test('that are still, and say that they are idle, are', async () => {
    expect(await findings([new Linked(1), new Linked(2)], 2)).toBe(1);
  });

  test('are not asked while something goes over it', async () => {
    const both = [new Linked(1), new Linked(2)];
    const going = setInterval(() => {
      for (const one of both) one.activity++;
    }, 200);
    expect(await findings(both, 8)).toBe(0);
    clearInterval(going);
    expect(both.map(({ questions }) => questions)).toEqual([0, 0]);
  });

  test('are not idle where one of them has first to say what has gone over it', async () => {
    const both = [new Linked(1), new Linked(2, (one) => void one.activity++)];
    expect(await findings(both, 2)).toBe(0);
    expect(both.map(({ questions }) => questions)).toEqual([1, 1]);
  });
});
