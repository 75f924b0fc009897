/**
 * A stage that needs more memory with each value. First it is killed whenever it has too much, in the middle of
 * whatever it does then: the value goes to the process that follows. Then the better way: after 10 values it is
 * replaced in good order, and never gets so far. No value is lost in either.
 */
import { type DeadLetter, type Limits, type Sender, Supervisor } from 'handover';
import { balance } from '../balance.ts';
import { verdict } from '../verdict.ts';

const numberOfJobs = 60;
const memoryBytes = 200 * 2 ** 20;

console.log('killed when it has too much:');
const killed = await run({ memoryBytes });
console.log('replaced after 10 values:');
const replaced = await run({ memoryBytes, values: 10 });
verdict(
  killed.isComplete && killed.restarts > 0 && replaced.isComplete && replaced.restarts === 0,
  `no job was lost, neither with ${killed.restarts} crashes nor with ${replaced.recycled} processes replaced and no crash`,
  `killed: ${JSON.stringify(killed)}; replaced: ${JSON.stringify(replaced)}`,
);

async function run(limits: Limits) {
  await using supervisor = new Supervisor();
  const rejects = supervisor.channel<DeadLetter<number>>('rejects');
  const jobs = supervisor.channel<number>('jobs', { deadLetters: rejects.sender });
  const results = supervisor.channel<number>('results');
  const hoarder = supervisor.stage('hoarder', {
    module: new URL('./hoarder.ts', import.meta.url),
    ends: { jobs: jobs.receiver, results: results.sender },
    restart: { restarts: 100, backoff: { first: 0 } },
    limits,
  });

  const [done, setAside] = await Promise.all([
    Array.fromAsync(results.receiver),
    Array.fromAsync(rejects.receiver),
    handOver(jobs.sender),
  ]);
  await supervisor.finished();

  // Killed between the result and the word that it is done, a process leaves a job that is done once more.
  const out = new Set(done).size;
  const isComplete = balance(supervisor, { sent: numberOfJobs, out, setAside });
  const { restarts, recycled } = hoarder.report;
  return { isComplete, restarts, recycled };
}

async function handOver(jobs: Sender<number>): Promise<void> {
  for (let job = 1; job <= numberOfJobs; job++) await jobs.send(job);
  jobs.close();
}
