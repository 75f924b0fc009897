/**
 * Where Node keeps what it has compiled, so that the next process of a stage need not: a TypeScript stage starts
 * twice as fast with it. One folder for each user, in the system's folder for such; it stays there, and Node
 * renews in it what has changed.
 */
import { lstatSync, mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * What a Node has to find in its environment for that; nothing where somebody has decided otherwise. What is
 * compiled ahead counts less exactly what of it is run: never where that is counted.
 */
export function compiledIn(
  environment: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (decisive.some((name) => name in environment)) return {};
  folder ??= ownFolder();
  return folder === 'none' ? {} : { NODE_COMPILE_CACHE: folder };
}

const decisive = ['NODE_COMPILE_CACHE', 'NODE_DISABLE_COMPILE_CACHE', 'NODE_V8_COVERAGE'];

let folder: string | 'none' | undefined;

/** Only one that nobody else could put code into. */
export function ownFolder(place = tmpdir()): string | 'none' {
  const user = process.getuid?.();
  if (user === undefined) return 'none';
  const path = join(place, `handover-compiled-${user}`);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch {
    // It is there already; or it is not, as can be seen.
  }
  const found = lstatSync(path, { throwIfNoEntry: false });
  const isOwn = found?.isDirectory() && found.uid === user && (found.mode & 0o077) === 0;
  return isOwn && !isForAll(place) ? path : 'none';
}

/** Whether others can put something else in the place of what is there: they can write, and it is not sticky. */
function isForAll(place: string): boolean {
  const { mode } = statSync(place);
  return (mode & 0o022) !== 0 && (mode & 0o1000) === 0;
}
