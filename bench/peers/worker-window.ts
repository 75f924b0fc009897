/** Sends a window of objects whenever the last one has been counted at the other end. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { messageObject, windowLength } from '../message.ts';
import { Stopwatch } from '../stopwatch.ts';

const { port } = workerData as { readonly port: MessagePort };
const stopwatch = new Stopwatch();
port.on('message', () => {
  if (stopwatch.laps(windowLength)) sendWindow();
  else {
    parentPort?.postMessage(stopwatch.microseconds);
    port.close();
  }
});
sendWindow();

function sendWindow(): void {
  for (let sent = 0; sent < windowLength; sent++) port.postMessage(messageObject);
}
