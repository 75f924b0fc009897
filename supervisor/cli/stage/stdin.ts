import type { Socket } from 'node:net';
import { isatty } from 'node:tty';
import type { Format } from '../../../platform/formats/format.ts';
import type { Outside } from '../../outside.ts';
import { Problem } from '../problem.ts';
import { announce } from './announcement.ts';
import { meetingFolder, removeLeftovers } from './meeting-folder.ts';
import { letGoOf, type Pipe, pipeAt } from './pipe.ts';
import { JoinedInput } from './read-joined.ts';
import { readPlain } from './read-plain.ts';
import type { Farewell } from './words.ts';

/** What comes into the stage: from the stage before it, in lines from a program or a file; nothing from a terminal. */
export class Stdin {
  /** Whether nothing can come: the stage is the first of its line. */
  readonly isFirst = isatty(0);
  readonly #pipe: Pipe | undefined;
  readonly #say: (what: string) => void;
  /** Those that came before it could be read. */
  readonly #early: Socket[] = [];
  #joined: JoinedInput | undefined;

  /**
   * A stage that writes to the pipe on stdin finds this one from now on.
   *
   * @throws Problem when another stage reads from this pipe
   */
  static async announced(say: (what: string) => void): Promise<Stdin> {
    const stdin = new Stdin(say);
    await stdin.#announce();
    return stdin;
  }

  private constructor(say: (what: string) => void) {
    this.#pipe = pipeAt(0);
    this.#say = say;
  }

  read(outside: Outside, format: Format): void {
    if (this.isFirst) outside.input.close();
    else void this.#read(outside, format);
  }

  /** The stage takes nothing more. Resolves when whoever writes can know it. */
  async leave(word: Farewell): Promise<void> {
    await this.#joined?.leave(word);
  }

  async #announce(): Promise<void> {
    const folder = meetingFolder();
    if (folder === undefined) return;
    try {
      await removeLeftovers(folder);
      if (this.#pipe !== undefined) await announce(folder, this.#pipe, this.#connect);
    } catch (error) {
      if (error instanceof Problem) throw error;
      this.#say(`no stage before this one can find it: ${error}`);
    }
  }

  readonly #connect = (socket: Socket) => {
    if (this.#joined === undefined) this.#early.push(socket.on('error', () => {}));
    else this.#joined.connect(socket);
  };

  async #read(outside: Outside, format: Format): Promise<void> {
    if (this.#pipe === undefined) {
      await readPlain(process.stdin, format, outside, this.#say);
      return;
    }
    this.#joined = new JoinedInput(this.#pipe, outside);
    for (const socket of this.#early.splice(0)) this.#joined.connect(socket);
    const read = await this.#joined.over;
    if (read.type === 'plain') {
      this.#say(
        'the writer of stdin is no handover stage: it goes on when its line is written, not when it was taken',
      );
      await readPlain(read.chunks, format, outside, this.#say);
    }
    letGoOf(this.#pipe);
  }
}
