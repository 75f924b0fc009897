/**
 * Ends what this process leaves behind when it ends, however it ends: a SIGKILL leaves no code of its own that
 * could. One small process for all process groups of all supervisors here: it is started with the first group,
 * and sees at the end of its stdin that this process is gone.
 *
 * What is written to it is with the kernel when the call returns; so also what this process does last is known.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { reaperScript } from './reaper-script.ts';

/** One that dies is replaced; but a system that kills so many in the life of a process wants none. */
const mostReplacements = 10;

export type OnTrouble = (what: string) => void;

export class Reaper {
  readonly #shell: string;
  readonly #groups = new Set<number>();
  #shellProcess: ChildProcess | undefined;
  #replacements = 0;
  /** Settles when the last one that was dismissed has exited. */
  #dismissed: Promise<unknown> = Promise.resolve();
  #hasComplained = false;
  #onTrouble: OnTrouble = () => {};

  /** @param shell where it is found */
  constructor(shell = '/bin/sh') {
    this.#shell = shell;
  }

  /** Undefined while there is none. */
  get processId(): number | undefined {
    return this.#shellProcess?.pid;
  }

  /**
   * To be said before a process is started that has this token in its environment.
   *
   * @param onTrouble is told, once for all, that there can be no reaper
   */
  expect(token: string, onTrouble: OnTrouble): void {
    this.#onTrouble = onTrouble;
    if (this.#shellProcess === undefined) this.#start();
    this.#tell(`starts ${token}`);
  }

  /** It was started, and leads this group; or could not be. */
  watch(token: string, group: number | undefined): void {
    if (group === undefined) {
      this.#tell(`failed ${token}`);
      return;
    }
    this.#groups.add(group);
    this.#tell(`started ${token} ${group}`);
  }

  /** Nothing of the group is left: its number may soon be that of somebody else. */
  release(group: number): void {
    if (this.#groups.delete(group)) this.#tell(`ended ${group}`);
  }

  /** Ends the reaper, unless there is something left to watch. Resolves when its process is gone. */
  async dismiss(): Promise<void> {
    const shell = this.#shellProcess;
    if (shell !== undefined && this.#groups.size === 0) {
      this.#shellProcess = undefined;
      shell.ref();
      this.#dismissed = Promise.all([this.#dismissed, over(shell)]);
      shell.stdin?.end();
    }
    await this.#dismissed;
  }

  #start(): void {
    if (!existsSync(this.#shell)) {
      this.#complain(`there is no ${this.#shell}`);
      return;
    }
    const shell = spawn(this.#shell, ['-c', reaperScript, 'handover-reaper'], {
      stdio: ['pipe', 'ignore', 'ignore'],
      // In a session of its own: what ends all processes of a terminal, or of this group, leaves it alone.
      detached: true,
      cwd: '/',
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin' },
    });
    // It keeps nobody alive.
    shell.unref();
    (shell.stdin as Socket | null)?.unref();
    shell.stdin?.on('error', () => {});
    shell.on('error', (error) => this.#lost(shell, error.message));
    shell.on('exit', () =>
      this.#lost(shell, `${this.#shell} has ended, as often as it was started`),
    );
    this.#shellProcess = shell;
    for (const group of this.#groups) this.#tell(`started - ${group}`);
  }

  /** Another one takes its place. */
  #lost(shell: ChildProcess, why: string): void {
    if (shell !== this.#shellProcess) return;
    this.#shellProcess = undefined;
    if (this.#replacements === mostReplacements) this.#complain(why);
    else if (this.#groups.size > 0) {
      this.#replacements++;
      this.#start();
    }
  }

  #tell(line: string): void {
    this.#shellProcess?.stdin?.write(`${line}\n`);
  }

  #complain(why: string): void {
    if (this.#hasComplained) return;
    this.#hasComplained = true;
    this.#onTrouble(
      `there is no reaper (${why}): should this process be killed, stages that do not end by themselves when their supervisor is gone stay behind`,
    );
  }
}

/** Whether it exits, or could never be started. */
function over(shell: ChildProcess): Promise<unknown> {
  if (shell.exitCode !== null || shell.signalCode !== null) return Promise.resolve();
  return once(shell, 'exit').catch(() => {});
}

/** That of this process. */
export const reaper = new Reaper();
