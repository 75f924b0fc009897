/**
 * The part of the supervisor's own code that passes values on. It never decodes them: what a process sent
 * arrives at the next one byte for byte.
 */
import { systemClock } from '../platform/clock.ts';
import type { ChannelEnd, Failure } from '../src/arbiter/events.ts';
import { Handle, type Held } from '../src/ends/handle.ts';
import { handleOf } from '../src/ends/pair.ts';
import { Receiver } from '../src/ends/receiver.ts';
import { Sender } from '../src/ends/sender.ts';
import type { Exchange } from '../src/exchange/exchange.ts';
import type { Seat } from '../src/exchange/seat.ts';
import { Party } from '../src/party/party.ts';
import { opaqueCodec, type Parcel } from '../src/value/codec.ts';
import type { Participant } from './deadlock/participant.ts';

export class Relay {
  readonly #exchange: Exchange<Uint8Array>;
  readonly #name: string;
  readonly #seat: Seat<Uint8Array>;
  readonly #party: Party<Uint8Array>;

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
      probe: () => Promise.resolve(new Map()),
    };
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
