import { fstatSync } from 'node:fs';
import type { Writable } from 'node:stream';
import type { Format } from '../../../platform/formats/format.ts';
import type { Outside } from '../../outside.ts';
import { meetingFolder } from './meeting-folder.ts';
import { type Pipe, pipeAt, writingStream } from './pipe.ts';
import { seek } from './seek.ts';
import { type LastWord, toldToEnd } from './words.ts';
import { JoinedOutput } from './write-joined.ts';
import { writePlain } from './write-plain.ts';

export interface StdoutEvents {
  readonly say: (what: string) => void;
  /** Nobody reads any more. */
  readonly onUnwanted: () => void;
}

/** Where what the stage sends goes: to the stage behind it, or in lines to a program, a file, a terminal. */
export class Stdout {
  /** Resolves when all has been written; or nobody reads any more. */
  readonly over: Promise<void>;
  readonly #outside: Outside;
  readonly #format: Format;
  readonly #events: StdoutEvents;
  #lastWord: LastWord = { type: 'end' };

  constructor(outside: Outside, format: Format, events: StdoutEvents) {
    this.#outside = outside;
    this.#format = format;
    this.#events = events;
    this.over = this.#write();
  }

  /** The stage has been told to end: then its end is none of what it had to say. */
  interrupt(): void {
    this.#lastWord = { type: 'broken', why: toldToEnd };
  }

  async #write(): Promise<void> {
    const pipe = pipeAt(1);
    const written = pipe === undefined ? await this.#writeElsewhere() : await this.#writeTo(pipe);
    if (written === 'unwanted') this.#events.onUnwanted();
  }

  /** To a file or a terminal nobody expects a rendezvous; at a socket there is a program. */
  #writeElsewhere(): Promise<'over' | 'unwanted'> {
    const isRead = fstatSync(1).isSocket();
    return this.#writePlain(process.stdout, () => isRead && this.#lament(undefined));
  }

  async #writeTo(pipe: Pipe): Promise<'over' | 'unwanted'> {
    const folder = meetingFolder();
    const found = folder === undefined ? undefined : await seek(pipe, folder);
    if (found?.type === 'stage') {
      const { say } = this.#events;
      const lastWord = () => this.#lastWord;
      const joined = new JoinedOutput(found.socket, pipe, this.#outside, { say, lastWord });
      const written = await joined.over;
      if (written !== 'plain') return written;
    }
    const name = found?.type === 'plain' ? found.name : undefined;
    return this.#writePlain(writingStream(pipe), () => this.#lament(name));
  }

  #writePlain(stream: Writable, onFirst: () => void): Promise<'over' | 'unwanted'> {
    // It shows in what is written.
    stream.on('error', () => {});
    return writePlain(this.#outside, this.#format, stream, onFirst);
  }

  #lament(name: string | undefined): void {
    const who = name === undefined ? '' : ` (${name})`;
    this.#events.say(
      `the reader of stdout is no handover stage${who}: a send completes when its line was written, not when it was taken`,
    );
  }
}
