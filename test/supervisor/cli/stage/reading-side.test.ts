import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frameOf } from '../../../../supervisor/cli/stage/frames.ts';
import {
  type ReadingEffect,
  ReadingSide,
  type ReadingState,
} from '../../../../supervisor/cli/stage/reading-side.ts';

const nonce = '00112233445566778899aabbccddeeff';
const value = Uint8Array.of(1, 2, 3);
const line = new TextEncoder().encode('a line\n');

/** A side that has come to that state. */
const sides: Readonly<Record<ReadingState, () => ReadingSide>> = {
  open: () => new ReadingSide(),
  greeted: () => after(sides.open(), (side) => side.joins(nonce)),
  joined: () => after(sides.given(), (side) => side.taken()),
  given: () => after(sides.greeted(), (side) => side.bytes(frameOf(value, nonce))),
  bereft: () => after(sides.given(), (side) => side.hears('gone')),
  puzzled: () => after(sides.joined(), (side) => side.bytes(line)),
  over: () => after(sides.open(), (side) => side.pipeEnds()),
};

const events = {
  joins: (side: ReadingSide) => side.joins(nonce),
  value: (side: ReadingSide) =>
    side.bytes(frameOf(value, side.state === 'greeted' ? nonce : undefined)),
  line: (side: ReadingSide) => side.bytes(line),
  pipeEnds: (side: ReadingSide) => side.pipeEnds(),
  end: (side: ReadingSide) => side.hears({ type: 'end' }),
  broken: (side: ReadingSide) => side.hears({ type: 'broken', why: 'no ink' }),
  gone: (side: ReadingSide) => side.hears('gone'),
  taken: (side: ReadingSide) => side.taken(),
  leaves: (side: ReadingSide) => side.leaves({ type: 'closed' }),
  looked: (side: ReadingSide) => side.looked(),
};

/** What is done, and the state after it. What is missing changes nothing. */
const table: Readonly<
  Record<ReadingState, Partial<Record<keyof typeof events, readonly [string, ReadingState]>>>
> = {
  open: {
    joins: ['say hello', 'greeted'],
    value: ['plain', 'over'],
    line: ['plain', 'over'],
    pipeEnds: ['end', 'over'],
    leaves: ['', 'over'],
  },
  greeted: {
    value: ['give', 'given'],
    line: ['look', 'puzzled'],
    end: ['part', 'open'],
    broken: ['break', 'over'],
    gone: ['break', 'over'],
    leaves: ['say closed', 'over'],
  },
  joined: {
    value: ['give', 'given'],
    line: ['look', 'puzzled'],
    end: ['part', 'open'],
    broken: ['break', 'over'],
    gone: ['break', 'over'],
    leaves: ['say closed', 'over'],
  },
  given: {
    end: ['', 'bereft'],
    broken: ['', 'bereft'],
    gone: ['', 'bereft'],
    taken: ['say taken', 'joined'],
    leaves: ['say closed', 'over'],
  },
  bereft: { taken: ['break', 'over'], leaves: ['', 'over'] },
  puzzled: {
    end: ['part, plain', 'over'],
    broken: ['break', 'over'],
    gone: ['break', 'over'],
    leaves: ['say closed', 'over'],
    looked: ['break', 'over'],
  },
  over: {},
};

const states = Object.keys(table) as ReadingState[];
const names = Object.keys(events) as (keyof typeof events)[];

describe('the side that reads does what its table says', () => {
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

test('R9 the end of the pipe is none while a stage is joined: it counts when that one has said its own', () => {
  const side = sides.joined();
  expect(side.pipeEnds()).toEqual([]);
  expect(inWords(side.hears({ type: 'end' }))).toBe('part, end');
});

test('R9 who died with its value at our stage breaks the input when that is done with the value', () => {
  const side = sides.given();
  side.hears({ type: 'broken', why: 'no ink' });
  expect(side.taken()).toEqual([{ type: 'break', why: 'no ink' }]);
});

test('a nonce that is another one is no nonce', () => {
  const side = sides.greeted();
  expect(inWords(side.bytes(frameOf(value, 'f'.repeat(32))))).toBe('look');
});

test('values arrive whole, however the pipe has cut them', () => {
  const values = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 5 });
  const cuts = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(values, cuts, (sent, lengths) => {
      const side = sides.greeted();
      const received: Uint8Array[] = [];
      const undergo = (effects: readonly ReadingEffect[]) => {
        for (const effect of effects) {
          if (effect.type !== 'give') continue;
          received.push(effect.value);
          undergo(side.taken());
        }
      };
      const bytes = Buffer.concat(
        sent.map((one, index) => frameOf(one, index === 0 ? nonce : undefined)),
      );
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const length = lengths[turn % lengths.length] ?? 1;
        undergo(side.bytes(bytes.subarray(at, at + length)));
        at += length;
      }
      expect(received).toEqual(sent.map((one) => new Uint8Array(one)));
      expect(side.state).toBe('joined');
    }),
  );
});

function after(side: ReadingSide, step: (side: ReadingSide) => unknown): ReadingSide {
  step(side);
  return side;
}

function inWords(effects: readonly ReadingEffect[]): string {
  return effects
    .map((effect) => (effect.type === 'say' ? `say ${effect.word.type}` : effect.type))
    .join(', ');
}
