import { RememberingMap } from '../remembering-map.ts';
import type { ChannelState } from './channel-state.ts';
import type { ChannelEnd, ChannelId, Guard } from './events.ts';
import type { Operation } from './operation.ts';
import type { Happening, Verdict } from './transitions.ts';

/**
 * The channels that are not over. Keeps their counts true while operations commit, step out of their lines and
 * end, and knows on which of them this may have made something possible.
 */
export class Channels<V> {
  readonly #known = new RememberingMap<ChannelId, ChannelState<V>>();
  readonly #unsettled: ChannelState<V>[] = [];
  readonly #regrouped = new Set<ChannelState<V>>();

  get all(): Iterable<ChannelState<V>> {
    return this.#known.values();
  }

  /** Whether there is at least one guard, and each is on a channel that is not over. */
  haveAll(guards: readonly Guard<V>[]): boolean {
    for (const guard of guards) if (this.find(guard.channel) === undefined) return false;
    return guards.length > 0;
  }

  find(id: ChannelId): ChannelState<V> | undefined {
    return this.#known.get(id);
  }

  get(id: ChannelId): ChannelState<V> {
    const channel = this.find(id);
    if (channel === undefined) throw new Error(`the arbiter knows no channel ${id}`);
    return channel;
  }

  add(channel: ChannelState<V>): void {
    this.#known.set(channel.id, channel);
  }

  forget(channel: ChannelState<V>): void {
    this.#known.delete(channel.id);
  }

  /** Something may have become possible on this channel. */
  unsettle(channel: ChannelState<V>): void {
    this.#unsettled.push(channel);
  }

  nextUnsettled(): ChannelState<V> | undefined {
    return this.#unsettled.pop();
  }

  count(ends: readonly ChannelEnd[], change: 1 | -1): void {
    for (const end of ends) {
      const channel = this.get(end.channel);
      channel.count(end.side, change);
      if (channel.direct !== undefined) this.#regrouped.add(channel);
      if (change === -1) this.unsettle(channel);
    }
  }

  /** Channels that go directly, and of which ends were counted since the last call. */
  takeRegrouped(): readonly ChannelState<V>[] {
    if (this.#regrouped.size === 0) return nothing;
    const regrouped = [...this.#regrouped];
    this.#regrouped.clear();
    return regrouped;
  }

  countAside(operation: Operation<V>, change: 1 | -1): void {
    for (const index of operation.openGuards) {
      const { channel: id, side } = operation.guards[index] as Guard<V>;
      const channel = this.get(id);
      channel.countAside(side, change);
      if (channel.senders === 0 || channel.receivers === 0) this.unsettle(channel);
    }
  }

  /** The operation commits to a guard, for ever: what the values of the others carry counts no more. */
  commitTo(operation: Operation<V>, guard: number): void {
    const before = operation.carried;
    operation.committed = guard;
    if (before.length === 0 || operation.guards.length === 1) return;
    operation.carried = operation.ends ?? [];
    this.count(operation.carried, 1);
    this.count(before, -1);
  }

  /** With an operation, the ends that its values carry are no more. */
  undergo(operation: Operation<V>, happening: Happening): Verdict {
    const verdict = operation.undergo(happening);
    if (verdict === 'ended') this.count(operation.carried, -1);
    return verdict;
  }

  /** A send that leaves the line of a channel without senders may have been the last thing to come. */
  stepOut(operation: Operation<V>): void {
    for (const place of operation.places) {
      place.line.leave(place);
      const guard = operation.guards[place.guard] as Guard<V>;
      const channel = this.get(guard.channel);
      if (channel.senders === 0 || channel.receivers === 0) this.unsettle(channel);
    }
    operation.places = nothing;
  }
}

const nothing: readonly never[] = [];
