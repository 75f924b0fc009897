/** A process that is started again when it has died, by hand: no links, no channels, no output read. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { report } from '../figure.ts';
import { settled } from '../settled.ts';
import { spreadOf } from '../spread.ts';

const count = 12;

let child = await started();
const figures: number[] = [];
for (let round = 0; round <= count; round++) {
  await setTimeout(settled);
  const killed = performance.now();
  child.kill('SIGKILL');
  await once(child, 'exit');
  child = await started();
  figures.push(performance.now() - killed);
}
child.kill('SIGKILL');
report(spreadOf(figures.slice(1)).median);

/** It has acknowledged a value. */
async function started(): Promise<ChildProcess> {
  const process = fork(new URL('../peers/acknowledge.js', import.meta.url));
  await once(process, 'message');
  process.send(0);
  await once(process, 'message');
  return process;
}
