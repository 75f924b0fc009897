import type { Socket } from 'node:net';
import { readLink, writeLink } from '../../platform/link-descriptors.ts';
import { LinkWriter } from '../../platform/link-writer.ts';
import type { PipeEnds } from '../../platform/pipes.ts';
import type { Output } from '../../src/wire/output.ts';

export interface LinkCarrierEvents {
  readonly onRead: (chunk: Uint8Array) => void;
  readonly onEnd: () => void;
  /** What is written reaches nobody any more. The process dies, or has closed what it should read from. */
  readonly onUnheard: () => void;
  /** So many messages wait for a process that does not read them. */
  readonly onUnread: (messages: number) => void;
}

/**
 * A process that keeps to its windows is owed far fewer messages than this; one that asks and asks, and never
 * reads an answer, must not fill the supervisor's memory.
 */
const mostQueued = 65_536;

/** Whether a link is just being read. There is one event loop, which reads one after the other. */
let isReading = false;

/**
 * Carries the bytes of one link. What is written in one turn leaves in one piece; the supervisor never waits
 * for it: a process that does not read delays only itself.
 *
 * What comes of reading a link leaves on that link at once, and on others when all links have been read on which
 * something has arrived: often there is more for them by then, such as the word that several values of one sender
 * were taken, each by another process.
 */
export class LinkCarrier {
  readonly #input: Socket;
  readonly #output: Socket;
  readonly #queue: Output;
  readonly #writer: LinkWriter;
  readonly #events: LinkCarrierEvents;
  #willFlush = false;

  private constructor(
    input: Socket,
    output: Socket,
    descriptor: number | undefined,
    queue: Output,
    events: LinkCarrierEvents,
  ) {
    this.#input = input;
    this.#output = output;
    this.#queue = queue;
    this.#events = events;
    this.#writer = new LinkWriter(output, descriptor, queue, {
      onDrained: () => this.flush(),
      onUnheard: events.onUnheard,
    });
    input.once('close', () => {
      output.destroy();
      events.onEnd();
    });
  }

  static overPipes(
    { read, write }: PipeEnds,
    queue: Output,
    events: LinkCarrierEvents,
  ): LinkCarrier {
    const input = readLink(read, false, (chunk) => carrier.#read(chunk));
    const carrier = new LinkCarrier(input, writeLink(write), write, queue, events);
    return carrier;
  }

  static overSocket(socket: Socket, queue: Output, events: LinkCarrierEvents): LinkCarrier {
    const carrier = new LinkCarrier(socket, socket, descriptorOf(socket), queue, events);
    socket.on('error', () => {});
    // Not as a Buffer, of which every view is another, and slow to make.
    socket.on('data', ({ buffer, byteOffset, length }: Buffer) =>
      carrier.#read(new Uint8Array(buffer, byteOffset, length)),
    );
    return carrier;
  }

  /** One, or one for each direction. */
  get sockets(): readonly Socket[] {
    return [...new Set([this.#input, this.#output])];
  }

  /** Something was put into the output; it leaves in this turn. */
  push(): void {
    const { frames, transfers } = this.#queue;
    const messages = frames + transfers.count;
    if (messages > mostQueued) this.#events.onUnread(messages);
    if (this.#willFlush) return;
    this.#willFlush = true;
    if (isReading) setImmediate(this.#flushSoon);
    else queueMicrotask(this.#flushSoon);
  }

  readonly #flushSoon = (): void => this.flush();

  flush(): void {
    this.#willFlush = false;
    this.#writer.flush();
  }

  /** Gives up on what has not been read. */
  destroy(): void {
    this.#input.destroy();
    this.#output.destroy();
  }

  #read(chunk: Uint8Array): void {
    isReading = true;
    this.#events.onRead(chunk);
    isReading = false;
    this.flush();
  }
}

/** Node does not say it openly; without, writing goes through the stream. */
function descriptorOf(socket: Socket): number | undefined {
  const { _handle: handle } = socket as Socket & { readonly _handle?: { readonly fd?: number } };
  return handle?.fd !== undefined && handle.fd >= 0 ? handle.fd : undefined;
}
