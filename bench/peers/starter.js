// JavaScript, run against the built package: the types of a .ts file would have to be taken off at each start.
import { stage } from 'handover/child';

/** When what it imports was there, in milliseconds since 1970. */
const imported = now();
const { values, starts } = await stage();
const welcomed = now();
for await (const _ of values) {
  await starts.send({ origin: performance.timeOrigin, imported, welcomed, given: now() });
}

function now() {
  return performance.timeOrigin + performance.now();
}
