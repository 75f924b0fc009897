/** A program as it runs: true pipes on its descriptors 0 to 2, so that it may open /dev/stdin and /dev/stderr, too. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import { makeStandardPipes } from './pipes.ts';
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
export async function start(file: string, args: readonly string[]): Promise<Started> {
  const pipes = await makeStandardPipes();
  const theirs = [pipes.stdin.read, pipes.stdout.write, pipes.stderr.write];
  const child = spawn(file, args, { stdio: theirs });
  for (const descriptor of theirs) closeSync(descriptor);
  const stdin = end(pipes.stdin.write, 'written');
  const stdout = end(pipes.stdout.read, 'read');
  const stderr = end(pipes.stderr.read, 'read');
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

function end(descriptor: number, use: 'read' | 'written'): Socket {
  const socket = new Socket({
    fd: descriptor,
    readable: use === 'read',
    writable: use === 'written',
  });
  // A broken pipe shows where it is written to.
  return socket.on('error', () => {});
}
