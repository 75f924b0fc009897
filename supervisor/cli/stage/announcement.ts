/** A stage that reads a pipe lets others find it: for as long as it lives, so that no second one reads the same. */
import { linkSync, unlinkSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { exitCodes } from '../exit-codes.ts';
import { Problem } from '../problem.ts';
import { answers, removeAnnouncement } from './meeting-folder.ts';
import type { Pipe } from './pipe.ts';

export interface Announcement {
  /** It can be found no more. */
  end(): void;
}

/**
 * @param onConnection somebody has come, perhaps only to look whether anybody is here
 * @throws Problem when another stage reads this pipe
 */
export async function announce(
  folder: string,
  { identity }: Pipe,
  onConnection: (socket: Socket) => void,
): Promise<Announcement> {
  const path = join(folder, identity);
  // A socket is there a moment before it can be connected to, and would pass for one that was left behind.
  const unnamed = `${path}-${process.pid}`;
  const server = createServer(onConnection);
  await listening(server, unnamed);
  const remove = () => removeAnnouncement(path);
  while (!isLinked(unnamed, path)) {
    if ((await answers(path)) === 'nobody') remove();
    else {
      server.close();
      throw new Problem(
        exitCodes.mistaken,
        'another `handover stage` reads from this pipe already: what each gets would be left to chance. Let one stage read, and hand on what others are to have',
      );
    }
  }
  unlinkSync(unnamed);
  process.on('exit', remove);
  return {
    end: () => {
      process.off('exit', remove);
      remove();
      server.close();
    },
  };
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
}

/** @returns `false` when the name is taken */
function isLinked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
