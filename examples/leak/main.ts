/**
 * A stage that needs more memory with each value. First it is killed whenever it has too much, in the middle of
 * whatever it does then: the value goes to the process that follows. Then the better way: after 10 values it is
 * replaced in good order, and never gets so far. No value is lost in either.
 */
import { type DeadLetter, type Limits, Supervisor } from 'handover';
import { balance } from '../balance.ts';
import { verdict } from '../verdict.ts';

const numberOfJobs = 60;
const memoryBytes = 200 * 2 ** 20;

const killed = await run('killed when it has too much', { memoryBytes });
const recycled = await run('replaced after 10 values', { memoryBytes, values: 10 });
verdict(
  killed.isComplete && killed.crashes > 0 && recycled.isComplete && recycled.crashes === 0,
  `no job was lost with ${killed.crashes} crashes, nor with ${recycled.successors} processes replaced and no crash`,
  `killed: ${JSON.stringify(killed)}; recycled: ${JSON.stringify(recycled)}`,
);

async function run(title: string, limits: Limits) {
  console.log(`${title}:`);
  await using supervisor = new Supervisor();
  const counts = { crashes: 0, successors: 0 };
  supervisor.events.listen(({ type }) => {
    if (type === 'crashed') counts.crashes++;
    if (type === 'recycling') counts.successors++;
  });
  const rejects = supervisor.channel<DeadLetter<number>>('rejects');
  const jobs = supervisor.channel<number>('jobs', { deadLetters: rejects.sender });
  const results = supervisor.channel<number>('results');
  supervisor.stage('hoarder', {
    module: new URL('./hoarder.ts', import.meta.url),
    ends: { jobs: jobs.receiver, results: results.sender },
    restart: { restarts: 20, backoff: { first: 0 } },
    limits,
  });

  const [done, setAside] = await Promise.all([
    Array.fromAsync(results.receiver),
    Array.fromAsync(rejects.receiver),
    (async () => {
      for (let job = 1; job <= numberOfJobs; job++) await jobs.sender.send(job);
      jobs.sender.close();
    })(),
  ]);
  await supervisor.finished();
  // A process that is killed between its result and its word that it is done: the job is done again.
  const out = new Set(done).size;
  return { ...counts, isComplete: balance(supervisor, { sent: numberOfJobs, out, setAside }) };
}
