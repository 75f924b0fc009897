/** As whom, where, and with which environment a process runs. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TopologyError } from '../../src/errors.ts';

export interface SurroundingOptions {
  /**
   * `inherit`, the default: the supervisor's environment, with `env` added. `clean`: of it only PATH, HOME, USER,
   * LOGNAME, SHELL, TMPDIR, TZ, LANG and LC_*, so that no secret gets there by chance.
   */
  readonly environment?: 'inherit' | 'clean';
  /** Its working folder. Default: the supervisor's. */
  readonly folder?: string | URL;
  /** As which user it runs. Only root can give this. */
  readonly uid?: number;
  /** With the rights of which group. Only root can give this. */
  readonly gid?: number;
}

export interface Surroundings {
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly user: { readonly uid?: number; readonly gid?: number };
}

/** @throws TopologyError when there is no such folder, or it is not for this user to give */
export function surroundingsOf(
  stage: string,
  { environment = 'inherit', folder = process.cwd(), uid, gid }: SurroundingOptions,
): Surroundings {
  if (environment !== 'inherit' && environment !== 'clean') {
    throw new TopologyError(
      `stage "${stage}": environment must be 'inherit' or 'clean', not ${String(environment)}`,
    );
  }
  checkNumber(stage, 'uid', uid);
  checkNumber(stage, 'gid', gid);
  return {
    environment: environment === 'clean' ? basics(process.env) : defined(process.env),
    folder: existing(stage, folder),
    user: { ...(uid !== undefined && { uid }), ...(gid !== undefined && { gid }) },
  };
}

function existing(stage: string, folder: string | URL): string {
  const path = folder instanceof URL ? fileURLToPath(folder) : resolve(folder);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return path;
  throw new TopologyError(`stage "${stage}": there is no folder ${path} (folder of the stage)`);
}

function checkNumber(stage: string, option: 'uid' | 'gid', value: number | undefined): void {
  if (value === undefined) return;
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new TopologyError(
      `stage "${stage}": ${option} must be a number of 0 or more, not ${value}`,
    );
  }
  if (process.getuid?.() !== 0) {
    throw new TopologyError(
      `stage "${stage}": ${option} can be given only by a supervisor that runs as root`,
    );
  }
}

function defined(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function basics(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(defined(env)).filter(([name]) => basic.test(name)));
}

const basic = /^(PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|TZ|LANG|LC_\w+)$/;
