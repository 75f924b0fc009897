import { work } from './job.js';

process.on('message', async (job) => process.send({ id: job.id, answer: await work(job) }));
