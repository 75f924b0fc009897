import type { Clock } from '../clock.ts';
import type { Carried } from '../value/cargo.ts';
import type { Codec } from '../value/codec.ts';
import type { PassedEnd, Window } from '../wire/message.ts';
import type { Authority } from './authority.ts';
import type { End } from './end.ts';

/** What a party does for its operations and its selects. */
export interface PartyServices<V> {
  readonly authority: Authority<V>;
  readonly codec: Codec<V>;
  readonly clock: Clock;
  readonly window: Window;
  readonly maxValueBytes: number;
  /** Whose ends the values can carry. */
  readonly party: object;
  readonly ends: () => Iterable<End<V>>;
  /** Whether its authority is at the other end of a link. */
  readonly isLinked?: boolean;
  /** What the code gets for the ends that a value carries. */
  readonly arriving: (ends: readonly PassedEnd[]) => readonly Carried[];
  /** Nobody is left to whom these ends could be given. */
  readonly decline: (ends: readonly PassedEnd[] | undefined) => void;
  readonly nextOp: () => number;
  /** Whether there is code left that can be given a value. */
  readonly isWorking: () => boolean;
  /** Whether code is left that finishes what it has, and is given nothing new. */
  readonly isRetiring: () => boolean;
  readonly onBegun: () => void;
  readonly onEnded: () => void;
  /** Something less is under way on this end. */
  readonly onLeft: (end: End<V>) => void;
}
