import type { Socket } from 'node:net';
import { LinkWriter } from '../platform/link-writer.ts';

export interface LinkSocketEvents {
  readonly onRead: (chunk: Uint8Array) => void;
  readonly onEnd: () => void;
  /** So many messages wait for a process that does not read them. */
  readonly onUnread: (messages: number) => void;
}

/**
 * A process that keeps to its windows is owed far fewer messages than this; one that asks and asks, and never
 * reads an answer, must not fill the supervisor's memory.
 */
const mostQueued = 65_536;

/**
 * Carries the bytes of one link over the child's socket. What is written in one turn leaves in one piece;
 * the supervisor never waits for it: a process that does not read delays only itself.
 */
export class LinkSocket {
  readonly #socket: Socket;
  readonly #writer: LinkWriter;
  readonly #events: LinkSocketEvents;

  constructor(socket: Socket, events: LinkSocketEvents) {
    this.#socket = socket;
    this.#events = events;
    this.#writer = new LinkWriter(socket, descriptorOf(socket), () => this.flush());
    // A broken link shows as its end; nothing else is to be learnt from the error.
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      // Not as a Buffer, of which every view is another, and slow to make.
      events.onRead(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length));
      this.flush();
    });
    socket.once('close', events.onEnd);
  }

  write(pieces: readonly Uint8Array[]): void {
    if (this.#writer.isEmpty) queueMicrotask(() => this.flush());
    this.#writer.queue(pieces);
    if (this.#writer.length > mostQueued) this.#events.onUnread(this.#writer.length);
  }

  flush(): void {
    this.#writer.flush();
  }

  /** Gives up on what has not been read. */
  destroy(): void {
    this.#socket.destroy();
  }
}

/** Node does not say it openly; without, writing goes through the stream. */
function descriptorOf(socket: Socket): number | undefined {
  const { _handle: handle } = socket as Socket & { readonly _handle?: { readonly fd?: number } };
  return handle?.fd !== undefined && handle.fd >= 0 ? handle.fd : undefined;
}
