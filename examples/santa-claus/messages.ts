/** What the processes hand to each other. */
import type { Sender } from 'handover/child';

/** Somebody who comes to Santa's, and where to tell when Santa is done. */
export type Visitor = { readonly name: string; readonly done: Sender<null> };

/** Those who go in to Santa together. */
export type Group = readonly Visitor[];

/** What Santa has done, for the check at the end. */
export type Deed = {
  readonly what: 'toys delivered' | 'elves helped';
  readonly who: readonly string[];
  /** Which groups stood at the door when Santa chose. */
  readonly reindeerWaited: boolean;
  readonly elvesWaited: boolean;
};
