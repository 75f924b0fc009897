/** `handover/child`: what a stage's module imports. */
export * from '../../compose/index.ts';
export * from '../../platform/channels.ts';
export { type StageDeclaration, type StageEnds, stage } from './stage.ts';
export { supervisor } from './supervisor.ts';
