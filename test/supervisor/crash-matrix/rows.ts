/** What the rows of the crash matrix share: which endings go together, and under which limits. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Limits, Supervisor } from 'handover';
import { expect } from 'vitest';
import type { Ending } from '../../support/endings.ts';
import { EventBook } from '../../support/event-book.ts';
import { LogBook } from '../../support/log-book.ts';
import { ownProcesses } from '../../support/processes.ts';

interface Way {
  readonly endings: readonly Ending[];
  readonly limits: Limits;
  /** With 1 process and with 4; `once`: where all is the same but for the time that it takes. */
  readonly isWalked: 'often' | 'once';
}

/** Whoever hangs is found by a limit, under which nobody else should fall: so each has rows of its own. */
export const ways: readonly Way[] = [
  { endings: ['SIGKILL', 'SIGSEGV', 'abort', 'process.exit'], limits: {}, isWalked: 'often' },
  { endings: ['out of memory'], limits: { heapBytes: 24 * 2 ** 20 }, isWalked: 'once' },
  { endings: ['SIGSTOP'], limits: { silence: 1_000 }, isWalked: 'once' },
  { endings: ['endless loop'], limits: { busy: 800 }, isWalked: 'once' },
];

/** Started again as often as it takes. */
export const again = { restarts: 1_000, backoff: { most: 0 } } as const;

export interface Stand {
  readonly supervisor: Supervisor;
  readonly events: EventBook;
  readonly log: LogBook;
  /** Is gone with the row. */
  readonly folder: string;
}

/** For all cells of one row; no process may be left by it. */
export function standFor(): Stand {
  const log = new LogBook();
  const supervisor = new Supervisor({ log: log.log });
  const folder = mkdtempSync(join(tmpdir(), 'handover-crash-matrix-'));
  return { supervisor, events: new EventBook(supervisor), log, folder };
}

export async function dismantle({ supervisor, folder }: Stand): Promise<void> {
  await supervisor.stop({ drain: 0, terminate: 0 });
  rmSync(folder, { recursive: true });
  expect(ownProcesses(), 'processes left behind').toEqual([]);
}
