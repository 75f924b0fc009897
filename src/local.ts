/** Channels inside one process: the same arbiter, the same ends, no supervisor, values as they are. */

import type { ChannelEnd } from './arbiter/events.ts';
import type { Clock } from './clock.ts';
import type { Contract } from './contracts/contract.ts';
import { type Compile, localContractOf } from './contracts/make.ts';
import type { ContractSchema } from './contracts/schema.ts';
import { Handle } from './ends/handle.ts';
import { type Channel, handleOf, pairOf } from './ends/pair.ts';
import type { Receiver } from './ends/receiver.ts';
import type { Sender } from './ends/sender.ts';
import { type ChannelOptions, checkDeadLetters, giveDeadLetters, termsOf } from './ends/terms.ts';
import { Exchange } from './exchange/exchange.ts';
import type { Seat } from './exchange/seat.ts';
import type { Authority } from './party/authority.ts';
import { OwnFailure } from './party/own-failure.ts';
import { Party } from './party/party.ts';
import { identityCodec } from './value/codec.ts';
import { letter } from './value/letter.ts';
import type { EndNumber } from './wire/message.ts';

export class LocalChannels {
  readonly #exchange: Exchange<unknown>;
  readonly #seat;
  readonly #party: Party<unknown>;
  readonly #compile: Compile;
  readonly #onClosed = new Map<EndNumber, () => void>();
  #count = 0;

  /** @param compile makes what checks values against a JSON Schema */
  constructor(
    clock: Clock,
    exchange = new Exchange<unknown>(letter),
    compile: Compile = () => {
      throw new Error('nothing here checks values against a JSON Schema');
    },
  ) {
    this.#compile = compile;
    this.#exchange = exchange;
    const unlimited = { operations: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };
    this.#seat = this.#exchange.seat(
      (reply) => {
        if (reply.type === 'violation') throw new Error(`a bug in handover: ${reply.problem}`);
        this.#party.hear(reply);
      },
      { ...unlimited, sizeOf: () => 0 },
    );
    this.#party = new Party(this.#authority(this.#seat), {
      codec: identityCodec,
      clock,
      window: unlimited,
      maxValueBytes: Number.POSITIVE_INFINITY,
      isLocal: true,
      handleOf,
    });
  }

  /** Whether neither a time nor a signal will end what is under way. */
  get isPatient(): boolean {
    return this.#party.isPatient;
  }

  open<T>({
    name = `channel ${++this.#count}`,
    ...options
  }: ChannelOptions<T> & { readonly name?: string }): Channel<T> {
    const contract = this.#contractOf(name, options.contract);
    const terms = termsOf(name, options, contract);
    const deadLetters = checkDeadLetters(name, options, this.#party);
    const letters = deadLetters && this.#seat.endOf(deadLetters.number)?.channel;
    const channel = this.#exchange.open(terms, name, letters);
    giveDeadLetters(name, deadLetters);
    return pairOf(this.#seat, this.#party, channel, name, contract);
  }

  #contractOf(name: string, schema: ContractSchema | undefined): Contract | undefined {
    if (schema === undefined) return undefined;
    return localContractOf(`channel "${name}"`, schema, this.#compile);
  }

  /**
   * Calls back at once when the channel of a receiver that was opened here has no receiver left: nobody else
   * is told before somebody sends.
   */
  onAbandoned(receiver: Receiver<unknown>, callBack: () => void): void {
    this.#onClosed.set(Handle.heldFor(receiver).end.number, callBack);
  }

  /** Gives up a sender on which no send waits: receivers get what is there, and then the error as a cause. */
  break(sender: Sender<never>, error: Error): void {
    const { end } = Handle.move(sender, 'nobody');
    const { channel, side } = this.#seat.endOf(end.number) as ChannelEnd;
    // Its copies stay: only one of the channel's senders is given up.
    if (end.copies > 1) this.#exchange.hold(channel, side);
    else this.#seat.surrender(end.number);
    this.#party.surrender(end);
    this.#exchange.release(channel, side, new OwnFailure(error));
  }

  /** The seat, with an ear for the ends that are closed. */
  #authority(seat: Seat<unknown>): Authority<unknown> {
    return {
      offer: (offer) => seat.offer(offer),
      withdraw: (op, kind) => seat.withdraw(op, kind),
      free: (op) => seat.free(op),
      taken: (op, taker) => seat.taken(op, taker),
      keepsNothing: (end) => seat.keepsNothing(end),
      returned: (op) => seat.returned(op),
      abandoned: (op, failure) => seat.abandoned(op, failure),
      refused: (op, why) => seat.refused(op, why),
      inspect: (end) => seat.inspect(end),
      close: (end) => {
        seat.close(end);
        const callBack = this.#onClosed.get(end);
        this.#onClosed.delete(end);
        callBack?.();
      },
    };
  }
}
