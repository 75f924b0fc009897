import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backoffOf, type RepairStep, Repairs } from '../../../supervisor/restart/repairs.ts';
import type { Intensity, Strategy } from '../../../supervisor/restart/terms.ts';

const backoff = { first: 100, factor: 2, most: 1_000, jitter: 0 };
const patient: Intensity = { restarts: 100, within: 60_000, backoff };

/** Three members `a`, `b`, `c`, made in this order. */
function three(strategy: Strategy, intensity = patient): Repairs<string> {
  const repairs = new Repairs<string>(strategy, intensity, () => 0);
  for (const [place, member] of ['a', 'b', 'c'].entries()) repairs.join(member, place);
  return repairs;
}

/** Steps as words. */
function said(steps: readonly RepairStep<string>[]): readonly string[] {
  return steps.map((step) => {
    switch (step.type) {
      case 'fail':
        return 'fail';
      case 'rest':
        return `rest ${step.members.join('')} ${step.milliseconds}`;
      default:
        return `${step.type} ${step.members.join('')}`;
    }
  });
}

describe('a member fails', () => {
  test('one-for-one: it alone is started again', () => {
    const repairs = three('one-for-one');
    expect(said(repairs.failed('b', 0))).toEqual(['rest b 0']);
    expect(said(repairs.rested(1))).toEqual(['start b']);
    expect(repairs.up).toEqual(['a', 'b', 'c']);
  });

  test('rest-for-one: so are those that were made after it, when they are down', () => {
    const repairs = three('rest-for-one');
    expect(said(repairs.failed('b', 0))).toEqual(['halt c']);
    expect(said(repairs.down('c'))).toEqual(['rest bc 0']);
    expect(said(repairs.rested(1))).toEqual(['start bc']);
  });

  test('one-for-all: so are all', () => {
    const repairs = three('one-for-all');
    expect(said(repairs.failed('b', 0))).toEqual(['halt ac']);
    expect(said(repairs.down('c'))).toEqual([]);
    expect(said(repairs.down('a'))).toEqual(['rest bac 0']);
    expect(said(repairs.rested(1))).toEqual(['start bac']);
  });

  test('replicas of one stage do not go with each other in rest-for-one', () => {
    const repairs = new Repairs<string>('rest-for-one', patient, () => 0);
    for (const [member, place] of [
      ['a1', 0],
      ['a2', 0],
      ['b', 1],
    ] as const) {
      repairs.join(member, place);
    }
    expect(said(repairs.failed('a1', 0))).toEqual(['halt b']);
  });

  test('who is over is neither waited for nor started', () => {
    const repairs = three('one-for-all');
    repairs.over('c');
    expect(said(repairs.failed('a', 0))).toEqual(['halt b']);
    expect(said(repairs.over('b'))).toEqual(['rest a 0']);
    expect(said(repairs.rested(1))).toEqual(['start a']);
  });
});

describe('a cascade', () => {
  test('counts once: who fails while it is in a repair fails because of that', () => {
    const repairs = three('one-for-all', { ...patient, restarts: 1 });
    repairs.failed('a', 0);
    expect(said(repairs.failed('b', 1))).toEqual([]);
    expect(said(repairs.failed('c', 2))).toEqual(['rest abc 0']);
  });

  test('two repairs that meet become one, and the backoff of the first does not count', () => {
    const repairs = three('rest-for-one');
    repairs.failed('c', 0);
    expect(said(repairs.failed('b', 1))).toEqual(['rest bc 100']);
    expect(said(repairs.rested(1))).toEqual([]);
    expect(said(repairs.rested(2))).toEqual(['start bc']);
  });
});

