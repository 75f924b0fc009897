import { closeSync, writeSync } from 'node:fs';
import { Packr } from 'msgpackr/pack';
import { readLink } from '../../platform/link-descriptors.ts';
import { report } from '../figure.ts';
import { messageObject, windowLength } from '../message.ts';
import { Stopwatch } from '../stopwatch.ts';

const packr = new Packr({ useRecords: false });
const stopwatch = new Stopwatch();
let unanswered = 0;
const input = readLink(3, false, (answers) => {
  unanswered -= answers.length;
  if (unanswered > 0) return;
  if (stopwatch.laps(windowLength)) sendWindow();
  else {
    report(stopwatch.microseconds);
    closeSync(4);
    input.destroy();
  }
});
sendWindow();

function sendWindow(): void {
  const values = Array.from({ length: windowLength }, () => Buffer.from(packr.pack(messageObject)));
  unanswered = values.length;
  writeSync(4, Buffer.concat(values));
}
