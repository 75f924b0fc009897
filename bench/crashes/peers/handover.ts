import { Supervisor } from 'handover';
import { type Job, type MakePool, patience, workerModule } from '../pool.ts';

/** A job is done when its answer has come, and has failed when the channel of the jobs gives it up. */
export const makePool: MakePool = (workers, module = workerModule('handover')) => {
  const supervisor = new Supervisor({ name: 'pool', log: () => {} });
  const jobs = supervisor.channel<Job>('jobs');
  const answers = supervisor.channel<{ id: number; answer: unknown }>('answers');
  supervisor.stage('worker', {
    module,
    replicas: workers,
    restart: 'always',
    limits: { silence: patience },
    deadline: patience,
    ends: { jobs: jobs.receiver, answers: answers.sender },
  });
  supervisor.finished().catch(() => {});
  const waiting = new Map<number, (answer: unknown) => void>();
  void hear();
  return (job) =>
    new Promise((resolve, reject) => {
      waiting.set(job.id, resolve);
      jobs.sender.send(job).catch(reject);
    });

  async function hear(): Promise<void> {
    try {
      for await (const { id, answer } of answers.receiver) waiting.get(id)?.(answer);
    } catch {
      // The senders of the jobs hear of it, too.
    }
  }
};
