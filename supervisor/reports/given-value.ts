/** The values that a process was given, as the supervisor has them. */
import type { Failure, OpNumber } from '../../src/arbiter/events.ts';
import type { Exchange } from '../../src/exchange/exchange.ts';
import type { HandAnswer, HandWatch } from '../../src/exchange/seat.ts';
import type { SupervisorLink } from '../../src/link/supervisor-link.ts';
import { lasting } from '../../src/value/rooms.ts';

export interface GivenValue {
  /** The name that the process has for the end; it has none for those that came in values, or that it made. */
  readonly end: string | undefined;
  readonly channel: string;
  readonly attempt: number;
  /** Of the attempts before. */
  readonly failures: readonly Failure[];
  readonly bytes: Uint8Array;
  /** How many ends it carries. */
  readonly carried: number;
}

export class GivenValues implements HandWatch {
  readonly #exchange: Exchange<Uint8Array>;
  readonly #link: SupervisorLink;
  /** By channel. */
  readonly #takenLast = new Map<number, GivenValue>();

  constructor(exchange: Exchange<Uint8Array>, link: SupervisorLink) {
    this.#exchange = exchange;
    this.#link = link;
  }

  /** Those of which it has said nothing yet. */
  inHand(): readonly GivenValue[] {
    return [...this.#link.seat.operations().keys()].flatMap((op) => this.#valueOf(op) ?? []);
  }

  /** The last that it took on each channel, of the channels on which it took something last. */
  takenLast(): readonly GivenValue[] {
    return [...this.#takenLast.values()];
  }

  given(): void {}

  answered(op: OpNumber, answer: HandAnswer): void {
    if (answer !== 'taken') return;
    const channel = this.#link.seat.operations().get(op)?.held?.channel;
    const value = this.#valueOf(op);
    if (channel === undefined || value === undefined) return;
    this.#takenLast.delete(channel);
    this.#takenLast.set(channel, value);
    const [oldest] = this.#takenLast.keys();
    if (this.#takenLast.size > mostChannels && oldest !== undefined) this.#takenLast.delete(oldest);
  }

  #valueOf(op: OpNumber): GivenValue | undefined {
    const held = this.#link.seat.operations().get(op)?.held;
    if (held === undefined) return undefined;
    return {
      end: this.#nameOf(held.channel),
      channel: this.#exchange.observe(held.channel)?.name ?? `#${held.channel}`,
      attempt: held.attempts + 1,
      failures: held.failures,
      bytes: lasting(held.value),
      carried: held.ends?.length ?? 0,
    };
  }

  #nameOf(channel: number): string | undefined {
    const { named, seat } = this.#link;
    return named.find(({ side, end }) => {
      return side === 'receive' && seat.endOf(end)?.channel === channel;
    })?.name;
  }
}

/** A process that is given channels in values may receive on any number of them. */
const mostChannels = 16;
