import { describe, expect, test } from 'vitest';
import { Operation } from '../../../src/arbiter/operation.ts';
import {
  type Happening,
  type State,
  transitions,
  type Verdict,
} from '../../../src/arbiter/transitions.ts';

/**
 * The table of docs/protocol.md, written a second time and the other way round: by what happens, then by
 * the state in which it is legal. Whatever is not here is illegal.
 */
const legal: Record<Happening, Partial<Record<State, Verdict>>> = {
  share: { waiting: 'shared' },
  ask: { shared: 'asked' },
  free: { asked: 'freed' },
  engage: {
    waiting: 'engaged',
    engaged: 'engaged',
    freed: 'freed',
    stored: 'reserved',
    reserved: 'reserved',
  },
  'step-back': { engaged: 'waiting', freed: 'shared', reserved: 'stored' },
  match: {
    waiting: 'delivered',
    freed: 'delivered',
    engaged: 'delivered',
    stored: 'lent',
    reserved: 'lent',
  },
  'match-poll': { waiting: 'recalled', freed: 'recalled', engaged: 'recalled' },
  receive: { waiting: 'holding', freed: 'holding', engaged: 'holding' },
  store: { waiting: 'stored', freed: 'stored', engaged: 'stored' },
  drop: { waiting: 'ended', freed: 'ended', engaged: 'ended', stored: 'ended' },
  'withdraw-tentative': {
    waiting: 'ended',
    shared: 'ended',
    asked: 'ended',
    freed: 'ended',
    engaged: 'ended',
    delivered: 'late',
    holding: 'ignored',
  },
  'withdraw-in-vain': { waiting: 'waiting', engaged: 'engaged' },
  'withdraw-final': {
    waiting: 'ended',
    shared: 'ended',
    asked: 'ended',
    freed: 'ended',
    engaged: 'ended',
    delivered: 'recalled',
    late: 'recalled',
    holding: 'ignored',
  },
  take: {
    delivered: 'ended',
    late: 'ended',
    recalled: 'ended',
    lent: 'ended',
    holding: 'ended',
  },
  'come-back': {
    delivered: 'waiting',
    late: 'waiting',
    recalled: 'ended',
    lent: 'stored',
    holding: 'ended',
  },
  bury: { delivered: 'waiting', late: 'waiting', stored: 'stored', lent: 'stored' },
  exhaust: {
    delivered: 'ended',
    late: 'ended',
    recalled: 'ended',
    lent: 'ended',
    holding: 'ended',
  },
  'owner-gone': {
    waiting: 'ended',
    shared: 'ended',
    asked: 'ended',
    freed: 'ended',
    engaged: 'ended',
    delivered: 'lent',
    late: 'lent',
    recalled: 'lent',
    holding: 'ended',
  },
  adopt: { waiting: 'stored', engaged: 'reserved' },
  shut: {
    waiting: 'ended',
    freed: 'ended',
    engaged: 'ended',
    delivered: 'ignored',
    late: 'ignored',
    recalled: 'ignored',
    stored: 'ended',
    lent: 'ignored',
  },
};

const states: readonly State[] = [
  'waiting',
  'shared',
  'asked',
  'freed',
  'engaged',
  'delivered',
  'late',
  'recalled',
  'stored',
  'reserved',
  'lent',
  'holding',
  'ended',
];

const happenings = Object.keys(legal) as readonly Happening[];

function expected(state: State, happening: Happening): Verdict {
  return legal[happening][state] ?? 'illegal';
}

function operationIn(state: State): Operation<string> {
  const guards = [{ side: 'send', channel: 1, value: 'a' }] as const;
  const operation = new Operation<string>(1, 1, guards, 'random', 'wait', 0);
  operation.state = state;
  return operation;
}

describe('R4 the life of an operation', () => {
  test('R4 the table has these states and these happenings, and no others', () => {
    expect(Object.keys(transitions).sort()).toEqual([...states].sort());
    for (const state of states) {
      expect(Object.keys(transitions[state]).sort()).toEqual([...happenings].sort());
    }
  });

  for (const state of states) {
    for (const happening of happenings) {
      test(`R4 ${state} × ${happening} is ${expected(state, happening)}`, () => {
        const operation = operationIn(state);
        const verdict = operation.undergo(happening);
        expect(verdict).toBe(expected(state, happening));
        const isChange = verdict !== 'ignored' && verdict !== 'illegal';
        expect(operation.state).toBe(isChange ? verdict : state);
      });
    }
  }
});

describe('R4 what the table promises as a whole', () => {
  const next = (state: State): readonly State[] =>
    Object.values(transitions[state]).filter(
      (verdict): verdict is State => verdict !== 'ignored' && verdict !== 'illegal',
    );

  const reachable = (from: State): ReadonlySet<State> => {
    const found = new Set<State>([from]);
    for (const state of found) for (const other of next(state)) found.add(other);
    return found;
  };

  test('R4 an ending is final', () => {
    expect(new Set(Object.values(transitions.ended))).toEqual(new Set(['illegal']));
  });

  test('R4 every state can be reached from an offer, and has an ending', () => {
    expect([...reachable('waiting')].sort()).toEqual([...states].sort());
    for (const state of states) expect(reachable(state)).toContain('ended');
  });

  test('R4 a final withdrawal stands: what was recalled never waits again', () => {
    expect(reachable('recalled')).not.toContain('waiting');
    expect(reachable('recalled')).not.toContain('delivered');
  });

  test('R8 what belongs to its channel never belongs to a sender again', () => {
    for (const state of ['stored', 'lent'] as const) {
      expect([...reachable(state)].sort()).toEqual(['ended', 'lent', 'reserved', 'stored']);
    }
  });

  test('R2 a value is given only to one receiver at a time', () => {
    for (const state of states) {
      const isGiven = ['delivered', 'late', 'recalled', 'lent', 'ended'].includes(state);
      if (isGiven) expect(expected(state, 'match')).toBe('illegal');
      if (isGiven) expect(expected(state, 'match-poll')).toBe('illegal');
    }
  });

  test('R6 nothing becomes of a shared operation before its owner was asked', () => {
    for (const state of ['shared', 'asked'] as const) {
      const harmless = ['withdraw-tentative', 'withdraw-final', 'owner-gone'];
      const possible = happenings.filter(
        (happening) => transitions[state][happening] !== 'illegal',
      );
      expect(possible.filter((happening) => !harmless.includes(happening))).toEqual([
        state === 'shared' ? 'ask' : 'free',
      ]);
    }
  });

  test('R4 a value in hand is not dropped when the other side goes', () => {
    for (const state of ['delivered', 'late', 'recalled', 'lent'] as const) {
      expect(transitions[state].shut).toBe('ignored');
    }
  });
});
