import { Supervisor, type SupervisorOptions } from 'handover';
import { expect, onTestFinished } from 'vitest';
import { LogBook } from './log-book.ts';
import { ownProcesses } from './processes.ts';

export interface Supervision {
  readonly supervisor: Supervisor;
  readonly book: LogBook;
}

/** A supervisor for one test, which must leave no process behind. */
export function supervise(options: SupervisorOptions = {}): Supervision {
  const book = new LogBook();
  const supervisor = new Supervisor({ log: book.log, ...options });
  onTestFinished(async () => {
    await supervisor.stop({ drain: 0, terminate: 0 });
    expect(ownProcesses(), 'processes left behind').toEqual([]);
  });
  return { supervisor, book };
}
