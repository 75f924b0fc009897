/** Time, for those who wait. The core has none of its own: it is given one, real or simulated. */
export interface Clock {
  /** Milliseconds since 1970, as the calendar has it: it may be set forth or back. */
  readonly now: number;
  /** Milliseconds since some moment in the past: it only goes on. */
  readonly elapsed: number;
  /** Calls `ring` once, after so many milliseconds, unless it is cancelled before. */
  after(milliseconds: number, ring: () => void): Cancel;
}

export type Cancel = () => void;
