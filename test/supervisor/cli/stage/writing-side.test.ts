import { describe, expect, test } from 'vitest';
import { frameOf } from '../../../../supervisor/cli/stage/frames.ts';
import {
  type WritingEffect,
  WritingSide,
  type WritingState,
} from '../../../../supervisor/cli/stage/writing-side.ts';

const nonce = '00112233445566778899aabbccddeeff';
const value = Uint8Array.of(1, 2, 3);

/** A side that has come to that state. */
const sides: Readonly<Record<WritingState, () => WritingSide>> = {
  greeting: () => new WritingSide(),
  joined: () => after(sides.greeting(), (side) => side.hears({ type: 'hello', nonce })),
  unanswered: () => after(sides.joined(), (side) => side.sends(value)),
  over: () => after(sides.joined(), (side) => side.ends({ type: 'end' })),
};

const events = {
  hello: (side: WritingSide) => side.hears({ type: 'hello', nonce }),
  wait: (side: WritingSide) => side.hears({ type: 'wait' }),
  plain: (side: WritingSide) => side.hears({ type: 'plain' }),
  taken: (side: WritingSide) => side.hears({ type: 'taken' }),
  closed: (side: WritingSide) => side.hears({ type: 'closed' }),
  lost: (side: WritingSide) => side.hears({ type: 'lost', why: 'no ink' }),
  gone: (side: WritingSide) => side.hears('gone'),
  sends: (side: WritingSide) => side.sends(value),
  ends: (side: WritingSide) => side.ends({ type: 'end' }),
};

/** What is done, and the state after it. What is missing changes nothing. */
const table: Readonly<
  Record<WritingState, Partial<Record<keyof typeof events, readonly [string, WritingState]>>>
> = {
  greeting: {
    hello: ['next', 'joined'],
    wait: ['wait', 'greeting'],
    plain: ['plain', 'over'],
    closed: ['close', 'over'],
    lost: ['break', 'over'],
    gone: ['plain', 'over'],
    ends: ['say end', 'over'],
  },
  joined: {
    sends: ['write', 'unanswered'],
    closed: ['close', 'over'],
    lost: ['break', 'over'],
    gone: ['break', 'over'],
    ends: ['say end', 'over'],
  },
  unanswered: {
    taken: ['release, next', 'joined'],
    closed: ['give back, close', 'over'],
    lost: ['fail, break', 'over'],
    gone: ['fail, break', 'over'],
    ends: ['say end', 'over'],
  },
  over: {},
};

const states = Object.keys(table) as WritingState[];
const names = Object.keys(events) as (keyof typeof events)[];

describe('the side that writes does what its table says', () => {
  test.each(states.flatMap((state) => names.map((event) => [state, event] as const)))(
    '%s, when it comes to: %s',
    (state, event) => {
      const side = sides[state]();
      expect(side.state).toBe(state);
      const done = inWords(events[event](side));
      expect([done, side.state]).toEqual(table[state][event] ?? ['', state]);
    },
  );
});

test('the nonce goes before the first value, and before no other', () => {
  const side = sides.joined();
  expect(side.sends(value)).toEqual([{ type: 'write', bytes: frameOf(value, nonce) }]);
  side.hears({ type: 'taken' });
  expect(side.sends(value)).toEqual([{ type: 'write', bytes: frameOf(value) }]);
});

function after(side: WritingSide, step: (side: WritingSide) => unknown): WritingSide {
  step(side);
  return side;
}

function inWords(effects: readonly WritingEffect[]): string {
  return effects
    .map((effect) => (effect.type === 'say' ? `say ${effect.word.type}` : effect.type))
    .join(', ');
}
