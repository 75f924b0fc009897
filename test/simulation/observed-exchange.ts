import { Packr } from 'msgpackr';
import type { Terms } from '../../src/arbiter/events.ts';
import { Exchange } from '../../src/exchange/exchange.ts';
import type { Limits, Reply, Seat } from '../../src/exchange/seat.ts';
import type { Random } from '../model/random.ts';
import type { Value } from './code.ts';
import type { History, ValueId } from './history.ts';

/** An exchange of which the history notes what it does. */
export class ObservedExchange extends Exchange<Uint8Array> {
  readonly #history: History;

  constructor(history: History, random: Random) {
    super(
      ({ value, reason }) => {
        history.discarded.push({ value: valueIn(value), reason });
        history.tell(() => `the exchange drops ${valueIn(value)}: ${reason}`);
      },
      (below) => random.below(below),
    );
    this.#history = history;
  }

  override open(terms: Terms): number {
    const id = super.open(terms);
    this.#history.channels.set(id, { id, terms, failures: { send: [], receive: [] } });
    return id;
  }

  override seat(
    onReply: (reply: Reply<Uint8Array>) => void,
    limits: Limits<Uint8Array>,
  ): Seat<Uint8Array> {
    const history = this.#history;
    const seat = super.seat((reply) => {
      if (reply.type === 'deliver') {
        const { party, attempt } = reply;
        const value = valueIn(reply.value);
        history.deliveries.push({ value, party, attempt, at: history.tick() });
        history.tell(() => `the exchange delivers ${value} to party ${party}, attempt ${attempt}`);
      }
      onReply(reply);
    }, limits);
    const { taken } = seat;
    seat.taken = (op, given) => {
      const held = heldBy(seat, op);
      if (held !== undefined) history.taken.push(held);
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
  return [...seat.operations().keys()].flatMap((op) => heldBy(seat, op) ?? []);
}

function heldBy(seat: Seat<Uint8Array>, op: number): ValueId | undefined {
  const held = seat.operations().get(op)?.held;
  return held && valueIn(held.value);
}

export function valueIn(bytes: Uint8Array): ValueId {
  const [id] = packr.unpack(bytes) as Value;
  return id;
}
