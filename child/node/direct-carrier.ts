/**
 * Carries the bytes of one direct link over two named pipes. They keep nobody alive: who waits for something is kept
 * by the link to the supervisor.
 */
import { closeSync, constants, openSync, type Socket } from '../../platform/builtins.ts';
import { readLink, writeLink } from '../../platform/link-descriptors.ts';
import { LinkWriter } from '../../platform/link-writer.ts';
import type { DirectCarrier, DirectEvents, OpenDirect } from '../../src/direct/carrier.ts';
import { Queue } from '../../src/queue.ts';
import { soon } from '../../src/soon.ts';
import { Output } from '../../src/wire/output.ts';

/** Without waiting: the supervisor has both open until both processes have. */
export const openDirect: OpenDirect = (readPath, writePath, events) => {
  const opened: number[] = [];
  const open = (path: string, flags: number): number => {
    const descriptor = openSync(path, flags | constants.O_NONBLOCK);
    opened.push(descriptor);
    return descriptor;
  };
  try {
    const input = open(readPath, constants.O_RDONLY);
    const output = open(writePath, constants.O_WRONLY);
    return new PipeCarrier(input, output, events);
  } catch {
    // No name any more, or none that this process may see.
    for (const descriptor of opened) closeSync(descriptor);
    return undefined;
  }
};

/**
 * | state     | meaning                                                      |
 * | --------- | ------------------------------------------------------------ |
 * | `open`    | both ways                                                    |
 * | `reading` | the same, and what has just been read is being dealt with    |
 * | `closing` | reads no more; something is still to be written              |
 * | `closed`  | reads no more, writes no more                                |
 */
type State = 'open' | 'reading' | 'closing' | 'closed';

class PipeCarrier implements DirectCarrier {
  readonly output = new Output();
  readonly #input: Socket;
  readonly #outgoing: Socket;
  readonly #writer: LinkWriter;
  readonly #events: DirectEvents;
  #state: State = 'open';
  /** Who waits until what was written has left. */
  readonly #unsecured = new Queue<() => void>();
  /** `more`: something was put into the output since it was looked at; `quiet`: nothing was. */
  #flushDue: 'no' | 'more' | 'quiet' | 'now' = 'no';
  #onClosed: () => void = () => {};

  constructor(input: number, output: number, events: DirectEvents) {
    this.#events = events;
    this.#input = readLink(input, false, (chunk) => this.#read(chunk));
    this.#outgoing = writeLink(output);
    this.#input.unref();
    this.#outgoing.unref();
    this.#writer = new LinkWriter(this.#outgoing, output, this.output, {
      onDrained: () => this.#flush(),
      onUnheard: () => this.#unheard(),
    });
    this.#input.once('close', () => {
      if (this.#state === 'open') events.onEnd();
    });
  }

  push(): void {
    if (this.#flushDue === 'no') soon(this.#flushIfQuiet);
    if (this.#flushDue !== 'now') this.#flushDue = 'more';
  }

  secured(then: () => void): void {
    this.#unsecured.push(then);
    if (this.#state === 'reading' || this.#flushDue === 'now') return;
    this.#flushDue = 'now';
    soon(this.#flushNow);
  }

  closeOutput(): void {
    this.output.clear();
    this.#outgoing.destroy();
  }

  close(then: () => void): void {
    this.#state = 'closing';
    this.#onClosed = then;
    this.#input.destroy();
    this.#flush();
  }

  #read(chunk: Uint8Array): void {
    if (this.#state !== 'open') return;
    this.#state = 'reading';
    this.#events.onRead(chunk);
    if (this.#state !== 'reading') return;
    this.#state = 'open';
    if (this.#unsecured.length > 0) this.#flush();
  }

  /** As long as code that waited together goes on in one turn, what it says leaves together. */
  readonly #flushIfQuiet = (): void => {
    if (this.#flushDue !== 'more') {
      this.#flushNow();
      return;
    }
    this.#flushDue = 'quiet';
    soon(this.#flushIfQuiet);
  };

  readonly #flushNow = (): void => {
    if (this.#flushDue === 'no') return;
    this.#flushDue = 'no';
    this.#flush();
  };

  #flush(): void {
    if (this.#state === 'closed' || this.#writer.isBlocked) return;
    if (this.#outgoing.destroyed) this.#forget();
    else this.#writer.flush();
    if (!this.#writer.hasSpoken) return;
    // What is given may say more, which has not left.
    for (let due = this.#unsecured.length; due > 0; due--) this.#unsecured.shift()?.();
    if (this.#state === 'closing') this.#closed();
  }

  #unheard(): void {
    if (this.#state === 'closed') return;
    this.#outgoing.destroy();
    this.#forget();
    this.#events.onUnheard();
    if (this.#state === 'closing') this.#closed();
  }

  /** Of what was to be written, nothing leaves any more. */
  #forget(): void {
    this.output.clear();
    this.#unsecured.take();
  }

  #closed(): void {
    this.#state = 'closed';
    this.#outgoing.destroy();
    this.#onClosed();
  }
}
