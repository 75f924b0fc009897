import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { atWork } from '../at-work.ts';
import { spreadOf } from '../spread.ts';

const starts = 15;

/** From the start of a Node with these arguments to its exit: the middle of some, in milliseconds. */
export async function nodeStart(...args: readonly string[]): Promise<number> {
  const figures: number[] = [];
  for (let start = 0; start < starts; start++) {
    await atWork(() => setImmediate());
    const before = performance.now();
    await once(spawn(process.execPath, args, { stdio: 'ignore' }), 'exit');
    figures.push(performance.now() - before);
  }
  return spreadOf(figures).median;
}
