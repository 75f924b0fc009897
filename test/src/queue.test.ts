import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Queue } from '../../src/queue.ts';

describe('Queue', () => {
  it('gives out what it was given, in order, whatever comes and goes', () => {
    const step = fc.constantFrom('push', 'push', 'shift', 'take');
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const queue = new Queue<number>();
        let model: number[] = [];
        for (const [number, what] of steps.entries()) {
          if (what === 'push') {
            queue.push(number);
            model.push(number);
          } else if (what === 'shift') {
            expect(queue.shift()).toBe(model.shift());
          } else {
            expect(queue.take()).toEqual(model);
            model = [];
          }
          expect(queue).toHaveLength(model.length);
          expect([...queue]).toEqual(model);
        }
      }),
    );
  });
});
