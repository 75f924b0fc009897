import type { Cancel, Clock } from '../../src/clock.ts';

interface Timer {
  readonly at: number;
  readonly ring: () => void;
}

/** Time that passes only when it is told to. */
export class SimulatedClock implements Clock {
  now = 0;
  #timers: Timer[] = [];

  get elapsed(): number {
    return this.now;
  }

  get isWaitedFor(): boolean {
    return this.#timers.length > 0;
  }

  after(milliseconds: number, ring: () => void): Cancel {
    const timer = { at: this.now + milliseconds, ring };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Goes on to the next timer, and rings it. */
  advance(): void {
    const next = this.#timers.reduce((first, other) => (other.at < first.at ? other : first));
    this.#timers = this.#timers.filter((other) => other !== next);
    this.now = Math.max(this.now, next.at);
    next.ring();
  }

  /** Goes on without ringing: who waits for a timer is late. */
  pass(milliseconds: number): void {
    this.now += milliseconds;
  }

  /** The same time, with timers that can be dropped all at once: those of one process. */
  forProcess(): Clock & { readonly stop: () => void } {
    const cancels = new Set<Cancel>();
    const clock = this;
    return {
      get now() {
        return clock.now;
      },
      get elapsed() {
        return clock.elapsed;
      },
      after: (milliseconds, ring) => {
        const cancel = this.after(milliseconds, ring);
        cancels.add(cancel);
        return cancel;
      },
      stop: () => {
        for (const cancel of cancels) cancel();
      },
    };
  }
}
