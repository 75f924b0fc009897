import { Packr } from 'msgpackr';
import type { ChannelId, LetterMaker, Terms } from '../../src/arbiter/events.ts';
import { Exchange } from '../../src/exchange/exchange.ts';
import type { Limits, Reply, Seat } from '../../src/exchange/seat.ts';
import type { Random } from '../model/random.ts';
import { contentOf } from './code.ts';
import type { History, ValueId, Who } from './history.ts';

/** Where an exchange is. */
export interface Place<V> {
  /** The number before that of its first channel. */
  readonly first: ChannelId;
  /** The code in whose process it is; the supervisor's is nobody's. */
  readonly owner: Who | undefined;
  readonly letterOf: LetterMaker<V>;
}

/** An exchange of which the history notes what it does. */
export class ObservedExchange<V = Uint8Array> extends Exchange<V> {
  readonly #history: History;
  readonly #idOf: (value: V) => ValueId;
  readonly #place: Place<V>;
  /** Told of channels that go directly, and of which ends were counted. */
  onRegrouped: (channel: ChannelId) => void = () => {};

  constructor(history: History, random: Random, idOf: (value: V) => ValueId, place: Place<V>) {
    super(
      (value, obituary) => {
        const { id = 0 } =
          [...history.channels.values()].find(
            ({ id: one }) => `channel ${one}` === obituary.channel,
          ) ?? {};
        const channel = history.channels.get(id)?.deadLetters ?? 0;
        history.buried.push({ value: idOf(value), channel, at: history.tick() });
        history.tell(() => `the exchange buries ${idOf(value)} on ${channel}`);
        return place.letterOf(value, obituary);
      },
      {
        onRegrouped: ({ channel }) => this.onRegrouped(channel),
        onDiscarded: ({ value, reason }) => {
          history.discarded.push({ value: idOf(value), reason });
          history.tell(() => `the exchange drops ${idOf(value)}: ${reason}`);
        },
      },
      (below) => random.below(below),
    );
    this.#history = history;
    this.#idOf = idOf;
    this.#place = place;
  }

  override open(terms: Terms, name?: string, deadLetters?: ChannelId): number {
    const number = super.open(terms, name, deadLetters);
    const { first, owner } = this.#place;
    const id = first + number;
    const statistics = () => this.observe(number)?.statistics;
    const failures = { send: [], receive: [] };
    this.#history.channels.set(id, {
      id,
      terms,
      deadLetters: deadLetters && first + deadLetters,
      failures,
      owner,
      statistics,
    });
    return number;
  }

  override seat(onReply: (reply: Reply<V>) => void, limits: Limits<V>): Seat<V> {
    const history = this.#history;
    const idOf = this.#idOf;
    const seat = super.seat((reply) => {
      if (reply.type === 'deliver') {
        const { party, attempt } = reply;
        const value = idOf(reply.value);
        history.deliveries.push({ value, party, attempt, at: history.tick() });
        history.tell(() => `the exchange delivers ${value} to party ${party}, attempt ${attempt}`);
      }
      onReply(reply);
    }, limits);
    const { first } = this.#place;
    const { taken, abandoned } = seat;
    seat.abandoned = (op, failure) => {
      const held = heldBy(seat, op, idOf);
      if (held !== undefined) history.deaths.push({ value: held, at: history.tick() });
      history.tell(() => `the exchange hears that party ${seat.party} failed on ${held}`);
      abandoned.call(seat, op, failure);
    };
    seat.taken = (op, given) => {
      const held = heldBy(seat, op, idOf);
      const channel = first + (seat.operations().get(op)?.channel ?? 0);
      if (held !== undefined) history.taken.push({ value: held, channel });
      history.tell(() => `the exchange hears from party ${seat.party} that ${held} was taken`);
      taken.call(seat, op, given);
    };
    return seat;
  }
}

/** The ends in a value are of no interest here. */
const packr = new Packr({ useRecords: false });

/** The values that somebody at a seat has in hand. */
export function inHandAt(seat: Seat<Uint8Array>): readonly ValueId[] {
  return [...seat.operations().keys()].flatMap((op) => heldBy(seat, op, valueIn) ?? []);
}

function heldBy<V>(seat: Seat<V>, op: number, idOf: (value: V) => ValueId): ValueId | undefined {
  const held = seat.operations().get(op)?.held;
  return held && idOf(held.value);
}

export function valueIn(bytes: Uint8Array): ValueId {
  const [id] = contentOf(packr.unpack(bytes));
  return id;
}
