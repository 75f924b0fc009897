/** How to start a stage of a crash report once more. */
import { existsSync } from 'node:fs';
import type { StageCommand } from '../../command/command.ts';
import type { LimitOptions, Limits } from '../../limits/limits.ts';
import type { CrashReport } from '../../reports/report.ts';
import type { SurroundingOptions } from '../../sandbox/surroundings.ts';
import { exitCodes } from '../exit-codes.ts';
import { Problem } from '../problem.ts';

/** `run`: as it was. `inspect`: it waits for a debugger, and nothing hurries it. */
export type ReplayMode = 'run' | 'inspect';

export type ReplayedOptions = StageCommand &
  SurroundingOptions &
  LimitOptions & { readonly startDeadline?: number };

/** @throws Problem when what it ran is not there any more, or cannot be inspected */
export function optionsFor({ stage, start }: CrashReport, mode: ReplayMode): ReplayedOptions {
  checkIsThere(stage, 'folder', start.folder);
  const { deadline, ...limits } = start.limits;
  const around: ReplayedOptions = {
    folder: start.folder,
    environment: start.environment,
    env: Object.fromEntries(start.env.flatMap((name) => variable(name))),
    ...(mode === 'run'
      ? { limits, ...(deadline !== undefined && { deadline }) }
      : { limits: unhurried(limits), startDeadline: longest }),
  } as ReplayedOptions;
  if ('command' in start) {
    const adapted = 'reads' in start && {
      format: { reads: start.reads, writes: start.writes },
      ...(start.answers !== null && { answers: start.answers }),
    };
    if (mode === 'run') {
      return { ...around, command: start.command, ...adapted } as ReplayedOptions;
    }
    throw new Problem(
      exitCodes.mistaken,
      `stage "${stage}" runs the command ${start.command[0]}: only a module can be inspected`,
    );
  }
  const { module, args, loader, flags } = start;
  checkIsThere(stage, 'module', module);
  const news = flags.filter((flag) => !process.execArgv.includes(flag));
  return {
    ...around,
    module,
    args,
    loader,
    flags: mode === 'run' ? news : [...news, '--inspect-brk=127.0.0.1:0'],
  } as ReplayedOptions;
}

/** What is different this time, for whoever compares. */
export function differencesOf({ start, versions }: CrashReport): readonly string[] {
  const missing = start.env.filter((name) => variable(name).length === 0);
  return [
    ...(missing.length > 0
      ? [`it was given ${missing.join(', ')} in its environment; here there is no such variable`]
      : []),
    ...(start.sandbox === null ? [] : [`it ran in a sandbox (${start.sandbox}); now it does not`]),
    ...(versions?.node === undefined || versions.node === process.version
      ? []
      : [`it ran with Node ${versions.node}; now with ${process.version}`]),
  ];
}

function variable(name: string): readonly (readonly [string, string])[] {
  const value = Object.hasOwn(process.env, name) ? process.env[name] : undefined;
  return value === undefined ? [] : [[name, value]];
}

/** Memory runs out in a debugger, too; time does. */
function unhurried({ heapBytes, memoryBytes }: Limits): Limits {
  return {
    ...(heapBytes !== undefined && { heapBytes }),
    ...(memoryBytes !== undefined && { memoryBytes }),
  };
}

/** The longest time that a timer of Node takes: 24 days. */
const longest = 2 ** 31 - 1;

function checkIsThere(stage: string, what: 'module' | 'folder', path: string): void {
  if (existsSync(path)) return;
  throw new Problem(
    exitCodes.mistaken,
    `the ${what} of stage "${stage}" is not there any more: ${path}. Where it has moved, correct "${what}" in the report`,
  );
}
