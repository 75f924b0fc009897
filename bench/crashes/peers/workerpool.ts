import { fileURLToPath } from 'node:url';
import workerpool from 'workerpool';
import { type MakePool, patience, workerModule } from '../pool.ts';

export const makePool: MakePool = (workers, module = workerModule('workerpool')) => {
  const pool = workerpool.pool(fileURLToPath(module), {
    workerType: 'process',
    minWorkers: workers,
    maxWorkers: workers,
  });
  return (job) =>
    new Promise((resolve, reject) => {
      pool.exec('work', [job]).timeout(patience).then(resolve, reject);
    });
};
