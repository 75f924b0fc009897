import { fileURLToPath } from 'node:url';
import { Worker } from 'jest-worker';
import { type Job, type MakePool, workerModule } from '../pool.ts';

export const makePool: MakePool = (workers, module = workerModule('jest-worker')) => {
  const pool = new Worker(fileURLToPath(module), {
    numWorkers: workers,
    exposedMethods: ['work'],
  }) as Worker & { readonly work: (job: Job) => Promise<unknown> };
  return (job) => pool.work(job);
};
