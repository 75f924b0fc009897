/**
 * Carries the bytes of this process's link over its own descriptor.
 *
 * Writing goes straight to the kernel, in the same turn. Only what the kernel does not take at once is left
 * to the event loop, and while it is, what comes after waits behind it. So it is always known what has left:
 * `secured` calls back when all that was written before is with the kernel, where nothing that this process
 * does (`process.exit()` included) can take it back.
 */
import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Carrier } from '../../src/link/process-link.ts';

const chunkLength = 64 * 1024;

export class LinkDescriptor implements Carrier {
  readonly #descriptor: number;
  readonly #socket: Socket;
  #pieces: Uint8Array[] = [];
  #secured: (() => void)[] = [];

  /** @param onRead gets chunks that are overwritten after it returns */
  constructor(descriptor: number, onRead: (chunk: Uint8Array) => void, onEnd: () => void) {
    this.#descriptor = descriptor;
    const buffer = new Uint8Array(chunkLength);
    this.#socket = new Socket({
      fd: descriptor,
      readable: true,
      writable: true,
      onread: {
        buffer,
        callback: (length: number) => {
          onRead(buffer.subarray(0, length));
          this.flush();
          return true;
        },
      },
    });
    // A broken link shows as its end; nothing else is to be learnt from the error.
    this.#socket.on('error', () => {});
    this.#socket.once('close', onEnd);
    this.#socket.on('drain', () => this.flush());
  }

  write(pieces: readonly Uint8Array[]): void {
    if (this.#pieces.length === 0) queueMicrotask(() => this.flush());
    this.#pieces.push(...pieces);
  }

  secured(then: () => void): void {
    this.#secured.push(then);
  }

  flush(): void {
    // What the kernel did not take before goes first: 'drain' will call again.
    if (this.#socket.writableLength > 0 || this.#socket.destroyed) return;
    if (this.#pieces.length > 0) {
      const pieces = this.#pieces;
      this.#pieces = [];
      const bytes = pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces);
      const written = this.#writeNow(bytes);
      if (written < bytes.length) {
        this.#socket.write(bytes.subarray(written), () => this.flush());
        return;
      }
    }
    for (const then of this.#secured.splice(0)) then();
  }

  /** Whether an operation waits: then the process stays alive for its ending. */
  keepAlive(isNeeded: boolean): void {
    if (isNeeded) this.#socket.ref();
    else this.#socket.unref();
  }

  /** How much the kernel took; 0 too when the link is broken, which shows as its end. */
  #writeNow(bytes: Uint8Array): number {
    try {
      return writeSync(this.#descriptor, bytes);
    } catch {
      return 0;
    }
  }
}
