/** Channels inside one process: the same arbiter, the same ends, no supervisor, values as they are. */

import type { Clock } from './clock.ts';
import { type Channel, handleOf, pairOf } from './ends/pair.ts';
import { type ChannelOptions, termsOf } from './ends/terms.ts';
import { Exchange } from './exchange/exchange.ts';
import { Party } from './party/party.ts';
import { identityCodec } from './value/codec.ts';

export class LocalChannels {
  readonly #exchange: Exchange<unknown>;
  readonly #seat;
  readonly #party: Party<unknown>;
  #count = 0;

  constructor(clock: Clock, exchange = new Exchange<unknown>(() => {})) {
    this.#exchange = exchange;
    const unlimited = { operations: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };
    this.#seat = this.#exchange.seat(
      (reply) => {
        if (reply.type === 'violation') throw new Error(`a bug in handover: ${reply.problem}`);
        this.#party.hear(reply);
      },
      { ...unlimited, sizeOf: () => 0 },
    );
    this.#party = new Party(this.#seat, {
      codec: identityCodec,
      clock,
      window: unlimited,
      maxValueBytes: Number.POSITIVE_INFINITY,
      isLocal: true,
      handleOf,
    });
  }

  open<T>(options: ChannelOptions & { readonly name?: string }): Channel<T> {
    const name = options.name ?? `channel ${++this.#count}`;
    const channel = this.#exchange.open(termsOf(name, options));
    return pairOf(this.#seat, this.#party, channel, name);
  }
}
