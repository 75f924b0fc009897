/**
 * Folders for temporary files that say whose they are: a process that is killed cannot remove its own, so the
 * next one does. The name has the process id; when that process was started, for ids are used again; and the
 * space in which the id counts, for a container has its own: `handover-4711-8823914-4026531836-x3Fq9a`.
 */
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** In milliseconds. One from another container cannot be asked about its owner; none is needed for so long. */
const longestUse = 60 * 60 * 1_000;

let isDone = false;

/** A new one, in the system's folder for such. */
export function makeOwnFolder(): string {
  return mkdtempSync(join(tmpdir(), `handover-${process.pid}-${own.start}-${own.space}-`));
}

/** One by one: to look into the folder would take a descriptor, and there may be none left. */
export function removeFolder(folder: string, names: readonly string[]): void {
  for (const name of names) rmSync(join(folder, name), { force: true });
  rmdirSync(folder);
}

/**
 * Removes those whose process is gone, once in the life of this process. Never one of another user.
 *
 * @param names what may be in them
 */
export function removeLitter(names: readonly string[]): void {
  if (isDone) return;
  isDone = true;
  try {
    const place = tmpdir();
    for (const entry of readdirSync(place)) {
      const owner = ownerOf(entry);
      if (owner !== undefined) removeIfLeft(join(place, entry), owner, names);
    }
  } catch {
    // Where nothing can be listed, nothing is removed.
  }
}

interface Owner {
  readonly processId: number;
  readonly start: string;
  readonly space: string;
}

/** Made once: a process keeps them for its life. */
const own = { start: startOf('self') ?? '0', space: spaceOfOwn() };

function ownerOf(entry: string): Owner | undefined {
  const [, processId, start, space] = /^handover-(\d+)-(\d+)-(\d+)-\w{6}$/.exec(entry) ?? [];
  if (processId === undefined || start === undefined || space === undefined) return undefined;
  return { processId: Number(processId), start, space };
}

function removeIfLeft(folder: string, owner: Owner, names: readonly string[]): void {
  try {
    const { uid, mtimeMs, isFolder } = lookAt(folder);
    if (!isFolder || uid !== process.getuid?.()) return;
    const isLeft = owner.space === own.space ? !isAlive(owner) : Date.now() - mtimeMs > longestUse;
    if (isLeft) removeFolder(folder, names);
  } catch {
    // Somebody else was quicker; or it holds what is none of ours.
  }
}

function lookAt(path: string) {
  const stat = lstatSync(path);
  return { uid: stat.uid, mtimeMs: stat.mtimeMs, isFolder: stat.isDirectory() };
}

/** Where the system does not tell when a process was started, an id in use counts as the same process. */
function isAlive({ processId, start }: Owner): boolean {
  const now = startOf(processId);
  if (now !== undefined) return now === start;
  if (own.start !== '0') return false;
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** In the ticks of the system's clock; undefined when there is no such process, or nobody can tell. */
function startOf(processId: number | 'self'): string | undefined {
  try {
    const stat = readFileSync(`/proc/${processId}/stat`, 'utf8');
    // The name of the program may hold anything, but the last parenthesis is its end.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function spaceOfOwn(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  } catch {
    return '0';
  }
}
