/** What code has for channels, in the supervisor's program and in a stage alike. */

export type { Statistics } from '../src/arbiter/channel-state.ts';
export type { Failure, Overflow } from '../src/arbiter/events.ts';
export type { Cancel, Clock } from '../src/clock.ts';
export type {
  ContractSchema,
  InputOf,
  JsonSchema,
  StandardSchema,
} from '../src/contracts/schema.ts';
export type { Channel } from '../src/ends/pair.ts';
export { Receiver } from '../src/ends/receiver.ts';
export type { SendAllOptions } from '../src/ends/send-all.ts';
export { Sender } from '../src/ends/sender.ts';
export type { ChannelOptions } from '../src/ends/terms.ts';
export * from '../src/errors.ts';
export type { Patience, Work } from '../src/party/operation.ts';
export {
  after,
  at,
  type Guards,
  type MomentGuard,
  type NeverGuard,
  never,
  type ReceiveGuard,
  type SendGuard,
  type Ticker,
  type TimeGuard,
} from '../src/select/guards.ts';
export type { Chosen, SelectOptions } from '../src/select/select.ts';
export type { DeadLetter } from '../src/value/letter.ts';
export { channel } from './local.ts';
export { every, select } from './select.ts';
export { toReadable, toWritable } from './streams.ts';
