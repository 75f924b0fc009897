import type { Socket } from 'node:net';

/**
 * Carries the bytes of one link over the child's socket. What is written in one turn leaves in one piece;
 * the supervisor never waits for it: a process that does not read delays only itself.
 */
export class LinkSocket {
  readonly #socket: Socket;
  #pieces: Uint8Array[] = [];

  constructor(socket: Socket, onRead: (chunk: Uint8Array) => void, onEnd: () => void) {
    this.#socket = socket;
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
    if (this.#pieces.length === 0) queueMicrotask(() => this.flush());
    this.#pieces.push(...pieces);
  }

  flush(): void {
    const pieces = this.#pieces;
    if (pieces.length === 0) return;
    this.#pieces = [];
    if (this.#socket.destroyed) return;
    this.#socket.write(pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces));
  }

  /** Gives up on what has not been read. */
  destroy(): void {
    this.#socket.destroy();
  }
}
