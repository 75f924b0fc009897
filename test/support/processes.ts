/** What the system knows of processes: /proc, read when asked. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, vi } from 'vitest';

export interface ProcessEntry {
  readonly processId: number;
  /** Of its program, or what it calls itself. */
  readonly name: string;
  readonly parent: number;
  readonly group: number;
  /** One letter: `Z` is a zombie. */
  readonly state: string;
}

/** The children of this process, zombies included. */
export function ownProcesses(): readonly ProcessEntry[] {
  return childrenOf(process.pid);
}

export function childrenOf(processId: number): readonly ProcessEntry[] {
  return allProcesses().filter(({ parent }) => parent === processId);
}

/** Its children, theirs, and so on. */
export function descendantsOf(processId: number): readonly ProcessEntry[] {
  const children = childrenOf(processId);
  return [...children, ...children.flatMap((child) => descendantsOf(child.processId))];
}

/** All that runs in a process group. */
export function membersOf(group: number): readonly ProcessEntry[] {
  return allProcesses().filter((entry) => entry.group === group && entry.state !== 'Z');
}

function allProcesses(): readonly ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => entryOf(Number(name)) ?? []);
}

/** How many descriptors this process has open. */
export function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

/** Whether it runs; a zombie does not. */
export function isAlive(processId: number): boolean {
  const entry = entryOf(processId);
  return entry !== undefined && entry.state !== 'Z';
}

/** Resolves when the process is gone; fails when it is still there after so many milliseconds. */
export async function gone(processId: number, within: number): Promise<void> {
  await vi.waitFor(
    () => {
      if (isAlive(processId)) throw new Error(`process ${processId} is still there`);
    },
    { timeout: within, interval: 10 },
  );
}

/** Resolves when nothing runs in the group; fails when something still does after so many milliseconds. */
export async function groupGone(group: number, within: number): Promise<void> {
  await vi.waitFor(() => expect(membersOf(group)).toEqual([]), { timeout: within, interval: 10 });
}

/** What is left of it, if anything. */
export function killGroup(group: number): void {
  for (const { processId } of membersOf(group)) process.kill(processId, 'SIGKILL');
}

/** Resolves when the process has been stopped by a signal; fails when it still runs after so many milliseconds. */
export async function stopped(processId: number, within: number): Promise<void> {
  await vi.waitFor(
    () => {
      if (entryOf(processId)?.state !== 'T') throw new Error(`process ${processId} still runs`);
    },
    { timeout: within, interval: 10 },
  );
}

function entryOf(processId: number): ProcessEntry | undefined {
  try {
    const stat = readFileSync(`/proc/${processId}/stat`, 'utf8');
    // The name may hold anything, but the last parenthesis is its end.
    const [state = '', parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    return { processId, name, parent: Number(parent), group: Number(group), state };
  } catch {
    return undefined;
  }
}

/** Returns when the process is gone, without a turn of the event loop until then. */
export function blockUntilGone(processId: number): void {
  const patience = 5_000;
  const end = performance.now() + patience;
  while (isAlive(processId)) {
    if (performance.now() > end) throw new Error(`process ${processId} is still there`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  }
}
