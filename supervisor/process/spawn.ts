/** Starts the process of a stage: linked, in a session of its own, and with nothing else of this process. */
import type { ChildProcess } from 'node:child_process';
import { execa } from 'execa';
import type { Command } from '../command/command.ts';
import { pulseStdio } from '../limits/pulse.ts';
import type { Linkage } from './linkage.ts';

/** Of the descriptors of a process: after stdin, stdout and stderr. */
const firstFree = 3;

export interface Spawned {
  readonly child: ChildProcess;
  readonly openLink: Linkage['open'];
  /** Which of its descriptors is for the pulse. */
  readonly pulse: number;
}

/** How a process came to its end; one that could not be started has come to it at once. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
  /** Why it could not be started. */
  readonly cause?: unknown;
}

/**
 * @param token that it has to show in its hello
 * @param hasPulse whether it is to show that it lives
 */
export function spawn(
  command: Command,
  linkage: Linkage,
  token: string,
  hasPulse: boolean,
  onExit: (exit: Exit) => void,
): Spawned {
  const pulse = firstFree + linkage.stdio.length;
  const subprocess = execa(command.file, command.args, {
    stdio: ['ignore', 'pipe', 'pipe', ...linkage.stdio, ...(hasPulse ? [pulseStdio] : [])],
    env: {
      ...command.env,
      HANDOVER_LINK: linkage.descriptors,
      HANDOVER_TOKEN: token,
      ...(hasPulse && { HANDOVER_PULSE: String(pulse) }),
    },
    extendEnv: false,
    cwd: command.folder,
    ...command.user,
    detached: true,
    buffer: false,
    reject: false,
    stripFinalNewline: false,
  });
  const child = subprocess.nodeChildProcess;
  child.once('exit', (code, signal) => onExit({ code, signal }));
  // Settles also for a process that could not be started at all, which never exits.
  void subprocess.then(({ cause, exitCode, signal }) =>
    onExit({
      code: exitCode ?? null,
      signal: signal ?? null,
      ...(child.pid === undefined && { cause }),
    }),
  );
  return { child, openLink: linkage.open, pulse };
}
