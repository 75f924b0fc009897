/**
 * The folder in which a stage that reads a pipe can be found: a socket for each, by the identity of the pipe. It belongs
 * to the user, and nobody else can look into it.
 */
import { lstatSync, mkdirSync, readdirSync, statSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The path of a socket has at most 107 bytes, and two numbers of 64 bits and one of 32 have to fit behind the folder's. */
const longest = 107 - 50;

/** Nothing where there can be none: then no stage finds another. */
export function meetingFolder(): string | undefined {
  const user = process.getuid?.();
  if (user === undefined) return undefined;
  const { XDG_RUNTIME_DIR: runtime } = process.env;
  if (runtime && isOwn(runtime, user)) {
    const folder = madeOwn(join(runtime, 'handover'), user);
    if (folder !== undefined) return folder;
  }
  return isForAll(tmpdir()) ? undefined : madeOwn(join(tmpdir(), `handover-pipes-${user}`), user);
}

/** Removes what those have left who were killed: nobody answers there any more. */
export async function removeLeftovers(folder: string): Promise<void> {
  await Promise.all(
    readdirSync(folder).map(async (name) => {
      const path = join(folder, name);
      if ((await answers(path)) === 'nobody') removeAnnouncement(path);
    }),
  );
}

/** Whether somebody listens there. */
export function answers(path: string): Promise<'somebody' | 'nobody'> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve('somebody');
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'ECONNREFUSED' || error.code === 'ENOENT' ? 'nobody' : 'somebody');
    });
  });
}

export function removeAnnouncement(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Somebody else was quicker.
  }
}

function madeOwn(path: string, user: number): string | undefined {
  if (Buffer.byteLength(path) > longest) return undefined;
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch {
    // It is there already; or it is not, as can be seen.
  }
  return isOwn(path, user) ? path : undefined;
}

function isOwn(path: string, user: number): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === user && (found.mode & 0o077) === 0;
}

/** Whether others can put something else in the place of what is there: they can write, and it is not sticky. */
function isForAll(place: string): boolean {
  const { mode } = statSync(place);
  return (mode & 0o022) !== 0 && (mode & 0o1000) === 0;
}
