import { fileURLToPath } from 'node:url';
import { bothWays } from '../command/adapted-command.ts';
import { inheritedFlags, modulePath, type StageCommand, usesTsx } from '../command/command.ts';
import type { StageLimits } from '../limits/limits.ts';
import type { SandboxOptions } from '../sandbox/sandbox.ts';
import type { SurroundingOptions } from '../sandbox/surroundings.ts';
import type { ReportedStart } from './report.ts';

/** How the processes of a stage are started, so far as it can be written down. */
export function startOf(
  stage: string,
  options: StageCommand & SurroundingOptions & SandboxOptions,
  limits: StageLimits,
  folder: string,
): ReportedStart {
  const around = {
    folder,
    environment: options.environment ?? 'inherit',
    env: Object.keys(options.env ?? {}),
    limits: { ...limits } as Readonly<Record<string, number>>,
    sandbox: options.sandbox?.by ?? null,
  };
  if (options.command !== undefined) {
    const command = options.command.map(asText);
    if (options.format === undefined) return { command, ...around };
    const { answers = null } = options;
    return { command, ...bothWays(options.format), answers, ...around };
  }
  return {
    module: modulePath(stage, options),
    args: options.args ?? [],
    loader: usesTsx(options) ? 'tsx' : 'node',
    flags: [...inheritedFlags(), ...(options.flags ?? [])],
    ...around,
  };
}

function asText(word: string | URL): string {
  return word instanceof URL ? fileURLToPath(word) : word;
}
