import type { Aside } from './aside.ts';
import type { ChannelState } from './channel-state.ts';
import type { Channels } from './channels.ts';
import type { Place } from './line.ts';
import type { Side } from './operation.ts';
import type { Outcomes } from './outcomes.ts';
import { standAgain } from './standing.ts';

/** What goes into the stores of the channels, and what is dropped for want of room. */
export class Stores<V> {
  readonly #channels: Channels<V>;
  readonly #outcomes: Outcomes<V>;
  readonly #aside: Aside<V>;

  constructor(channels: Channels<V>, outcomes: Outcomes<V>, aside: Aside<V>) {
    this.#channels = channels;
    this.#outcomes = outcomes;
    this.#aside = aside;
  }

  /** The value belongs to the channel from now on, and its send is complete. */
  store(channel: ChannelState<V>, side: Side<V>): void {
    if (this.#aside.asks(side)) return;
    const { operation, guard } = side;
    this.#channels.stepOut(operation);
    this.#channels.commitTo(operation, guard);
    operation.undergo('store');
    this.#outcomes.completed(operation);
    standAgain(operation, channel.lineForStored());
    this.#channels.unsettle(channel);
  }

  /** There is no room for the newest value, and its channel drops it: its send is complete all the same. */
  dropNewest(channel: ChannelState<V>, side: Side<V>): void {
    if (this.#aside.asks(side)) return;
    const { operation, guard } = side;
    this.#channels.commitTo(operation, guard);
    this.#channels.undergo(operation, 'drop');
    this.#outcomes.completed(operation);
    this.#outcomes.discarded(channel, operation.value, 'overflow');
  }

  /** Sends that wait go into the store, as far as there is room. */
  fill(channel: ChannelState<V>): void {
    for (
      let place = channel.sending.head;
      place && channel.receivers > 0 && channel.hasRoom();
      place = channel.sending.head
    ) {
      this.store(channel, place);
    }
  }

  /** Values that are too many for a channel that drops its oldest. */
  trim(channel: ChannelState<V>): void {
    if (channel.terms.overflow !== 'drop-oldest') return;
    while (channel.receivers > 0 && channel.store.length > channel.terms.capacity) {
      const { operation } = channel.store.head as Place<V>;
      this.#channels.stepOut(operation);
      this.#channels.undergo(operation, 'drop');
      this.#outcomes.discarded(channel, operation.value, 'overflow');
    }
  }
}
