/** Two threads of one process, without the isolation of processes. */
import { Worker } from 'node:worker_threads';
import { report } from '../figure.ts';
import { messageBytes } from '../message.ts';
import { Stopwatch } from '../stopwatch.ts';

const worker = new Worker(new URL('../peers/worker-echo.ts', import.meta.url), { execArgv: [] });
const stopwatch = new Stopwatch();
await new Promise<void>((resolve) => {
  worker.on('message', () => {
    if (stopwatch.lap()) worker.postMessage(messageBytes);
    else resolve();
  });
  worker.postMessage(messageBytes);
});
report(stopwatch.microseconds);
await worker.terminate();
