import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByNumber } from '../../src/by-number.ts';

interface Numbered {
  readonly op: number;
  readonly start: number;
}

/** Some that share a place in the ring, and some above what 32 bits hold. */
const few = fc.constantFrom(0, 1, 2, 15, 16, 17, 18, 33, 2 ** 31, 2 ** 32 + 1, 2 ** 40 + 2);
/** So many at once that the ring gets longer. */
const many = fc.nat(60);

describe('ByNumber', () => {
  it.each([
    { what: 'few', number: few },
    { what: 'many', number: many },
  ])('is a map from $what numbers, whatever comes and goes', ({ number }) => {
    fc.assert(
      fc.property(fc.array(number, { maxLength: 80 }), (numbers) => {
        const byNumber = new ByNumber<Numbered>(({ start }) => start);
        const map = new Map<number, Numbered>();
        for (const [start, op] of numbers.entries()) {
          if (map.delete(op)) byNumber.delete(op);
          else {
            const one = { op, start };
            map.set(op, one);
            byNumber.add(one);
          }
          expect(byNumber.size).toBe(map.size);
          expect(byNumber.has(op)).toBe(map.has(op));
          for (const one of numbers) expect(byNumber.get(one)).toBe(map.get(one));
          expect(byNumber.keys()).toEqual([...map.keys()]);
          expect(byNumber.values()).toEqual([...map.values()]);
        }
      }),
    );
  });

  it('goes on when one is deleted that is not there', () => {
    const byNumber = new ByNumber<Numbered>(({ start }) => start);
    byNumber.add({ op: 1, start: 0 });
    byNumber.delete(17);
    byNumber.delete(2);
    expect(byNumber.keys()).toEqual([1]);
  });
});
