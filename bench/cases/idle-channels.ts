/** What the supervisor's memory grows by for each channel that nobody uses, both of its ends included. */
import { Supervisor } from 'handover';
import { report } from '../figure.ts';

const [, , count] = process.argv;

const supervisor = new Supervisor({ name: 'bench' });
supervisor.channel('the first one, whose costs are not counted');
const channels = new Array<unknown>(Number(count)).fill(undefined);
const before = inUse();
for (let index = 0; index < channels.length; index++) {
  channels[index] = supervisor.channel(`idle ${index}`);
}
report((inUse() - before) / channels.length);

function inUse(): number {
  if (globalThis.gc === undefined) throw new Error('node --expose-gc is needed here');
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
