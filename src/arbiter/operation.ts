import type {
  ChannelEnd,
  ChannelId,
  Choice,
  Guard,
  OpNumber,
  PartyId,
  Patience,
} from './events.ts';
import type { Place } from './line.ts';
import { type Happening, type State, transitions } from './transitions.ts';

/** A value and a receive that stand aside together: the owner of at least one of them was asked. */
export interface Engagement<V> {
  readonly value: Side<V>;
  readonly receive: Side<V>;
}

/** One guard of one operation: in line, aside, or just arriving. */
export type Side<V> = Pick<Place<V>, 'operation' | 'guard'>;

/** One operation of one party, from its offer to its ending (or longer, when its value outlives it). */
export class Operation<V> {
  readonly party: PartyId;
  readonly op: OpNumber;
  readonly guards: readonly Guard<V>[];
  readonly choice: Choice;
  readonly patience: Patience;
  /** Its position in every line, for life: the number of its arrival. */
  readonly arrival: number;
  /**
   * The ends that its values carry: each counts on its channel (R9) until the operation has ended, or has
   * committed to another guard.
   */
  carried: readonly ChannelEnd[];
  state: State = 'waiting';
  /** Where it stands in line: one place for each guard that waits. */
  places: readonly Place<V>[] = [];
  /** The guard that it has committed to, for ever; -1 before. */
  committed = -1;
  /** How many receivers died with its value in hand. */
  attempts = 0;
  /** With whom it stands aside. */
  engagement: Engagement<V> | undefined;
  /** A holding receive: the send whose value it was given. */
  held: Operation<V> | undefined;

  constructor(
    party: PartyId,
    op: OpNumber,
    guards: readonly Guard<V>[],
    choice: Choice,
    patience: Patience,
    arrival: number,
  ) {
    this.party = party;
    this.op = op;
    this.guards = guards;
    this.choice = choice;
    this.patience = patience;
    this.arrival = arrival;
    this.carried = carriedBy(guards);
  }

  /** The value of the send guard that it has committed to. */
  get value(): V {
    const guard = this.guards[this.committed];
    if (guard?.side !== 'send') throw new Error('only an operation that sends has a value');
    return guard.value;
  }

  /** The ends that this value carries. */
  get ends(): readonly ChannelEnd[] | undefined {
    const guard = this.guards[this.committed];
    return guard?.side === 'send' ? guard.ends : undefined;
  }

  /** The channel of the guard that it has committed to. */
  get channel(): ChannelId {
    const guard = this.guards[this.committed];
    if (guard === undefined) throw new Error('the operation has not committed to a guard');
    return guard.channel;
  }

  /** The guards that count: after it has committed to one, that one alone. */
  get openGuards(): readonly number[] {
    return this.committed === -1 ? [...this.guards.keys()] : [this.committed];
  }

  /** Whether it stands in no line because its owner, or that of its partner, was asked. */
  get isAside(): boolean {
    return this.state === 'asked' || this.state === 'freed' || this.state === 'engaged';
  }

  /** The other one of its engagement. */
  get partner(): Operation<V> | undefined {
    const { value, receive } = this.engagement ?? {};
    return value?.operation === this ? receive?.operation : value?.operation;
  }

  /** What the table says of `happening` now; the state changes unless it is ignored or illegal. */
  undergo(happening: Happening): State | 'ignored' | 'illegal' {
    const verdict = transitions[this.state][happening];
    if (verdict !== 'ignored' && verdict !== 'illegal') this.state = verdict;
    return verdict;
  }
}

const nothing: readonly never[] = [];

function carriedBy<V>(guards: readonly Guard<V>[]): readonly ChannelEnd[] {
  let carried: readonly ChannelEnd[] = nothing;
  for (const guard of guards) {
    if (guard.side === 'receive' || guard.ends === undefined) continue;
    carried = carried === nothing ? guard.ends : [...carried, ...guard.ends];
  }
  return carried;
}
