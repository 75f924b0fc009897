import type { Clock } from '../src/clock.ts';

/** The longest that a timer of this platform can be; a longer one would ring at once. */
const longest = 2 ** 31 - 1;

/** The machine's time. A wait that is part of an operation keeps the process alive. */
export const systemClock: Clock = {
  get now() {
    return Date.now();
  },
  get elapsed() {
    return performance.now();
  },
  after(milliseconds, ring) {
    let timer: ReturnType<typeof setTimeout>;
    const wait = (left: number) => {
      const next = left > longest ? () => wait(left - longest) : ring;
      timer = setTimeout(next, Math.min(left, longest));
    };
    wait(milliseconds);
    return () => clearTimeout(timer);
  },
};

/**
 * The same time, for those who look whether others still live: it rings when what had arrived by then has been
 * read, and keeps no process alive.
 */
export const watchClock: Clock = {
  get now() {
    return Date.now();
  },
  get elapsed() {
    return performance.now();
  },
  after(milliseconds, ring) {
    let soon: ReturnType<typeof setImmediate> | undefined;
    const timer = setTimeout(
      () => {
        soon = setImmediate(ring);
      },
      Math.min(milliseconds, longest),
    ).unref();
    return () => {
      clearTimeout(timer);
      clearImmediate(soon);
    };
  },
};
