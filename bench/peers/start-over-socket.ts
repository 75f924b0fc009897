import { type ChildProcess, spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** Starts a program with a socket pair on descriptor 3: what Node makes of stdio `'pipe'`. */
export function startOverSocket(program: URL): { child: ChildProcess; socket: Duplex } {
  const child = spawn(process.execPath, [fileURLToPath(program)], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  const socket = child.stdio[3];
  if (!(socket instanceof Duplex)) throw new Error('descriptor 3 of the child is no socket');
  return { child, socket };
}
