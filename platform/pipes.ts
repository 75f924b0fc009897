/**
 * Two pipes between this process and one that it is about to start. What Node itself makes of `'pipe'` is a
 * socket pair, and a round trip over it takes half as long again; a named pipe that has lost its name is what
 * the system has for a program that cannot call pipe(2).
 */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import { makeOwnFolder, removeFolder, removeLitter } from './litter.ts';

/** The descriptors at one side: it reads from the one and writes to the other. */
export interface PipeEnds {
  readonly read: number;
  readonly write: number;
}

export interface Pipes {
  readonly ours: PipeEnds;
  /** In blocking mode. To be closed here when the process has been started. */
  readonly theirs: PipeEnds;
}

/** Of the files: towards the process, and back. Of a direct link: towards the one with the receiver. */
export const pipeNames = ['down', 'up'] as const;

/** Nothing where the system has no `mkfifo`, or no folder for temporary files. Takes some 3 ms. */
export function makePipes(): Pipes | undefined {
  removeLitter(pipeNames);
  const opened: number[] = [];
  let folder: string | undefined;
  try {
    folder = makeOwnFolder();
    const [down, up] = [join(folder, pipeNames[0]), join(folder, pipeNames[1])];
    execFileSync('mkfifo', ['-m', '600', down, up], { stdio: 'ignore' });
    return openPipes(down, up, (path, flags) => {
      const descriptor = openSync(path, flags);
      opened.push(descriptor);
      return descriptor;
    });
  } catch {
    for (const descriptor of opened) closeSync(descriptor);
    return undefined;
  } finally {
    if (folder !== undefined) removeFolder(folder, pipeNames);
  }
}

/** In such an order that none waits for the other side: to write needs a reader, to read in blocking mode a writer. */
function openPipes(down: string, up: string, open: (path: string, flags: number) => number): Pipes {
  const { O_RDONLY, O_WRONLY, O_NONBLOCK } = constants;
  const read = open(up, O_RDONLY | O_NONBLOCK);
  const firstReader = open(down, O_RDONLY | O_NONBLOCK);
  const write = open(down, O_WRONLY | O_NONBLOCK);
  const theirs = { read: open(down, O_RDONLY), write: open(up, O_WRONLY) };
  closeSync(firstReader);
  return { ours: { read, write }, theirs };
}
