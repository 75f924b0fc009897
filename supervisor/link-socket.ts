import type { Socket } from 'node:net';
import { LinkWriter } from '../platform/link-writer.ts';

/**
 * Carries the bytes of one link over the child's socket. What is written in one turn leaves in one piece;
 * the supervisor never waits for it: a process that does not read delays only itself.
 */
export class LinkSocket {
  readonly #socket: Socket;
  readonly #writer: LinkWriter;

  constructor(socket: Socket, onRead: (chunk: Uint8Array) => void, onEnd: () => void) {
    this.#socket = socket;
    this.#writer = new LinkWriter(socket, descriptorOf(socket), () => this.flush());
    // A broken link shows as its end; nothing else is to be learnt from the error.
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      // Not as a Buffer, of which every view is another, and slow to make.
      onRead(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length));
      this.flush();
    });
    socket.once('close', onEnd);
  }

  write(pieces: readonly Uint8Array[]): void {
    if (this.#writer.isEmpty) queueMicrotask(() => this.flush());
    this.#writer.queue(pieces);
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
