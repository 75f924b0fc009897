/** A process that is started again when it has died, by hand: no links, no channels, no output read. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { atWork } from '../at-work.ts';
import { report } from '../figure.ts';
import { spreadOf } from '../spread.ts';

const count = 12;

let child = start();
await once(child, 'message');
const figures: number[] = [];
for (let round = 0; round <= count; round++) {
  await atWork(exchange);
  const killed = performance.now();
  child.kill('SIGKILL');
  await once(child, 'exit');
  child = start();
  await once(child, 'message');
  await exchange();
  figures.push(performance.now() - killed);
}
child.kill('SIGKILL');
report(spreadOf(figures.slice(1)).median);

function start(): ChildProcess {
  return fork(new URL('../peers/acknowledge.js', import.meta.url));
}

async function exchange(): Promise<void> {
  child.send(0);
  await once(child, 'message');
}
