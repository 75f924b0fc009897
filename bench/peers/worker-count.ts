/** Says so once for each window of objects. */
import { type MessagePort, workerData } from 'node:worker_threads';
import { windowLength } from '../message.ts';

const { port } = workerData as { readonly port: MessagePort };
let received = 0;
port.on('message', () => {
  if (++received % windowLength === 0) port.postMessage('counted');
});
