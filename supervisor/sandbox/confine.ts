/** How a stage's process is started, with all that holds it back. */
import { resolve } from 'node:path';
import { TopologyError } from '../../src/errors.ts';
import { adapter } from '../command/adapted-command.ts';
import {
  type Command,
  commandOf,
  type ModuleCommand,
  modulePath,
  type StageCommand,
  usesTsx,
} from '../command/command.ts';
import { heapFlags } from '../limits/flags.ts';
import type { StageLimits } from '../limits/limits.ts';
import { withProcessorTime } from '../limits/processor-time.ts';
import { needsPulse } from '../limits/pulse.ts';
import { findBubblewrap, inBubblewrap } from './bubblewrap.ts';
import { permissionFlags } from './permissions.ts';
import type { SandboxOptions } from './sandbox.ts';
import { type SurroundingOptions, surroundingsOf } from './surroundings.ts';

/** What holds it back, beside its limits. */
type Confinement = SandboxOptions & SurroundingOptions;

/** @throws TopologyError when there is nothing to run, or what holds it back cannot be had */
export function confinedCommand(
  stage: string,
  options: StageCommand & Confinement,
  limits: StageLimits,
): Command {
  const flags = flagsFor(stage, options, limits);
  const command = commandOf(stage, options, surroundingsOf(stage, options), limits, flags);
  const whole = enclosed(stage, options, command);
  return command.starters === 0 ? withProcessorTime(whole, limits.cpuTime) : whole;
}

/** Of Node. */
function flagsFor(
  stage: string,
  options: StageCommand & Confinement,
  limits: StageLimits,
): readonly string[] {
  if (options.command === undefined) {
    if (options.module === undefined) return [];
    return [...heapFlags(limits), ...sandboxFlags(stage, options, limits)];
  }
  const noModule = (what: string, instead: string) =>
    new TopologyError(`stage "${stage}": ${what} is for Node, which runs a \`module\`: ${instead}`);
  if (limits.heapBytes !== undefined) {
    throw noModule('limits.heapBytes', 'a command has limits.memoryBytes');
  }
  if (options.format !== undefined && needsPulse(limits)) {
    throw new TopologyError(
      `stage "${stage}": limits.silence and limits.busy ask the runtime of handover inside of a process, and a program with a format has none: a deadline says how long it may have a value in hand`,
    );
  }
  if (options.sandbox?.by === 'node') {
    throw noModule("the sandbox { by: 'node' }", "a command has { by: 'bubblewrap' }");
  }
  return [];
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

function enclosed(stage: string, options: StageCommand & Confinement, command: Command): Command {
  const { sandbox } = options;
  if (sandbox?.by !== 'bubblewrap') return command;
  return inBubblewrap(findBubblewrap(stage), command, programOf(stage, options, command), sandbox);
}

/** What has to be there to be run. */
function programOf(stage: string, options: StageCommand, command: Command): string {
  if (options.command === undefined) return modulePath(stage, options);
  return options.format === undefined ? pathOnPath(command.file) : adapter;
}

/** Programs of the system are there in any case. */
function pathOnPath(file: string): string {
  return file.includes('/') ? resolve(file) : '/usr/bin';
}
