/** What each message concerns, so that it does not overtake a large one: see docs/protocol.md, 2.7. */
import type { ChannelId, OpNumber } from '../arbiter/events.ts';
import type { FromProcess, FromSupervisor } from './message.ts';
import type { Concern } from './transfers.ts';

/** The ends that it names, and the operation that it begins or asks back. */
export function concernsOfProcess(message: FromProcess): readonly Concern[] {
  switch (message.type) {
    case 'offer': {
      const ends = message.guards.flatMap(({ end, ends = [] }) => [end, ...ends]);
      return [operation(message.op), ...ends];
    }
    case 'withdraw':
      return [operation(message.op)];
    case 'close':
    case 'inspect':
      return [message.end];
    // An answer is for an operation that has left; a channel that is opened is not needed before.
    default:
      return nothing;
  }
}

/** The channel of a value. Of an operation that is given one nothing else is said. */
export function concernsOfSupervisor(
  message: FromSupervisor,
  channelOf: (op: OpNumber) => ChannelId,
): readonly Concern[] {
  return message.type === 'deliver' ? [channelOf(message.op)] : nothing;
}

const nothing: readonly Concern[] = [];

/** Below all ends. */
function operation(op: OpNumber): Concern {
  return -1 - op;
}
