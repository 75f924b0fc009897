/** The package `handover`: channels between processes, and inside one. */
export * from '../compose/index.ts';
export * from '../platform/channels.ts';
export type { Loader, ModuleCommand, StageCommand } from './command/command.ts';
export type { ProgramCommand } from './command/program-command.ts';
export type { GroupEvent, ProcessEvent, SupervisorEvent, ValueEvent } from './events/event.ts';
export type { Events } from './events/events.ts';
export type { LimitOptions, Limits } from './limits/limits.ts';
export { jsonLog } from './log/json.ts';
export type { Log, LogLine } from './log/log.ts';
export { logToStderr, plainLog } from './log/plain.ts';
export { prettyLog } from './log/pretty.ts';
export type {
  StageGroup,
  StageOptions,
  StageTerms,
  SupervisorOptions,
  SupervisorReport,
} from './options.ts';
export {
  type JointOptions,
  type PipelineEnds,
  type PipelineStage,
  pipeline,
} from './pipeline/pipeline.ts';
export type {
  CrashReport,
  ReportedContent,
  ReportedEnding,
  ReportedFailure,
  ReportedStart,
  ReportedValue,
} from './reports/report.ts';
export type { ReportOptions } from './reports/reports.ts';
export type {
  BackoffOptions,
  GroupOptions,
  IntensityOptions,
  RestartOptions,
  RestartWhen,
  Strategy,
} from './restart/terms.ts';
export type { BubblewrapSandbox } from './sandbox/bubblewrap.ts';
export type { NodeSandbox } from './sandbox/permissions.ts';
export type { Sandbox, SandboxOptions } from './sandbox/sandbox.ts';
export type { SurroundingOptions } from './sandbox/surroundings.ts';
export type { ProcessExit, Stage, StageEnd, StageOutcome, StageReport } from './stages/stage.ts';
export type { DrainOptions, StopInSteps, StopOptions, StopWithin } from './stopping.ts';
export { Supervisor } from './supervisor.ts';
