/**
 * The arbiter with its seats: who takes part, which end numbers each may use, and where each effect goes.
 * It does no I/O: a seat hands the replies to whoever sits there.
 */
import { Arbiter } from '../arbiter/arbiter.ts';
import type { Observed } from '../arbiter/channel-state.ts';
import type {
  ArbiterEvent,
  ChannelEffect,
  ChannelId,
  DirectLines,
  Effect,
  Failure,
  LetterMaker,
  PartyId,
  Side,
  Terms,
} from '../arbiter/events.ts';
import { type Pick, randomly } from '../chance.ts';
import { type Wait, waitsOf } from '../deadlock/waits.ts';
import { RememberingMap } from '../remembering-map.ts';
import { type Limits, type Reply, Seat } from './seat.ts';

/** What whoever made the exchange hears of its values. */
export interface ExchangeObserver<V> {
  /** A value that had been accepted was dropped. */
  onDiscarded?(discarded: Extract<ChannelEffect<V>, { type: 'discarded' }>): void;
  /** An attempt at a value has failed; it waits for the next. */
  onRetried?(retried: Extract<ChannelEffect<V>, { type: 'retried' }>): void;
  /** The ends of a channel that goes directly have changed. */
  onRegrouped?(regrouped: Extract<ChannelEffect<V>, { type: 'regrouped' }>): void;
  /** A value became a dead letter. */
  onBuried?(buried: Extract<ChannelEffect<V>, { type: 'buried' }>): void;
}

export class Exchange<V> {
  readonly #arbiter: Arbiter<V>;
  readonly #seats = new RememberingMap<PartyId, Seat<V>>();
  readonly #observer: ExchangeObserver<V>;
  #isPassingOn = false;
  #channels = 0;
  #parties = 0;

  /** @param letterOf how the values that are exchanged are put inside dead letters */
  constructor(letterOf: LetterMaker<V>, observer: ExchangeObserver<V> = {}, pick: Pick = randomly) {
    this.#arbiter = new Arbiter(pick, letterOf);
    this.#observer = observer;
  }

  /**
   * A new channel, with one end on each side; whoever opens it answers for both.
   * @param name for people
   * @param deadLetters where its dead letters go: it is one more sender of that channel
   */
  open(terms: Terms, name?: string, deadLetters?: ChannelId): ChannelId {
    const channel = ++this.#channels;
    this.#step({
      type: 'open',
      channel,
      terms,
      ...(name !== undefined && { name }),
      ...(deadLetters !== undefined && { deadLetters }),
    });
    return channel;
  }

  /** A rendezvous on which values are tried as often, and set aside as they are on another channel. */
  openLike(other: ChannelId, name: string): ChannelId {
    const { terms, deadLetters } = this.observe(other) ?? {};
    const maxAttempts = terms?.maxAttempts ?? 1;
    const contract = terms?.contract;
    const like = {
      capacity: 0,
      overflow: 'block',
      maxAttempts,
      ...(contract && { contract }),
    } as const;
    return this.open(like, name, deadLetters?.id);
  }

  /** One more end of a channel. */
  hold(channel: ChannelId, side: Side): void {
    this.#step({ type: 'hold', channel, side });
  }

  /** One end less; with a failure when it did not end well. */
  release(channel: ChannelId, side: Side, failure?: Failure): void {
    this.#step({ type: 'release', channel, side, ...(failure && { failure }) });
  }

  /**
   * Two processes exchange values of a channel themselves.
   * @param taken how many were since that was last said
   * @param lines what waits there; nothing when they do so no more
   */
  goesDirectly(channel: ChannelId, taken: number, lines: DirectLines | undefined): void {
    this.#step({ type: 'direct', channel, taken, lines });
  }

  /** A place for one more participant. */
  seat(onReply: (reply: Reply<V>) => void, limits: Limits<V>): Seat<V> {
    const party = ++this.#parties;
    const seat = new Seat(party, onReply, limits, {
      step: (event) => this.#step(event),
      open: (terms, name, deadLetters) => this.open(terms, name, deadLetters),
      observe: (channel) => this.observe(channel),
      operations: () => this.#arbiter.operationsOf(party),
      leave: (failure, wasEnded) => {
        this.#seats.delete(party);
        this.#step({ type: 'gone', party, ...(failure && { failure }), wasEnded });
      },
    });
    this.#seats.set(party, seat);
    return seat;
  }

  /** `undefined` when the channel is over; what was returned before stays, with its last counts. */
  observe(channel: ChannelId): Observed | undefined {
    return this.#arbiter.observe(channel);
  }

  /** Whether all that is in a channel, in line or in hand, are sends of one party. */
  holdsOnlySendsOf(party: PartyId, channel: ChannelId): boolean {
    return this.#arbiter.holdsOnlySendsOf(party, channel);
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
      operations: seat.operations().values(),
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
    this.#arbiter.undergo(event);
    if (this.#isPassingOn) return;
    this.#isPassingOn = true;
    try {
      for (let effects = this.#arbiter.effects(); effects.length > 0; ) {
        for (const effect of effects) this.#passOn(effect);
        effects = this.#arbiter.effects();
      }
    } finally {
      this.#isPassingOn = false;
    }
  }

  #passOn(effect: Effect<V>): void {
    switch (effect.type) {
      case 'discarded':
        this.#observer.onDiscarded?.(effect);
        break;
      case 'retried':
        this.#observer.onRetried?.(effect);
        break;
      case 'buried':
        this.#observer.onBuried?.(effect);
        break;
      case 'regrouped':
        this.#observer.onRegrouped?.(effect);
        break;
      default:
        // A seat that has been left hears nothing more: what is said to nobody is dropped.
        this.#seats.get(effect.party)?.hear(effect);
    }
  }
}
