import type { Socket } from 'node:net';
import { lineOf, type Word, wordIn } from './words.ts';

export interface TalkEvents {
  /** Each at most once after the other; nothing comes after `onGone`. */
  readonly onWord: (word: Word) => void;
  readonly onGone: () => void;
}

/** What is said beside a pipe. */
export class Talk {
  readonly #socket: Socket;
  readonly #events: TalkEvents;
  #begun = '';
  #state: 'on' | 'over' = 'on';

  constructor(socket: Socket, events: TalkEvents) {
    this.#socket = socket;
    this.#events = events;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => this.#hear(text));
    // A connection that breaks ends, too; nothing else is to be learnt from the error.
    socket.on('error', () => {});
    socket.on('end', () => this.#leave());
    socket.on('close', () => this.#leave());
  }

  say(word: Word): void {
    if (this.#socket.writable) this.#socket.write(lineOf(word));
  }

  /** Nothing more is said or heard. Resolves when the system has what was said. */
  end(): Promise<void> {
    this.#state = 'over';
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.#socket.destroyed) resolve();
    this.#socket.once('close', resolve);
    this.#socket.end(() => this.#socket.destroy());
    return promise;
  }

  #hear(text: string): void {
    const lines = (this.#begun + text).split('\n');
    this.#begun = lines.pop() ?? '';
    for (const line of lines) {
      if (this.#state === 'over') return;
      const word = wordIn(line);
      if (word === undefined) this.#leave();
      else this.#events.onWord(word);
    }
    if (this.#begun.length > longest) this.#leave();
  }

  #leave(): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#socket.destroy();
    this.#events.onGone();
  }
}

/** In characters. */
const longest = 64 * 1024;
