import type { Channels } from './channels.ts';
import type { Guard } from './events.ts';
import type { Place } from './line.ts';
import type { Engagement, Operation, Side } from './operation.ts';
import type { Outcomes } from './outcomes.ts';
import { enter, leaveLines } from './standing.ts';

/** Shared operations, and those that are ready for them: they stand aside until the owners have answered. */
export class Aside<V> {
  readonly #channels: Channels<V>;
  readonly #outcomes: Outcomes<V>;

  constructor(channels: Channels<V>, outcomes: Outcomes<V>) {
    this.#channels = channels;
    this.#outcomes = outcomes;
  }

  /** The two stand aside, and whoever has to be asked about them is asked. */
  engage(value: Side<V>, receive: Side<V>): void {
    const engagement = { value, receive };
    for (const side of [value, receive]) {
      side.operation.engagement = engagement;
      this.#standAside(side);
    }
  }

  /** Whether its owner has to be asked first, before its channel ends it; then that is done. */
  asks(side: Side<V>): boolean {
    if (side.operation.state !== 'shared') return false;
    this.#standAside(side);
    return true;
  }

  /**
   * A later value goes to who is asked, instead of one that is kept for it; so that this can be delivered first,
   * as it was sent (R3).
   */
  takePlace({ operation }: Place<V>, later: Side<V>): void {
    const { receive } = operation.engagement as Engagement<V>;
    leaveLines(operation);
    this.#channels.countAside(operation, -1);
    operation.engagement = undefined;
    const engagement = { value: later, receive };
    receive.operation.engagement = engagement;
    later.operation.engagement = engagement;
    this.#standAside(later);
  }

  /** All have answered: the two are engaged no more, and about to meet. */
  part({ value, receive }: Engagement<V>): void {
    for (const { operation } of [value, receive]) {
      leaveLines(operation);
      operation.engagement = undefined;
    }
  }

  /** @returns the partner that it leaves, and that waits for nobody's answer now */
  disengage(operation: Operation<V>): Operation<V> | undefined {
    const { partner } = operation;
    operation.engagement = undefined;
    if (partner === undefined) return undefined;
    leaveLines(partner);
    partner.engagement = undefined;
    return partner.state === 'asked' ? undefined : partner;
  }

  #standAside({ operation, guard }: Side<V>): void {
    leaveLines(operation);
    this.#channels.countAside(operation, 1);
    if (operation.state === 'stored') this.#channels.get(operation.channel).lent++;
    if (operation.undergo(operation.state === 'shared' ? 'ask' : 'engage') === 'asked') {
      this.#outcomes.ask(operation, guard);
    }
    const { side, channel } = operation.guards[guard] as Guard<V>;
    const isPlain = operation.state === 'engaged' || operation.state === 'reserved';
    if (side === 'send' && isPlain) {
      operation.places = [enter(operation, guard, this.#channels.get(channel).lineForKept())];
    }
  }
}
