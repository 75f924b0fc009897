/** A stage that reads a pipe lets others find it for as long as it lives, so that no second one reads the same. */
import { linkSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { exitCodes } from '../exit-codes.ts';
import { Problem } from '../problem.ts';
import { answers, removeAnnouncement } from './meeting-folder.ts';
import type { Pipe } from './pipe.ts';

/**
 * From now on, until this process ends, a stage that writes to the pipe finds this one.
 *
 * @param onConnection somebody has come, perhaps only to look whether anybody is here
 * @throws Problem when another stage reads this pipe
 */
export async function announce(
  folder: string,
  pipe: Pipe,
  onConnection: (socket: Socket) => void,
): Promise<void> {
  const path = join(folder, pipe.identity);
  // A socket is there a moment before it can be connected to, and would pass for one that was left behind.
  const unnamed = `${path}-${process.pid}`;
  const server = createServer(onConnection);
  await listening(server, unnamed);
  const remove = () => removeAnnouncement(path);
  for (let link = linked(unnamed, path); link !== 'done'; link = linked(unnamed, path)) {
    if (link === 'removed') {
      server.close();
      return announce(folder, pipe, onConnection);
    }
    if ((await answers(path)) === 'somebody') {
      server.close();
      throw new Problem(exitCodes.mistaken, secondReader);
    }
    remove();
  }
  removeAnnouncement(unnamed);
  process.on('exit', remove);
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
}

/** `removed`: in that moment somebody took it for one that was left behind. */
function linked(from: string, to: string): 'done' | 'taken' | 'removed' {
  try {
    linkSync(from, to);
    return 'done';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return 'taken';
    if (code === 'ENOENT') return 'removed';
    throw error;
  }
}

const secondReader =
  'another `handover stage` reads from this pipe already: what each gets would be left to chance. Let one stage read, and hand on what others are to have';
