import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { TopologyError } from '../src/errors.ts';
import { type ProgramCommand, programOf } from './program-command.ts';

/**
 * What runs a stage's module. `node`: Node itself, which reads TypeScript whose types can simply be erased.
 * `tsx`: the tsx package, for everything else in TypeScript (enums, decorators, JSX, path aliases).
 */
export type Loader = 'node' | 'tsx';

/** What runs in a stage's process. */
export type StageCommand = ModuleCommand | ProgramCommand;

/** A stage's process is a Node that runs a module. */
export interface ModuleCommand {
  /** A path or file URL of a .ts or .js module that calls `stage()`. */
  readonly module: string | URL;
  /** What it finds in `process.argv`, from the third place on. */
  readonly args?: readonly string[];
  /** Added to the supervisor's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: `tsx` for .tsx files, else `node`. */
  readonly loader?: Loader;
  /** A stage runs a module, or a command. */
  readonly command?: never;
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What a process that is no stage should have done: for messages. */
  readonly greeting: string;
}

/** @throws TopologyError when there is nothing that could be run */
export function commandOf(stage: string, options: StageCommand): Command {
  const command =
    options.command === undefined ? moduleOf(stage, options) : programOf(stage, options);
  const { file, args, env } = command;
  if ([file, ...args, ...Object.entries(env).flat()].some((text) => text.includes('\0'))) {
    throw new TopologyError(`stage "${stage}": no system takes a null character in args or env`);
  }
  return command;
}

function moduleOf(stage: string, { module, args = [], env = {}, loader }: ModuleCommand): Command {
  if (module === undefined) {
    throw new TopologyError(`stage "${stage}" has neither a \`module\` nor a \`command\` to run`);
  }
  const path = pathOf(stage, module);
  if (!existsSync(path)) {
    throw new TopologyError(
      `stage "${stage}": there is no file ${path}. Name a module relative to the one that you write: new URL('./${stage}.ts', import.meta.url)`,
    );
  }
  const useTsx = (loader ?? (extname(path) === '.tsx' ? 'tsx' : 'node')) === 'tsx';
  const imports = useTsx ? ['--import', tsxFor(stage, path)] : [];
  return {
    file: process.execPath,
    args: [...inheritedFlags(), ...imports, path, ...args],
    env,
    greeting: "its module must import 'handover/child' and call `await stage()`",
  };
}

function pathOf(stage: string, module: string | URL): string {
  if (module instanceof URL) {
    if (module.protocol === 'file:') return fileURLToPath(module);
    throw new TopologyError(`stage "${stage}": a module is a file, not ${module.href}`);
  }
  return module.startsWith('file:') ? fileURLToPath(module) : resolve(module);
}

/** As `fork` does: what this Node was told holds for its children, but for what opens a port. */
function inheritedFlags(): readonly string[] {
  return process.execArgv.filter((flag) => !flag.startsWith('--inspect'));
}

function tsxFor(stage: string, path: string): string {
  for (const from of [path, fileURLToPath(import.meta.url)]) {
    try {
      return pathToFileURL(createRequire(from).resolve('tsx')).href;
    } catch {
      // Not installed beside this one: perhaps beside the other.
    }
  }
  throw new TopologyError(
    `stage "${stage}" is to be run by tsx, which is not installed: npm install tsx`,
  );
}
