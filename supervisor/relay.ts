/**
 * The part of the supervisor's own code that passes values on. It never decodes them: what a process sent
 * arrives at the next one byte for byte.
 */
import { systemClock } from '../platform/clock.ts';
import type { Failure } from '../src/arbiter/events.ts';
import { Handle, type Held } from '../src/ends/handle.ts';
import { Receiver } from '../src/ends/receiver.ts';
import { Sender } from '../src/ends/sender.ts';
import type { Exchange } from '../src/exchange/exchange.ts';
import type { Seat, SeatedEnd } from '../src/exchange/seat.ts';
import { Party } from '../src/party/party.ts';
import { opaqueCodec } from '../src/value/codec.ts';

/** A value in transit: its bytes. */
export type Parcel = Uint8Array;

export class Relay {
  readonly #exchange: Exchange<Parcel>;
  readonly #seat: Seat<Parcel>;
  readonly #party: Party<Parcel>;

  constructor(exchange: Exchange<Parcel>) {
    const unlimited = Number.POSITIVE_INFINITY;
    this.#exchange = exchange;
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
    });
  }

  receiver(end: SeatedEnd, channel: string): Receiver<Parcel> {
    return new Receiver(this.#held(end, channel));
  }

  sender(end: SeatedEnd, channel: string): Sender<Parcel> {
    return new Sender(this.#held(end, channel));
  }

  /** Gives up an end, and lets whoever is at the other side know that it did not end well. */
  break(handle: Handle, failure: Failure): void {
    if (handle.closed) return;
    const { end } = Handle.move(handle, 'nobody');
    const seated = this.#seat.surrender(end.number);
    if (seated !== undefined) this.#exchange.release(seated.channel, seated.side, failure);
  }

  #held(end: SeatedEnd, channel: string): Held {
    const held = {
      party: this.#party,
      end: this.#party.end(this.#seat.admit(end), end.side, channel),
    };
    return held as unknown as Held;
  }
}
