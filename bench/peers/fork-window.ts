/** Sends a window of objects whenever the last one has been counted at the other end. */
import { report } from '../figure.ts';
import { messageObject, windowLength } from '../message.ts';
import { Stopwatch } from '../stopwatch.ts';

const stopwatch = new Stopwatch();
process.on('message', () => {
  if (stopwatch.laps(windowLength)) sendWindow();
  else {
    report(stopwatch.microseconds);
    process.disconnect();
  }
});
sendWindow();

function sendWindow(): void {
  for (let sent = 0; sent < windowLength; sent++) process.send?.(messageObject);
}
