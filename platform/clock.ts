import type { Clock } from '../src/clock.ts';

/** The machine's time. A wait that is part of an operation keeps the process alive. */
export const systemClock: Clock = {
  after(milliseconds, ring) {
    const timer = setTimeout(ring, milliseconds);
    return () => clearTimeout(timer);
  },
};
