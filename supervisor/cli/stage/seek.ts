/**
 * The one that writes looks for the stage that reads its pipe. That one may not be there yet: a shell starts all of a line
 * at once, in any order. So while it may still come, it is waited for; a program that knows nothing of channels is told
 * from it by what Linux says of the processes that hold the other end.
 */
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Pipe } from './pipe.ts';
import { type Reader, ReaderSearch } from './readers.ts';

export type Found =
  | { readonly type: 'stage'; readonly socket: Socket }
  /** @see name of the program, if it can be seen */
  | { readonly type: 'plain'; readonly name: string | undefined };

/** In milliseconds, between two looks. */
const interval = 15;
/** For how long, in milliseconds, one is waited for that has been started, or that another may yet start. */
const patience = { stage: 10_000, starter: 2_000, unseen: 500 };

export async function seek(pipe: Pipe, folder: string): Promise<Found> {
  const path = join(folder, pipe.identity);
  const search = pipe.link === undefined ? undefined : new ReaderSearch(pipe);
  const begun = performance.now();
  let before: readonly Reader[] | undefined;
  for (;;) {
    const socket = await connected(path);
    if (socket !== undefined) return { type: 'stage', socket };
    const readers = search?.look();
    if (isInVain(readers, before, performance.now() - begun)) {
      return { type: 'plain', name: nameOf(readers) };
    }
    before = readers;
    await setTimeout(interval);
  }
}

/**
 * Whether it is no use to wait for a stage any longer.
 *
 * @param readers nothing where nobody can see them
 * @param before what they were at the last look
 * @param waited in milliseconds
 */
export function isInVain(
  readers: readonly Reader[] | undefined,
  before: readonly Reader[] | undefined,
  waited: number,
): boolean {
  if (readers === undefined) return waited > patience.unseen;
  if (readers.some(({ kind }) => kind === 'stage')) return waited > patience.stage;
  // It may be another pipe that somebody waits for for a moment, and one process may take the place of another.
  const areSettled = before !== undefined && kindsOf(before) === kindsOf(readers);
  if (areSettled && readers.some(({ kind }) => kind === 'reading')) return true;
  if (readers.some(({ kind }) => kind === 'starter')) return waited > patience.starter;
  return areSettled;
}

function kindsOf(readers: readonly Reader[]): string {
  return readers.map(({ processId, kind }) => `${processId} ${kind}`).join();
}

function nameOf(readers: readonly Reader[] = []): string | undefined {
  const [first] = readers.toSorted((one, other) => rank[one.kind] - rank[other.kind]);
  return first?.name;
}

/** Who most likely reads comes first. */
const rank = { stage: 0, reading: 1, other: 2, starter: 3 };

function connected(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
    socket.once('error', () => resolve(undefined));
  });
}
