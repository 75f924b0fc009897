/** Small objects from one thread to another, without the isolation of processes. */
import { once } from 'node:events';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { report } from '../figure.ts';

const { port1, port2 } = new MessageChannel();
start('worker-count', port1);
const sender = start('worker-window', port2);
const [figure] = await once(sender, 'message');
report(figure);

function start(name: string, port: MessagePort): Worker {
  return new Worker(new URL(`../peers/${name}.ts`, import.meta.url), {
    execArgv: [],
    workerData: { port },
    transferList: [port],
  });
}
