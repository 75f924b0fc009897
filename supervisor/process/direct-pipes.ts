/**
 * The two named pipes of a direct link (docs/protocol.md, 14.3). The supervisor has both open, to read and to write,
 * until both processes have them: so neither waits for the other to open its own, or finds an end before.
 */
import { execFile } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeOwnFolder, removeFolder } from '../../platform/litter.ts';
import { pipeNames } from '../../platform/pipes.ts';
import type { DirectPipes } from '../../src/direct/meetings.ts';

/** Nothing where none can be made. Takes some 3 ms, in which others have their turn. */
export async function makeDirectPipes(): Promise<DirectPipes | undefined> {
  const opened: number[] = [];
  let folder: string | undefined;
  const release = () => {
    if (folder !== undefined) remove(folder);
    folder = undefined;
    for (const descriptor of opened.splice(0)) closeSync(descriptor);
  };
  try {
    folder = makeOwnFolder();
    const [toReceiver, toSender] = [join(folder, pipeNames[0]), join(folder, pipeNames[1])];
    await run('mkfifo', ['-m', '600', toReceiver, toSender], { timeout: longestMaking });
    const { O_RDWR, O_NONBLOCK } = constants;
    for (const path of [toReceiver, toSender]) opened.push(openSync(path, O_RDWR | O_NONBLOCK));
    return { toReceiver, toSender, release };
  } catch {
    release();
    return undefined;
  }
}

const run = promisify(execFile);

/** In milliseconds: what takes longer than that is stuck. */
const longestMaking = 5_000;

function remove(folder: string): void {
  try {
    removeFolder(folder, pipeNames);
  } catch {
    // Somebody else was quicker, or has put something into it.
  }
}
