import { stage } from 'handover/child';
import { work } from './job.js';

const { jobs, answers } = await stage();
for await (const job of jobs.extended()) {
  await answers.send({ id: job.value.id, answer: await work(job.value) });
  job.taken();
}
