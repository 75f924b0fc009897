/** What the system knows of processes: /proc, read when asked. */
import { readdirSync, readFileSync } from 'node:fs';
import { vi } from 'vitest';

export interface ProcessEntry {
  readonly processId: number;
  readonly parent: number;
  /** One letter: `Z` is a zombie. */
  readonly state: string;
}

/** The children of this process, zombies included. */
export function ownProcesses(): readonly ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => entryOf(Number(name)) ?? [])
    .filter((entry) => entry.parent === process.pid);
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
    const [state = '', parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { processId, parent: Number(parent), state };
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
