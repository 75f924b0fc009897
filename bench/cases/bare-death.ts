/** What no recovery can be faster than, not even one with a spare: until the system has taken down the process. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { atWork } from '../at-work.ts';
import { report } from '../figure.ts';
import { spreadOf } from '../spread.ts';

const count = 12;

const figures: number[] = [];
for (let round = 0; round <= count; round++) {
  const child = fork(new URL('../peers/acknowledge.js', import.meta.url));
  await once(child, 'message');
  await atWork(() => exchange(child));
  const killed = performance.now();
  child.kill('SIGKILL');
  await once(child, 'exit');
  figures.push(performance.now() - killed);
}
report(spreadOf(figures.slice(1)).median);

async function exchange(child: ChildProcess): Promise<void> {
  child.send(0);
  await once(child, 'message');
}
