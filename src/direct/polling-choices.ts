/**
 * Choices that only poll, and name an end whose link has to end first: at the supervisor they would miss whoever waits
 * at the other end of it. None waits for long.
 */
import type { OpNumber } from '../arbiter/events.ts';
import type { Cancel } from '../clock.ts';
import type { Offer } from '../party/authority.ts';
import type { EndNumber } from '../wire/message.ts';

type Choice = Offer<Uint8Array>;

interface Held {
  readonly choice: Choice;
  readonly stopWaiting: Cancel;
}

export interface PollingServices {
  /** Whether an end still has a link. */
  readonly hasLink: (end: EndNumber) => boolean;
  readonly offer: (choice: Choice) => void;
  /** It found nobody. */
  readonly missed: (op: OpNumber) => void;
  readonly later: (milliseconds: number, ring: () => void) => Cancel;
}

/** In milliseconds: a poll waits no longer for a link to end. */
export const pollPatience = 100;

export class PollingChoices {
  readonly #services: PollingServices;
  readonly #held = new Map<OpNumber, Held>();

  constructor(services: PollingServices) {
    this.#services = services;
  }

  hold(choice: Choice): void {
    const stopWaiting = this.#services.later(pollPatience, () => {
      if (this.#held.delete(choice.op)) this.#services.missed(choice.op);
    });
    this.#held.set(choice.op, { choice, stopWaiting });
  }

  holds(op: OpNumber): boolean {
    return this.#held.has(op);
  }

  /** @returns whether it was held */
  withdraw(op: OpNumber): boolean {
    this.#held.get(op)?.stopWaiting();
    return this.#held.delete(op);
  }

  /** A link has ended: those that waited for no other are offered. */
  releaseFree(): void {
    for (const [op, { choice, stopWaiting }] of [...this.#held]) {
      if (choice.guards.some(({ end }) => this.#services.hasLink(end))) continue;
      stopWaiting();
      this.#held.delete(op);
      this.#services.offer(choice);
    }
  }
}
