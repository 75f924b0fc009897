/** Starts the process of a stage: linked, in a session of its own, and with nothing else of this process. */
import { ChildProcess, type SpawnOptions, spawn as start } from 'node:child_process';
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
  const child = startOrFail(command, {
    stdio: ['ignore', 'pipe', 'pipe', ...linkage.stdio, ...(hasPulse ? [pulseStdio] : [])],
    env: {
      ...command.env,
      HANDOVER_LINK: linkage.descriptors,
      HANDOVER_TOKEN: token,
      ...(hasPulse && { HANDOVER_PULSE: String(pulse) }),
    },
    cwd: command.folder,
    ...command.user,
    detached: true,
  });
  child.once('exit', (code, signal) => onExit({ code, signal }));
  child.on('error', (cause) => {
    // One that could not be started never exits.
    if (child.pid === undefined) onExit({ code: null, signal: null, cause });
  });
  return { child, openLink: linkage.open, pulse };
}

/** Some reasons Node throws, others it tells: here all of them are told. */
function startOrFail({ file, args }: Command, options: SpawnOptions): ChildProcess {
  try {
    return start(file, args, options);
  } catch (cause) {
    const none = new ChildProcess();
    process.nextTick(() => none.emit('error', cause));
    return none;
  }
}
