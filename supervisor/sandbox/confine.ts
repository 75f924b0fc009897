/** How a stage's process is started, with all that holds it back. */
import { TopologyError } from '../../src/errors.ts';
import { type Command, commandOf, type ModuleCommand, modulePath, usesTsx } from '../command.ts';
import { heapFlags } from '../limits/flags.ts';
import type { StageLimits } from '../limits/limits.ts';
import { withProcessorTime } from '../limits/processor-time.ts';
import { findBubblewrap, inBubblewrap } from './bubblewrap.ts';
import { permissionFlags } from './permissions.ts';
import type { SandboxOptions } from './sandbox.ts';
import { type SurroundingOptions, surroundingsOf } from './surroundings.ts';

/** @throws TopologyError when there is no such module, or what holds it back cannot be had */
export function confinedCommand(
  stage: string,
  options: ModuleCommand & SandboxOptions & SurroundingOptions,
  limits: StageLimits,
): Command {
  const flags = [...heapFlags(limits), ...sandboxFlags(stage, options, limits)];
  const command = commandOf(stage, options, surroundingsOf(stage, options), flags);
  return withProcessorTime(enclosed(stage, options, command), limits.cpuTime);
}

function sandboxFlags(
  stage: string,
  options: ModuleCommand & SandboxOptions,
  limits: StageLimits,
): readonly string[] {
  const { sandbox } = options;
  if (sandbox === undefined) return [];
  switch (sandbox.by) {
    case 'bubblewrap':
      return [];
    case 'node':
      if (!usesTsx(options))
        return permissionFlags(stage, modulePath(stage, options), sandbox, limits);
      throw new TopologyError(
        `stage "${stage}": tsx starts a program to compile with, which the sandbox of Node cannot hold back: compile the module before, or use { by: 'bubblewrap' }`,
      );
  }
  throw new TopologyError(
    `stage "${stage}": sandbox must be { by: 'node', … } or { by: 'bubblewrap', … }`,
  );
}

function enclosed(
  stage: string,
  options: ModuleCommand & SandboxOptions,
  command: Command,
): Command {
  const { sandbox } = options;
  if (sandbox?.by !== 'bubblewrap') return command;
  return inBubblewrap(findBubblewrap(stage), command, modulePath(stage, options), sandbox);
}
