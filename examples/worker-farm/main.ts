/**
 * Workers come when they like and ask for work. One is killed while it works; another is hired in its place,
 * and the job that was with it is done by somebody else. Nothing is lost, nothing is counted twice.
 */
import { ChannelBrokenError, channel, StageFailedError, Supervisor } from 'handover';
import { verdict } from '../verdict.ts';
import type { Application, Job, Result } from './worker.ts';

const jobs: readonly Job[] = Array.from({ length: 60 }, (_, index) => ({
  number: 1_000_000 + index,
}));

await using supervisor = new Supervisor();
const applications = supervisor.channel<Application>('applications');
for (const name of ['Ann', 'Bob', 'Cleo']) hire(name);

/** Jobs that nobody works at. Inside this process alone, and with room for all: to put one back never waits. */
const open = channel<Job>({ capacity: jobs.length });
for (const job of jobs) await open.sender.send(job);

const results: Result[] = [];
let given = 0;
let returned = 0;
const employed: Promise<void>[] = [];
for await (const application of applications.receiver) employed.push(employ(application));
await Promise.all(employed);
const failure = await supervisor.finished().catch((error: unknown) => error);

const numbers = new Set(results.map(({ number }) => number));
const isEachOnce = numbers.size === jobs.length && results.length === jobs.length;
console.log(`${results.length} results; ${returned} job went back, and to somebody else`);
verdict(
  failure instanceof StageFailedError && isEachOnce,
  'one worker was killed in the middle, and each job has exactly one result',
  `of ${jobs.length} jobs, ${numbers.size} have a result, and there are ${results.length} results (${failure})`,
);

function hire(name: string): void {
  supervisor.stage(name, {
    module: new URL('./worker.ts', import.meta.url),
    ends: { applications: applications.sender.clone() },
  });
}

/** Gives one worker one job after the other. */
async function employ({ work, results: done, processId }: Application): Promise<void> {
  for await (const job of open.receiver) {
    try {
      await work.send(job);
      if (++given === jobs.length / 2) process.kill(processId, 'SIGKILL');
      finish(await done.receive());
    } catch (error) {
      if (!(error instanceof ChannelBrokenError)) throw error;
      // It died, and its result is not here: so the job is open again.
      returned++;
      await open.sender.send(job);
      hire('Dora');
      return;
    }
  }
  // Its loop is over, and so is its process.
  work.close();
}

/** After the last result nobody is waited for any more. */
function finish(result: Result): void {
  results.push(result);
  if (results.length < jobs.length) return;
  open.sender.close();
  applications.sender.close();
}
