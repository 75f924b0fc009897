/** Asks for work, and does what it is given, until there is no more. */
import { type Receiver, type Sender, stage, supervisor } from 'handover/child';

export type Job = { readonly number: number };
export type Result = { readonly number: number; readonly divisors: number };

/** A worker that asks for work: how to give it some, where its results come, and which process it is. */
export type Application = {
  readonly work: Sender<Job>;
  readonly results: Receiver<Result>;
  readonly processId: number;
};

const { applications } = await stage<{ applications: Sender<Application> }>();
const work = supervisor.channel<Job>('work');
const results = supervisor.channel<Result>('results');
await applications.send({
  work: work.sender,
  results: results.receiver,
  processId: process.pid,
});
// Nobody else depends on this end: should the worker die, the others' channel must not break with it.
applications.close();
for await (const { number } of work.receiver) {
  await results.sender.send({ number, divisors: divisorsOf(number) });
}

function divisorsOf(number: number): number {
  let divisors = 0;
  for (let candidate = 1; candidate <= number; candidate++) {
    if (number % candidate === 0) divisors++;
  }
  return divisors;
}