describe('too many restarts', () => {
  test('fail the group, with one more than it may', () => {
    const repairs = three('one-for-one', { ...patient, restarts: 2, within: 1_000 });
    for (const at of [0, 1]) {
      repairs.failed('a', at);
      repairs.rested(at + 1);
    }
    expect(said(repairs.failed('b', 2))).toEqual(['fail']);
    expect(said(repairs.failed('c', 3))).toEqual([]);
  });

  test('are so many within the period only', () => {
    const repairs = three('one-for-one', { ...patient, restarts: 1, within: 1_000 });
    for (const [index, at] of [0, 1_000, 2_000].entries()) {
      expect(said(repairs.failed('a', at))).toEqual(['rest a 0']);
      repairs.rested(index + 1);
    }
  });

  test('count no more once the member has progressed, and the backoff begins anew', () => {
    const repairs = three('one-for-one', { ...patient, restarts: 2 });
    for (const [index, steps] of [['rest a 0'], ['rest a 100'], ['rest a 0']].entries()) {
      expect(said(repairs.failed('a', index, index === 2))).toEqual(steps);
      repairs.rested(index + 1);
    }
    expect(said(repairs.failed('a', 4))).toEqual(['rest a 100']);
    repairs.rested(4);
    expect(said(repairs.failed('a', 5))).toEqual(['fail']);
  });

  test('of others count on', () => {
    const repairs = three('one-for-one', { ...patient, restarts: 2 });
    for (const [index, member] of ['a', 'b'].entries()) {
      repairs.failed(member, index);
      repairs.rested(index + 1);
    }
    repairs.failed('b', 2, true);
    repairs.rested(3);
    expect(said(repairs.failed('c', 3))).toEqual(['fail']);
  });

  test('are forgotten when the group is started again as a whole', () => {
    const repairs = three('one-for-one', { ...patient, restarts: 0 });
    expect(said(repairs.failed('a', 0))).toEqual(['fail']);
    repairs.down('b');
    repairs.over('c');
    expect(repairs.renew()).toEqual(['a', 'b']);
    expect(repairs.up).toEqual(['a', 'b']);
  });
});

describe('the backoff', () => {
  test('is nothing before the first restart, then doubles, up to the most', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7].map((restart) => backoffOf(backoff, restart, 0.5));
    expect(waits).toEqual([0, 100, 200, 400, 800, 1_000, 1_000]);
  });

  test('is shortened at random, by the jitter at most', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 0.999_999, noNaN: true }),
        (restart, jitter, random) => {
          const full = backoffOf(backoff, restart, 0);
          const wait = backoffOf({ ...backoff, jitter }, restart, random);
          expect(wait).toBeLessThanOrEqual(full);
          expect(wait).toBeGreaterThanOrEqual(full * (1 - jitter) - 1e-9);
        },
      ),
    );
  });

  test('of one member does not count the failures of another', () => {
    const repairs = three('one-for-one');
    expect(said(repairs.failed('a', 0))).toEqual(['rest a 0']);
    expect(said(repairs.failed('b', 1))).toEqual(['rest b 0']);
    repairs.rested(1);
    expect(said(repairs.failed('a', 2))).toEqual(['rest a 100']);
  });
});

describe('whatever happens', () => {
  test('who is in no repair and not over is up, and every repair ends in a start', () => {
    const event = fc.record({
      what: fc.constantFrom('failed', 'over', 'rested'),
      who: fc.constantFrom('a', 'b', 'c'),
    });
    const strategy = fc.constantFrom<Strategy>('one-for-one', 'rest-for-one', 'one-for-all');
    fc.assert(
      fc.property(strategy, fc.array(event, { maxLength: 60 }), (chosen, events) => {
        const repairs = three(chosen, { ...patient, restarts: Number.POSITIVE_INFINITY });
        const halting: string[] = [];
        const resting: number[] = [];
        const take = (steps: readonly RepairStep<string>[]): void => {
          for (const step of steps) {
            if (step.type === 'halt') halting.push(...step.members);
            if (step.type === 'rest') resting.push(step.repair);
          }
        };
        const finish = () => {
          while (halting.length + resting.length > 0) {
            for (const member of halting.splice(0)) take(repairs.down(member));
            for (const repair of resting.splice(0)) take(repairs.rested(repair));
          }
        };
        for (const { what, who } of events) {
          const isUp = repairs.up.includes(who);
          if (what === 'failed' && isUp) take(repairs.failed(who, 0));
          if (what === 'over' && isUp) take(repairs.over(who));
          if (what === 'rested') finish();
        }
        finish();
        expect(repairs.up).toEqual(repairs.left);
      }),
    );
  });
});
