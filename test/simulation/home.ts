/** The supervisor's own code: a party like any other, without a link. */
import type { ChannelId, PartyId, Side } from '../../src/arbiter/events.ts';
import { handleOf } from '../../src/ends/pair.ts';
import type { Receiver } from '../../src/ends/receiver.ts';
import type { Sender } from '../../src/ends/sender.ts';
import type { Reply, Seat } from '../../src/exchange/seat.ts';
import { Party } from '../../src/party/party.ts';
import type { Random } from '../model/random.ts';
import type { SimulatedClock } from './clock.ts';
import { Code, type Value } from './code.ts';
import type { History } from './history.ts';
import { type Near, openNear } from './near.ts';
import type { ObservedExchange } from './observed-exchange.ts';
import { reusingCodec } from './reusing-codec.ts';

const unlimited = { operations: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };

export class Home {
  readonly code: Code;
  readonly near: Near | undefined;
  readonly #seat: Seat<Uint8Array>;
  readonly #party: Party<Uint8Array>;

  constructor(exchange: ObservedExchange, history: History, random: Random, clock: SimulatedClock) {
    this.code = new Code('home', history, random, clock, true);
    this.near = random.chance(0.5) ? openNear(this.code, history, random, clock) : undefined;
    this.#seat = exchange.seat((reply) => this.#hear(reply), {
      ...unlimited,
      sizeOf: (value) => value.length,
    });
    this.#party = new Party(this.#seat, {
      codec: reusingCodec,
      clock,
      window: unlimited,
      maxValueBytes: 1_000,
      handleOf,
    });
  }

  get party(): PartyId {
    return this.#seat.party;
  }

  /** Whether it does nothing any more unless it is told something. */
  get isIdle(): boolean {
    return (
      !this.code.wantsToAct &&
      !this.code.hasWork &&
      this.#party.isPatient &&
      this.near?.channels.isPatient !== false
    );
  }

  give(channel: ChannelId, side: Side): void {
    const end = this.#party.end(this.#seat.admit({ channel, side }), side, `channel ${channel}`);
    this.code.give(channel, handleOf(this.#party, end) as Sender<Value> | Receiver<Value>);
  }

  #hear(reply: Reply<Uint8Array>): void {
    if (reply.type === 'violation') throw new Error(reply.problem);
    this.#party.hear(reply);
  }
}
