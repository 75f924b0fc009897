import type { OpNumber, PartyId } from '../../src/arbiter/events.ts';

/** Where in its code each operation of a participant is waited for, as far as that is known. */
export type Places = ReadonlyMap<OpNumber, string>;

/** Somebody who takes part at the exchange: a process, or code of the supervisor's own. */
export interface Participant {
  readonly party: PartyId;
  /** For people: `stage "parser"`. */
  readonly name: string;
  /** `undefined` of the supervisor's own code. */
  readonly processId: number | undefined;
  /** Grows with everything that it says or hears. */
  readonly activity: number;
  /** Whether it exchanges values with another directly: then nobody here knows what it waits for. */
  readonly isLinked: boolean;
  /**
   * Asks whether it does nothing any more unless one of its operations ends, and if so, where it waits.
   * `undefined` when it may still do something, or cannot tell.
   */
  probe(wantsPlaces: boolean): Promise<Places | undefined>;
}
