/** Who reads from a pipe, as Linux tells it. */
import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Pipe } from './pipe.ts';

/**
 * - `stage`: it was started as `handover stage`, and will say that it reads here.
 * - `reading`: it waits for what comes through a pipe, so it reads itself.
 * - `starter`: a shell, or a program that starts others: the stage may be what comes of it.
 * - `other`: a program that knows nothing of channels.
 */
export type ReaderKind = 'stage' | 'reading' | 'starter' | 'other';

export interface Reader {
  readonly processId: number;
  readonly name: string;
  readonly kind: ReaderKind;
}

/** Looks at the processes of this user. One that did not have the pipe when it was looked at does not come to it later. */
export class ReaderSearch {
  readonly #link: string;
  readonly #others = new Set<number>([process.pid]);

  constructor({ link = '' }: Pipe) {
    this.#link = link;
  }

  /** All that hold the end from which the pipe is read, as far as they can be seen. */
  look(): readonly Reader[] {
    const found: Reader[] = [];
    for (const processId of processes()) {
      if (this.#others.has(processId)) continue;
      if (!hasReadEnd(processId, this.#link)) {
        this.#others.add(processId);
        continue;
      }
      const reader = readerOf(processId);
      if (reader !== undefined) found.push(reader);
    }
    return found;
  }
}

function processes(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function hasReadEnd(processId: number, link: string): boolean {
  const folder = `/proc/${processId}/fd`;
  try {
    if (statSync(`/proc/${processId}`).uid !== process.getuid?.()) return false;
    return readdirSync(folder).some((name) => {
      const path = `${folder}/${name}`;
      return linkAt(path) === link && (lstatSync(path).mode & 0o400) !== 0;
    });
  } catch {
    return false;
  }
}

function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** Nothing when it has ended meanwhile. */
function readerOf(processId: number): Reader | undefined {
  try {
    const told = (what: string) => readFileSync(`/proc/${processId}/${what}`, 'utf8').trim();
    const name = told('comm');
    const program = basename(linkAt(`/proc/${processId}/exe`) ?? name);
    const kind = kindOf(program === 'busybox' ? name : program, told('cmdline'), told('wchan'));
    return { processId, name, kind };
  } catch {
    return undefined;
  }
}

/**
 * @param words its command line, with a zero byte behind each word
 * @param waitsIn the function of the kernel in which it waits
 */
export function kindOf(program: string, words: string, waitsIn: string): ReaderKind {
  if (/^node/.test(program) && stageWords.test(words)) return 'stage';
  if (/pipe_read/.test(waitsIn)) return 'reading';
  return starters.has(program) ? 'starter' : 'other';
}

/** With `npx` before them, or the file that is the command. Who runs it on another machine has them, too, and is no Node. */
const stageWords = /(^|[\s\0/])(handover|cli\/main\.[jt]s)[\s\0]+stage([\s\0]|$)/;

const starters: ReadonlySet<string> = new Set([
  ...['ash', 'bash', 'busybox', 'dash', 'fish', 'ksh', 'mksh', 'sh', 'zsh'],
  ...['env', 'nice', 'nohup', 'setsid', 'stdbuf', 'strace', 'sudo', 'time', 'timeout'],
]);
