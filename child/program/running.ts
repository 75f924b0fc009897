/** A program as it runs: true pipes on its descriptors 0 to 2, so that it may open /dev/stdin and /dev/stderr, too. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import { makePipes, type Pipes } from '../../platform/pipes.ts';
import type { Running } from './program.ts';

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Started extends Omit<Running, 'endedWell'> {
  /** Resolves when it has ended, and all that it wrote to its stderr is with ours. */
  readonly ended: Promise<Ending>;
}

/** @throws Error when there is no such program, or no pipes can be made */
export function start(file: string, args: readonly string[]): Started {
  const [through, errors] = [pipes(), pipes()];
  const child = spawn(file, args, {
    stdio: [through.theirs.read, through.theirs.write, errors.theirs.write],
  });
  for (const { read, write } of [through.theirs, errors.theirs]) {
    closeSync(read);
    closeSync(write);
  }
  closeSync(errors.ours.write);
  const stdin = end(through.ours.write, 'written');
  const stdout = end(through.ours.read, 'read');
  const stderr = end(errors.ours.read, 'read');
  stderr.pipe(process.stderr, { end: false });
  const exited = once(child, 'exit') as Promise<[Ending['code'], Ending['signal']]>;
  const printed = once(stderr, 'close');
  return {
    write: (bytes) =>
      new Promise((resolve) => {
        if (stdin.destroyed) resolve(false);
        else stdin.write(bytes, (error) => resolve(error == null));
      }),
    closeStdin: () => stdin.end(),
    stdout,
    closeStdout: () => stdout.destroy(),
    ended: exited.then(async ([code, signal]) => {
      await printed;
      return { code, signal };
    }),
  };
}

function pipes(): Pipes {
  const made = makePipes();
  if (made === undefined)
    throw new Error(
      'no pipes can be made here: is there no mkfifo, or no folder for temporary files?',
    );
  return made;
}

function end(descriptor: number, use: 'read' | 'written'): Socket {
  const socket = new Socket({
    fd: descriptor,
    readable: use === 'read',
    writable: use === 'written',
  });
  // A broken pipe shows where it is written to.
  return socket.on('error', () => {});
}
