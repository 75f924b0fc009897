import { fstatSync } from 'node:fs';
import type { Writable } from 'node:stream';
import type { Outside } from '../../outside.ts';
import { meetingFolder } from './meeting-folder.ts';
import { type Pipe, pipeAt, writingStream } from './pipe.ts';
import { seek } from './seek.ts';
import { JoinedOutput } from './write-joined.ts';
import { type PlainForm, writePlain } from './write-plain.ts';

export interface StdoutEvents {
  readonly say: (what: string) => void;
  /** Nobody reads any more. */
  readonly onUnwanted: () => void;
}

/** Where what the stage sends goes: to the stage behind it, or in lines to a program, a file, a terminal. */
export class Stdout {
  /** Resolves when all has been written; or nobody reads any more. */
  readonly over: Promise<'over' | 'unwanted'>;
  readonly #outside: Outside;
  readonly #form: PlainForm;
  readonly #events: StdoutEvents;
  #joined: JoinedOutput | undefined;

  constructor(outside: Outside, form: PlainForm, events: StdoutEvents) {
    this.#outside = outside;
    this.#form = form;
    this.#events = events;
    this.over = this.#write();
  }

  /** The stage has been told to end. */
  interrupt(): void {
    this.#joined?.interrupt();
  }

  async #write(): Promise<'over' | 'unwanted'> {
    const pipe = pipeAt(1);
    const written = pipe === undefined ? 'plain' : await this.#writeJoined(pipe);
    if (written === 'over') return 'over';
    const end = written === 'unwanted' ? written : await this.#writePlain(pipe);
    if (end === 'unwanted') this.#events.onUnwanted();
    return end;
  }

  async #writeJoined(pipe: Pipe): Promise<'over' | 'unwanted' | 'plain'> {
    const folder = meetingFolder();
    const found = folder === undefined ? undefined : await seek(pipe, folder);
    if (found?.type !== 'stage') {
      this.#lament(found?.name);
      return 'plain';
    }
    this.#joined = new JoinedOutput(found.socket, pipe, this.#outside, this.#events.say);
    const written = await this.#joined.over;
    if (written === 'plain') this.#lament(undefined);
    return written;
  }

  #writePlain(pipe: Pipe | undefined): Promise<'over' | 'unwanted'> {
    if (pipe === undefined && fstatSync(1).isSocket()) this.#lament(undefined);
    const stream: Writable = pipe === undefined ? process.stdout : writingStream(pipe);
    stream.on('error', () => {});
    return writePlain(this.#outside, this.#form, stream);
  }

  #lament(name: string | undefined): void {
    const who = name === undefined ? '' : ` (${name})`;
    this.#events.say(
      `the reader of stdout is no handover stage${who}: a send completes when its line was written, not when it was taken`,
    );
  }
}
