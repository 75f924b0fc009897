/** What travels between the three stages. */

export interface Series {
  readonly place: string;
  /** Every few hours, in degrees. */
  readonly degrees: readonly number[];
}

export interface Summary {
  readonly place: string;
  readonly median: number;
  /** Standard deviation. */
  readonly spread: number;
  /** Of the line through them: in degrees from one to the next. */
  readonly slope: number;
}
