/**
 * The part of the supervisor's own code that passes values on. It never decodes them: what a process sent
 * arrives at the next one byte for byte.
 */
import { systemClock } from '../../platform/clock.ts';
import type { ChannelEnd, ChannelId, Failure } from '../../src/arbiter/events.ts';
import { Handle, type Held } from '../../src/ends/handle.ts';
import { handleOf } from '../../src/ends/pair.ts';
import { Receiver } from '../../src/ends/receiver.ts';
import { Sender } from '../../src/ends/sender.ts';
import type { Exchange } from '../../src/exchange/exchange.ts';
import type { Seat } from '../../src/exchange/seat.ts';
import { Party } from '../../src/party/party.ts';
import { opaqueCodec, type Parcel } from '../../src/value/codec.ts';
import type { Participant } from '../deadlock/participant.ts';

/** How many attempts at values of a channel have failed, and how many of these values were set aside. */
export interface Mishaps {
  readonly retried: number;
  readonly buried: number;
}

const none: Mishaps = { retried: 0, buried: 0 };

export class Relay {
  readonly #exchange: Exchange<Uint8Array>;
  readonly #name: string;
  readonly #seat: Seat<Uint8Array>;
  readonly #party: Party<Uint8Array>;
  readonly #mishaps = new Map<ChannelId, Mishaps>();

  /** @param name for people */
  constructor(exchange: Exchange<Uint8Array>, name: string) {
    const unlimited = Number.POSITIVE_INFINITY;
    this.#exchange = exchange;
    this.#name = name;
    this.#seat = exchange.seat(
      (reply) => {
        if (reply.type === 'violation') throw new Error(`a bug in handover: ${reply.problem}`);
        this.#party.hear(reply);
      },
      { operations: unlimited, bytes: unlimited, sizeOf: () => 0 },
    );
    this.#party = new Party(this.#seat, {
      codec: opaqueCodec,
      clock: systemClock,
      window: { operations: 1, bytes: unlimited },
      maxValueBytes: unlimited,
      handleOf,
    });
  }

  /** It does nothing but pass values on: it is idle whenever it waits. */
  get participant(): Participant {
    const seat = this.#seat;
    return {
      party: seat.party,
      get activity() {
        return seat.activity;
      },
      name: this.#name,
      processId: undefined,
      isLinked: false,
      probe: () => Promise.resolve(new Map()),
    };
  }

  /** An attempt at a value of this channel has failed; or the last one, and it became a dead letter. */
  mishap(channel: ChannelId, what: keyof Mishaps): void {
    const { retried, buried } = this.mishapsOn(channel);
    const more =
      what === 'retried' ? { retried: retried + 1, buried } : { retried, buried: buried + 1 };
    this.#mishaps.set(channel, more);
  }

  /** Whether a receiver of this channel has a value in hand. */
  isInHand(channel: ChannelId): boolean {
    return (this.#exchange.observe(channel)?.statistics.inHand ?? 0) > 0;
  }

  mishapsOn(channel: ChannelId): Mishaps {
    return this.#mishaps.get(channel) ?? none;
  }

  receiver(end: ChannelEnd, channel: string): Receiver<Parcel> {
    return new Receiver(this.#held(end, channel));
  }

  sender(end: ChannelEnd, channel: string): Sender<Parcel> {
    return new Sender(this.#held(end, channel));
  }

  /** Gives up an end, and lets whoever is at the other side know that it did not end well. */
  break(handle: Handle, failure: Failure): void {
    if (handle.closed) return;
    const { end } = Handle.move(handle, 'nobody');
    const seated = this.#seat.surrender(end.number);
    if (seated !== undefined) this.#exchange.release(seated.channel, seated.side, failure);
  }

  #held(end: ChannelEnd, channel: string): Held {
    const held = {
      party: this.#party,
      end: this.#party.end(this.#seat.admit(end), end.side, channel),
    };
    return held as unknown as Held;
  }
}
