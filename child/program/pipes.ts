/**
 * The pipes on a program's descriptors 0 to 2. They have no name, and never had one: a named pipe cannot be opened once more
 * when nobody is at its other side, and so a program that opens /dev/stdin after its input has ended would wait for ever.
 * Node makes no such pipes, but a shell does, and while it holds them, others of the same user can open them.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, existsSync, fstatSync, openSync } from 'node:fs';
import { makePipes, type PipeEnds, type Pipes } from '../../platform/pipes.ts';

export interface StandardPipes {
  readonly stdin: PipeEnds;
  readonly stdout: PipeEnds;
  readonly stderr: PipeEnds;
}

/**
 * The ends of the program are in blocking mode. Where nobody can look into a shell, they are pipes that had names. Takes
 * some 3 ms.
 *
 * @throws Error when no pipes can be made
 */
export async function makeStandardPipes(): Promise<StandardPipes> {
  return (await pipesOfShell()) ?? namedPipes();
}

/** Three pipes, one inside of the other; it says who holds them, and goes when its stdin is at its end, or this process is. */
const script = `exec 9<&0
: | { : | { : | { read -r id rest </proc/self/stat; echo "$id"; read -r rest <&9; } 5<&0; } 4<&0; } 3<&0`;

async function pipesOfShell(): Promise<StandardPipes | undefined> {
  if (!existsSync('/proc/self/fd')) return undefined;
  try {
    const shell = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'pipe', 'ignore'] });
    const ended = once(shell, 'close').catch(() => {});
    try {
      return openAll(await holderIn(shell.stdout));
    } finally {
      // A pipe that it still holds would not be closed when its other holders have closed it.
      shell.stdin.on('error', () => {}).end();
      await ended;
    }
  } catch {
    return undefined;
  }
}

/** @throws Error when there is no shell, or it has ended before it had said so */
async function holderIn(stdout: AsyncIterable<Uint8Array>): Promise<number> {
  let said = '';
  for await (const chunk of stdout) {
    said += chunk;
    if (said.endsWith('\n')) return Number(said);
  }
  throw new Error('the shell has ended');
}

/** @throws Error when what it holds there cannot be opened, or is no pipe */
function openAll(holder: number): StandardPipes {
  const opened: number[] = [];
  const open = (number: number, flags: number): number => {
    const descriptor = openSync(`/proc/${holder}/fd/${number}`, flags);
    opened.push(descriptor);
    if (!fstatSync(descriptor).isFIFO()) throw new Error('that is no pipe');
    return descriptor;
  };
  const { O_RDONLY, O_WRONLY, O_NONBLOCK } = constants;
  try {
    return {
      stdin: { read: open(3, O_RDONLY), write: open(3, O_WRONLY | O_NONBLOCK) },
      stdout: { read: open(4, O_RDONLY | O_NONBLOCK), write: open(4, O_WRONLY) },
      stderr: { read: open(5, O_RDONLY | O_NONBLOCK), write: open(5, O_WRONLY) },
    };
  } catch (error) {
    for (const descriptor of opened) closeSync(descriptor);
    throw error;
  }
}

/** @throws Error when no pipes can be made */
function namedPipes(): StandardPipes {
  const [through, errors] = [named(), named()];
  closeSync(errors.ours.write);
  closeSync(errors.theirs.read);
  return {
    stdin: { read: through.theirs.read, write: through.ours.write },
    stdout: { read: through.ours.read, write: through.theirs.write },
    stderr: { read: errors.ours.read, write: errors.theirs.write },
  };
}

function named(): Pipes {
  const made = makePipes();
  if (made !== undefined) return made;
  throw new Error(
    'no pipes can be made here: is there no mkfifo, or no folder for temporary files?',
  );
}
