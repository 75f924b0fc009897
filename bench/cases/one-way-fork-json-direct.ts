/** Small objects from a parent to its child: the shortest way that Node's own channel has. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { report } from '../figure.ts';
import { messageObject, windowLength } from '../message.ts';
import { Stopwatch } from '../stopwatch.ts';

const counter = fork(fileURLToPath(new URL('../peers/fork-count.ts', import.meta.url)), {
  execArgv: [],
});
const stopwatch = new Stopwatch();
counter.on('message', () => {
  if (stopwatch.laps(windowLength)) sendWindow();
  else {
    report(stopwatch.microseconds);
    counter.disconnect();
  }
});
sendWindow();

function sendWindow(): void {
  for (let sent = 0; sent < windowLength; sent++) counter.send(messageObject);
}
