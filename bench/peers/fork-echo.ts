import { fork, type Serializable, type SerializationType } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Stopwatch } from '../stopwatch.ts';

/** Plays ping-pong over Node's own channel to a child process. Microseconds per round trip. */
export async function forkEcho(
  serialization: SerializationType,
  message: Serializable,
): Promise<number> {
  const echo = fileURLToPath(new URL('./fork-child.ts', import.meta.url));
  const child = fork(echo, { serialization, execArgv: [] });
  const stopwatch = new Stopwatch();
  await new Promise<void>((resolve) => {
    child.on('message', () => {
      if (stopwatch.lap()) child.send(message);
      else resolve();
    });
    child.send(message);
  });
  child.disconnect();
  return stopwatch.microseconds;
}
