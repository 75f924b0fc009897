/** Time, for those who wait. The core has none of its own: it is given one, real or simulated. */
export interface Clock {
  /** Calls `ring` once, after so many milliseconds, unless it is cancelled before. */
  after(milliseconds: number, ring: () => void): Cancel;
}

export type Cancel = () => void;
