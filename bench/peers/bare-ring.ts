/** One process of the bare ring: what comes on the first channel is answered, and goes on to the others. */
import { writeSync } from 'node:fs';
import { argv } from 'node:process';
import { readLink } from '../../platform/link-descriptors.ts';
import { report } from '../figure.ts';
import { Stopwatch } from '../stopwatch.ts';

/** A number goes over each of the four channels in turn. */
const sendsPerRound = 4;
const [, , role] = argv;
const outputs = { prefix: [6], successor: [6], delta: [6, 8] }[role as string] ?? [];
const answer = Uint8Array.of(0);
const first = Uint8Array.of(0, 0, 0, 1, 0);
const stopwatch = new Stopwatch();

readLink(3, false, (chunk) => {
  writeSync(4, answer);
  if (role === 'prefix' && !stopwatch.lap()) {
    // Nothing is on its way any more.
    report(stopwatch.microseconds / sendsPerRound);
    process.exit();
  }
  for (const output of outputs) writeSync(output, chunk);
});
for (const output of outputs) readLink(output - 1, false, () => {});
if (role === 'prefix') writeSync(6, first);
