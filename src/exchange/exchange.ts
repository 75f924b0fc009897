/**
 * The arbiter with its seats: who takes part, which end numbers each may use, and where each effect goes.
 * It does no I/O: a seat hands the replies to whoever sits there.
 */
import { Arbiter } from '../arbiter/arbiter.ts';
import type { Observed } from '../arbiter/channel-state.ts';
import type {
  ArbiterEvent,
  ChannelId,
  DiscardReason,
  Effect,
  Failure,
  PartyId,
  Side,
  Terms,
} from '../arbiter/events.ts';
import { type Pick, randomly } from '../chance.ts';
import { type Wait, waitsOf } from '../deadlock/waits.ts';
import { type Limits, type Reply, Seat } from './seat.ts';

/** A value that had been accepted was dropped. */
export interface Discarded<V> {
  readonly channel: ChannelId;
  readonly value: V;
  readonly reason: DiscardReason;
}

export class Exchange<V> {
  readonly #arbiter: Arbiter<V>;
  readonly #seats = new Map<PartyId, Seat<V>>();
  readonly #onDiscarded: (discarded: Discarded<V>) => void;
  /** Effects of steps that were taken while others were passed on. */
  readonly #later: (readonly Effect<V>[])[] = [];
  #isPassingOn = false;
  #channels = 0;
  #parties = 0;

  constructor(onDiscarded: (discarded: Discarded<V>) => void, pick: Pick = randomly) {
    this.#arbiter = new Arbiter(pick);
    this.#onDiscarded = onDiscarded;
  }

  /**
   * A new channel, with one end on each side; whoever opens it answers for both.
   * @param name for people
   */
  open(terms: Terms, name?: string): ChannelId {
    const channel = ++this.#channels;
    this.#step({ type: 'open', channel, terms, ...(name !== undefined && { name }) });
    return channel;
  }

  /** One more end of a channel. */
  hold(channel: ChannelId, side: Side): void {
    this.#step({ type: 'hold', channel, side });
  }

  /** One end less; with a failure when it did not end well. */
  release(channel: ChannelId, side: Side, failure?: Failure): void {
    this.#step({ type: 'release', channel, side, ...(failure && { failure }) });
  }

  /** A place for one more participant. */
  seat(onReply: (reply: Reply<V>) => void, limits: Limits<V>): Seat<V> {
    const party = ++this.#parties;
    const seat = new Seat(party, onReply, limits, {
      step: (event) => this.#step(event),
      open: (terms, name) => this.open(terms, name),
      observe: (channel) => this.observe(channel),
      operations: () => this.#arbiter.operationsOf(party),
      leave: () => {
        this.#seats.delete(party);
        this.#step({ type: 'gone', party });
      },
    });
    this.#seats.set(party, seat);
    return seat;
  }

  /** `undefined` when the channel is over; what was returned before stays, with its last counts. */
  observe(channel: ChannelId): Observed | undefined {
    return this.#arbiter.observe(channel);
  }

  /** Every channel that is not over. */
  get channels(): Iterable<Observed> {
    return this.#arbiter.channels;
  }

  /** What every participant waits for now, and who could end it. */
  waits(): readonly Wait[] {
    const waiters = [...this.#seats.values()].map((seat) => ({
      party: seat.party,
      ends: seat.ends(),
      operations: [...seat.operations().values()],
    }));
    return waitsOf(waiters, this.#arbiter.channels);
  }

  checkInvariants(): void {
    this.#arbiter.checkInvariants();
  }

  /**
   * A reply can lead to another step before the other replies are out: they wait in line, so that everyone
   * hears everything in the order in which it happened.
   */
  #step(event: ArbiterEvent<V>): void {
    const effects = this.#arbiter.step(event);
    if (this.#isPassingOn) {
      this.#later.push(effects);
      return;
    }
    this.#isPassingOn = true;
    try {
      for (const effect of effects) this.#passOn(effect);
      for (let more = this.#later.shift(); more; more = this.#later.shift()) {
        for (const effect of more) this.#passOn(effect);
      }
    } finally {
      this.#isPassingOn = false;
    }
  }

  #passOn(effect: Effect<V>): void {
    if (effect.type === 'discarded') this.#onDiscarded(effect);
    // A seat that has been left hears nothing more: what is said to nobody is dropped.
    else this.#seats.get(effect.party)?.hear(effect);
  }
}
