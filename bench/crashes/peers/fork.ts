import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Job, type MakePool, workerModule } from '../pool.ts';

interface Waiting {
  readonly job: Job;
  readonly resolve: (answer: unknown) => void;
}

/** What one writes first: whoever has answered gets the next job. Nobody looks for exits. */
export const makePool: MakePool = (workers, module = workerModule('fork')) => {
  const queue: Waiting[] = [];
  const waiting = new Map<number, Waiting>();
  const idle: ChildProcess[] = Array.from({ length: workers }, () => {
    const child = fork(fileURLToPath(module), { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    child.on('error', () => {});
    child.on('message', ({ id, answer }: { id: number; answer: unknown }) => {
      waiting.get(id)?.resolve(answer);
      idle.push(child);
      proceed();
    });
    return child;
  });
  return (job) =>
    new Promise((resolve) => {
      queue.push({ job, resolve });
      proceed();
    });

  function proceed(): void {
    while (queue.length > 0 && idle.length > 0) {
      const next = queue.shift() as Waiting;
      waiting.set(next.job.id, next);
      idle.shift()?.send(next.job);
    }
  }
};
