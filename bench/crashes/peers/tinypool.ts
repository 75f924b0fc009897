import { Tinypool } from 'tinypool';
import { type MakePool, patience, workerModule } from '../pool.ts';

export const makePool: MakePool = (workers, module = workerModule('tinypool')) => {
  const pool = new Tinypool({
    filename: module.href,
    runtime: 'child_process',
    minThreads: workers,
    maxThreads: workers,
  });
  // The time runs from here, and not from the start of the job: the jobs of the scenarios take no time.
  return (job) => pool.run(job, { signal: AbortSignal.timeout(2 * patience) });
};
