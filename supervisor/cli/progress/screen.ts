import type { View } from './timeline.ts';

/** Where progress is shown. */
export interface Screen {
  /** How often it wants a new view, in milliseconds. */
  readonly every: number;
  show(view: View): void;
  /** The last view; it stays. */
  finish(view: View): void;
}
