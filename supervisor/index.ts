/** The package `handover`: channels between processes, and inside one. */
export * from '../compose/index.ts';
export { channel } from '../platform/local.ts';
export { every, select } from '../platform/select.ts';
export type { Statistics } from '../src/arbiter/channel-state.ts';
export type { Failure, Overflow } from '../src/arbiter/events.ts';
export type { Cancel, Clock } from '../src/clock.ts';
export type { Channel } from '../src/ends/pair.ts';
export { Receiver } from '../src/ends/receiver.ts';
export { Sender } from '../src/ends/sender.ts';
export type { ChannelOptions } from '../src/ends/terms.ts';
export * from '../src/errors.ts';
export type { Patience } from '../src/party/operation.ts';
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
export type { Loader, ModuleCommand } from './command.ts';
export { type Log, type LogLine, logToStderr } from './log.ts';
export { type PipelineEnds, type PipelineStage, pipeline } from './pipeline.ts';
export type { ProcessExit, Stage, StageEnd, StageOutcome, StageReport } from './stage.ts';
export {
  type StageOptions,
  type StopOptions,
  Supervisor,
  type SupervisorOptions,
  type SupervisorReport,
} from './supervisor.ts';
