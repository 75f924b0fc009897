// JavaScript, run against the built package: the types of a .ts file would have to be taken off at each start.
import { stage } from 'handover/child';

/** When what it imports was there. */
const imported = now();
const origin = imported - process.uptime() * 1_000;
const { values, starts } = await stage();
const welcomed = now();
for await (const _ of values) await starts.send({ origin, imported, welcomed, given: now() });

/** In milliseconds of the machine's clock. To load `performance` would take the stage a part of its start. */
function now() {
  return Number(process.hrtime.bigint()) / 1e6;
}
