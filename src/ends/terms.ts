import type { Overflow, Terms } from '../arbiter/events.ts';
import { TopologyError } from '../errors.ts';

/** How a channel is made. Without anything: a rendezvous. */
export interface ChannelOptions {
  /** How many values the channel itself holds. Default 0: every send waits for a receiver. */
  readonly capacity?: number;
  /** What a send does when a channel with a capacity is full. Default `block`: it waits. */
  readonly overflow?: Overflow;
  /** How many receivers may die with one value in hand before its send fails as lost. Default 3. */
  readonly maxAttempts?: number;
}

/** Where types are not checked, options would be taken for a name. @throws TopologyError */
export function checkName(name: unknown): void {
  if (name === undefined || typeof name === 'string') return;
  throw new TopologyError(
    `a channel's name must be a string, not ${typeof name}: supervisor.channel('name', options), or undefined in its place`,
  );
}

const overflows: readonly Overflow[] = ['block', 'drop-newest', 'drop-oldest'];

/** What a channel promises unless it is asked otherwise; shared by all that do not ask. */
const rendezvous: Terms = { capacity: 0, overflow: 'block', maxAttempts: 3 };

/** @throws TopologyError when the options make no channel */
export function termsOf(name: string, options: ChannelOptions): Terms {
  const {
    capacity = rendezvous.capacity,
    overflow = rendezvous.overflow,
    maxAttempts = rendezvous.maxAttempts,
  } = options;
  const wrong = (what: string) => new TopologyError(`channel "${name}": ${what}`);
  if (!Number.isSafeInteger(capacity) || capacity < 0) {
    throw wrong(`capacity must be a whole number of 0 or more, not ${capacity}`);
  }
  if (!overflows.includes(overflow)) {
    throw wrong(`overflow must be one of ${overflows.join(', ')}, not ${overflow}`);
  }
  if (overflow !== 'block' && capacity === 0) {
    throw wrong(`overflow "${overflow}" needs a capacity of 1 or more: a rendezvous holds nothing`);
  }
  if (!Number.isSafeInteger(maxAttempts) || maxAttempts < 1) {
    throw wrong(`maxAttempts must be a whole number of 1 or more, not ${maxAttempts}`);
  }
  const isUsual = capacity === 0 && maxAttempts === rendezvous.maxAttempts;
  return isUsual ? rendezvous : { capacity, overflow, maxAttempts };
}
