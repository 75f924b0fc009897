/** A pipe that a shell has made, as this process finds it on its stdin or stdout. */
import { closeSync, constants, fstatSync, openSync, readlinkSync } from 'node:fs';
import { Socket } from 'node:net';

export interface Pipe {
  /** The same at both ends, and for as long as either is open that of no other pipe. */
  readonly identity: string;
  /** As the system lists it among the descriptors of a process; nothing where it lists none. */
  readonly link: string | undefined;
  readonly descriptor: number;
}

/** Nothing where it is no pipe, or the system does not tell pipes apart. */
export function pipeAt(descriptor: 0 | 1): Pipe | undefined {
  const stat = fstatSync(descriptor, { bigint: true });
  if (!stat.isFIFO() || stat.ino === 0n) return undefined;
  return { identity: `${stat.dev}-${stat.ino}`, link: linkOf(descriptor), descriptor };
}

export function readingStream({ descriptor }: Pipe): Socket {
  return streamOf(descriptor, constants.O_RDONLY);
}

export function writingStream({ descriptor }: Pipe): Socket {
  return streamOf(descriptor, constants.O_WRONLY);
}

/** Whoever writes to the pipe learns that nobody reads it, as far as it is for this process to say. */
export function letGoOf({ descriptor, link }: Pipe): void {
  // Not opened anew: then the stream has closed it.
  if (link === undefined) return;
  closeSync(descriptor);
  // The lowest free number is given next: so nothing else comes to stand there.
  openSync('/dev/null', constants.O_RDONLY);
}

/** Opened anew, so that it does not become non-blocking for others that have the same descriptor from the shell. */
function streamOf(descriptor: number, flags: number): Socket {
  const isRead = flags === constants.O_RDONLY;
  return new Socket({
    fd: openedAnew(descriptor, flags),
    readable: isRead,
    writable: !isRead,
    allowHalfOpen: true,
  });
}

function openedAnew(descriptor: number, flags: number): number {
  try {
    return openSync(`/proc/self/fd/${descriptor}`, flags | constants.O_NONBLOCK);
  } catch {
    return descriptor;
  }
}

function linkOf(descriptor: number): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return undefined;
  }
}
