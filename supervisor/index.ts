/** The package `handover`: channels between processes, and inside one. */
export * from '../compose/index.ts';
export * from '../platform/channels.ts';
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
