import type { Overflow, Terms } from '../arbiter/events.ts';
import type { Contract } from '../contracts/contract.ts';
import type { ContractSchema } from '../contracts/schema.ts';
import { TopologyError } from '../errors.ts';
import type { DeadLetter } from '../value/letter.ts';
import { Handle } from './handle.ts';
import { checkKnown, type NamesOf } from './known-options.ts';
import { Sender } from './sender.ts';

/** How a channel is made. Without anything: a rendezvous. */
export interface ChannelOptions<T = unknown> {
  /** How many values the channel itself holds. Default 0: every send waits for a receiver. */
  readonly capacity?: number;
  /** What a send does when a channel with a capacity is full. Default `block`: it waits. */
  readonly overflow?: Overflow;
  /**
   * How many attempts at one value may fail: its receiver dies with it in hand, or says that it failed. Then it
   * becomes a dead letter; without `deadLetters` its send fails with a LostError. Default 3.
   */
  readonly maxAttempts?: number;
  /**
   * Where values go that nobody can handle, and those of a buffer that find no receiver any more: to the receiver of
   * that channel. It moves to this channel, as if sent. A send whose value becomes a dead letter resolves when the
   * letter was taken; where that channel has no receiver, it fails. Without: there are no dead letters.
   */
  readonly deadLetters?: Sender<DeadLetter<T>>;
  /**
   * What values must be like: a schema of a validation library (Standard Schema, such as zod, valibot or arktype), or a
   * JSON Schema. A value that does not meet it is refused at its sender, in any language, with a ContractError. What is
   * sent is the value as it is: what a schema would make of it is only checked.
   */
  readonly contract?: ContractSchema;
}

/** Where types are not checked, options would be taken for a name. @throws TopologyError */
export function checkName(name: unknown): void {
  if (name === undefined || typeof name === 'string') return;
  throw new TopologyError(
    `a channel's name must be a string, not ${typeof name}: supervisor.channel('name', options), or undefined in its place`,
  );
}

const optionNames: NamesOf<ChannelOptions> = {
  capacity: true,
  overflow: true,
  maxAttempts: true,
  deadLetters: true,
  contract: true,
};

const overflows: readonly Overflow[] = ['block', 'drop-newest', 'drop-oldest'];

/**
 * The sender for dead letters, before it is given away.
 *
 * @param party to which the new channel belongs
 * @throws EndMovedError, EndClosedError, TopologyError
 */
export function checkDeadLetters(
  name: string,
  { deadLetters }: ChannelOptions<never>,
  party: object,
): Handle | undefined {
  if (deadLetters === undefined) return undefined;
  const wrong = (what: string) => new TopologyError(`channel "${name}": deadLetters ${what}`);
  if (!(deadLetters instanceof Sender)) {
    throw wrong('must be the sender of a channel: dead.sender, after const dead = channel()');
  }
  if (Handle.partyOf(deadLetters) !== party) {
    throw wrong(
      `is the sender of "${deadLetters.channel}", which is made elsewhere: both channels must be of the same supervisor, or both inside this process`,
    );
  }
  Handle.checkMovable(deadLetters, ownerOf(name));
  return deadLetters;
}

/** It belongs to the channel of that name from now on, which is open, and counts for itself. */
export function giveDeadLetters(name: string, deadLetters: Handle | undefined): void {
  if (deadLetters === undefined) return;
  const { party, end } = Handle.move(deadLetters, ownerOf(name));
  party.close(end);
}

function ownerOf(name: string): string {
  return `channel "${name}", for its dead letters`;
}

/** What a channel promises unless it is asked otherwise; shared by all that do not ask. */
const rendezvous: Terms = { capacity: 0, overflow: 'block', maxAttempts: 3 };

/**
 * @param contract what is in the options, as it has been made
 * @throws TopologyError when the options make no channel
 */
export function termsOf(name: string, options: ChannelOptions<never>, contract?: Contract): Terms {
  checkKnown(`channel "${name}"`, options, optionNames);
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
  const terms = isUsual ? rendezvous : { capacity, overflow, maxAttempts };
  return contract?.text === undefined ? terms : { ...terms, contract: contract.text };
}
