import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { TopologyError } from '../../src/errors.ts';
import type { StageLimits } from '../limits/limits.ts';
import type { Surroundings } from '../sandbox/surroundings.ts';
import { type AdaptedCommand, adaptedOf } from './adapted-command.ts';
import { compiledIn } from './compiled.ts';
import { type ProgramCommand, programOf } from './program-command.ts';

/**
 * What runs a stage's module. `node`: Node itself, which reads TypeScript whose types can simply be erased.
 * `tsx`: the tsx package, for everything else in TypeScript (enums, decorators, JSX, path aliases).
 */
export type Loader = 'node' | 'tsx';

/** What runs in a stage's process. */
export type StageCommand = ModuleCommand | ProgramCommand | AdaptedCommand;

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
  /** For its Node, beside those that the supervisor was started with: `['--inspect-brk']`. */
  readonly flags?: readonly string[];
  /** A stage runs a module, or a command. */
  readonly command?: never;
  /** It belongs to a command. */
  readonly format?: never;
  readonly answers?: never;
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** All of it. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * How many processes come before the program that does the work, each the first child of the one before it: they do nothing
   * but start it and serve it, and limits do not count them. 0: the process itself does the work.
   */
  readonly starters: number;
  /** What a process that is no stage should have done: for messages. */
  readonly greeting: string;
  /** Its working folder. */
  readonly folder: string;
  readonly user: Surroundings['user'];
}

/**
 * @param limits that whoever starts the program sees to
 * @param flags of Node, beside those that this Node was started with: only a module can have some
 * @throws TopologyError when there is nothing that could be run
 */
export function commandOf(
  stage: string,
  options: StageCommand,
  surroundings: Surroundings,
  limits: StageLimits,
  flags: readonly string[],
): Command {
  const command =
    options.command === undefined
      ? moduleOf(stage, options, surroundings, flags)
      : options.format === undefined
        ? programOf(stage, options, surroundings)
        : adaptedOf(stage, options, surroundings, limits);
  const { file, args, env } = command;
  const words = [...args, ...Object.values(env)];
  const wrong = words.find((word) => typeof word !== 'string');
  if (wrong !== undefined) {
    throw new TopologyError(
      `stage "${stage}": args and env are made of strings, not of ${typeof wrong}: write String(${String(wrong)})`,
    );
  }
  if ([file, ...args, ...Object.entries(env).flat()].some((text) => text.includes('\0'))) {
    throw new TopologyError(`stage "${stage}": no system takes a null character in args or env`);
  }
  return command;
}

function moduleOf(
  stage: string,
  options: ModuleCommand,
  { environment, folder, user }: Surroundings,
  flags: readonly string[],
): Command {
  for (const name of ['format', 'answers'] as const) {
    if (options[name] === undefined) continue;
    throw new TopologyError(
      `stage "${stage}": \`${name}\` has no meaning beside \`module\`, which has channels of its own. It belongs to a \`command\``,
    );
  }
  const { module, args = [], env = {}, loader, flags: ownFlags = [] } = options;
  if (module === undefined) {
    throw new TopologyError(`stage "${stage}" has neither a \`module\` nor a \`command\` to run`);
  }
  if (!Array.isArray(args) || !Array.isArray(ownFlags)) {
    throw new TopologyError(`stage "${stage}": args and flags are lists of strings: ['--fast']`);
  }
  const path = modulePath(stage, { module });
  if (!existsSync(path)) {
    throw new TopologyError(
      `stage "${stage}": there is no file ${path}. Name a module relative to the one that you write: new URL('./${stage}.ts', import.meta.url)`,
    );
  }
  const imports = usesTsx({ module, loader }) ? ['--import', tsxFor(stage, path)] : [];
  return {
    file: process.execPath,
    args: [...inheritedFlags(), ...flags, ...ownFlags, ...imports, path, ...args],
    env: { ...compiledIn({ ...environment, ...env }), ...environment, ...env },
    folder,
    user,
    starters: 0,
    greeting: "its module must import 'handover/child' and call `await stage()`",
  };
}

export function usesTsx({
  module,
  loader,
}: {
  readonly module: string | URL;
  readonly loader?: Loader | undefined;
}): boolean {
  const name = module instanceof URL ? module.pathname : module;
  return (loader ?? (extname(name) === '.tsx' ? 'tsx' : 'node')) === 'tsx';
}

/** @throws TopologyError when it is no file */
export function modulePath(stage: string, { module }: Pick<ModuleCommand, 'module'>): string {
  if (module instanceof URL) {
    if (module.protocol === 'file:') return fileURLToPath(module);
    throw new TopologyError(`stage "${stage}": a module is a file, not ${module.href}`);
  }
  return module.startsWith('file:') ? fileURLToPath(module) : resolve(module);
}

/** As `fork` does: what this Node was told holds for its children, but for what opens a port. */
export function inheritedFlags(): readonly string[] {
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
