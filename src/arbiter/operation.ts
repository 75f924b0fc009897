import type {
  ChannelEnd,
  ChannelId,
  Choice,
  Failure,
  Guard,
  OpNumber,
  PartyId,
  Patience,
} from './events.ts';
import { remember } from './failures.ts';
import type { Place } from './line.ts';
import { type Happening, type State, transitions } from './transitions.ts';

/** A value and a receive that stand aside together: the owner of at least one of them was asked. */
export interface Engagement<V> {
  readonly value: Side<V>;
  readonly receive: Side<V>;
}

/** What was tried, and failed. */
export type Attempts = Pick<Operation<never>, 'attempts' | 'failures'>;

/** One guard of one operation: in line, aside, or just arriving. */
export type Side<V> = Pick<Place<V>, 'operation' | 'guard'>;

/** One operation of one party, from its offer to its ending (or longer, when its value outlives it). */
export class Operation<V> {
  readonly party: PartyId;
  readonly op: OpNumber;
  /** Those of its offer; that of a dead letter leads to the channel of dead letters. */
  guards: readonly Guard<V>[];
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
  places: readonly Place<V>[] = nothing;
  /** The guard that it has committed to, for ever; -1 before. */
  committed = -1;
  /** How many attempts at its value have failed on the channel where it is. */
  attempts = 0;
  /** How many of these count against the attempts that it may have: those that nobody else brought to an end. */
  blamed = 0;
  /** How they failed, as far as it is known. */
  failures: readonly Failure[] = nothing;
  /** Of a dead letter: the attempts before it was one. */
  before: Attempts | undefined;
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

  /** All attempts at its value that have failed, wherever. */
  get allAttempts(): number {
    return this.attempts + (this.before?.attempts ?? 0);
  }

  get allFailures(): readonly Failure[] {
    return this.before === undefined ? this.failures : [...this.before.failures, ...this.failures];
  }

  /**
   * One more attempt at its value has failed.
   * @param isBlamed whether that counts against the attempts that it may have
   */
  countAttempt(failure: Failure | undefined, isBlamed: boolean): void {
    this.attempts++;
    if (isBlamed) this.blamed++;
    if (failure !== undefined) this.failures = remember(this.failures, failure);
  }

  /** It is a dead letter from now on: this value, on that channel. It keeps its place in time. */
  readdress(channel: ChannelId, value: V): void {
    this.before = { attempts: this.allAttempts, failures: this.allFailures };
    this.attempts = 0;
    this.blamed = 0;
    this.failures = nothing;
    const ends = this.ends;
    this.guards = this.guards.with(this.committed, { side: 'send', channel, value, ends });
  }

  /** The guards that count: after it has committed to one, that one alone. */
  get openGuards(): readonly number[] {
    return this.committed === -1 ? [...this.guards.keys()] : [this.committed];
  }

  /** Whether it stands in no line because its owner, or that of its partner, was asked. */
  get isAside(): boolean {
    return this.state === 'asked' || this.state === 'freed' || this.state === 'engaged';
  }

  /** Whether somebody had its value in hand, and failed on it: then it outlives its sender (R8). */
  get isKnown(): boolean {
    return this.allAttempts > 0;
  }

  /** Whether no party owns it any more. */
  get isOfChannel(): boolean {
    return this.state === 'stored' || this.state === 'reserved';
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
