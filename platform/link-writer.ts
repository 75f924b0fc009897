/**
 * Writes the bytes of a link straight to the kernel, without the stream's detour. Only what the kernel does
 * not take at once is left to the event loop, and what comes after waits behind it: so it is always known
 * what has left this process.
 */
import { writeSync } from 'node:fs';
import type { Socket } from 'node:net';

export interface LinkWriterEvents {
  /** The event loop has written what the kernel had not taken. */
  readonly onDrained: () => void;
  /** Nobody can read any more what is written: said at each attempt. */
  readonly onUnheard?: () => void;
}

export class LinkWriter {
  readonly #socket: Socket;
  readonly #descriptor: number | undefined;
  readonly #events: LinkWriterEvents;
  #pieces: Uint8Array[] = [];

  /** @param descriptor of the socket; without one, the stream has to do */
  constructor(socket: Socket, descriptor: number | undefined, events: LinkWriterEvents) {
    this.#socket = socket;
    this.#descriptor = descriptor;
    this.#events = events;
  }

  get isEmpty(): boolean {
    return this.#pieces.length === 0;
  }

  /** How many pieces are queued: few, unless the other side does not read. */
  get length(): number {
    return this.#pieces.length;
  }

  /** Whether something waits that the kernel would not take. */
  get isBlocked(): boolean {
    return this.#socket.writableLength > 0;
  }

  queue(pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) this.#pieces.push(piece);
  }

  /**
   * @param mustLeave how many of the queued bytes have to be with the kernel before this returns. It waits
   *   for that, the whole process with it, if the other side is slow to read; a broken link ends the wait
   */
  flush(mustLeave = 0): void {
    if (this.isEmpty || this.isBlocked || this.#socket.destroyed) return;
    const bytes = this.#take();
    let written = 0;
    for (;;) {
      written += this.#writeNow(written === 0 ? bytes : bytes.subarray(written));
      if (written >= bytes.length) return;
      if (written >= mustLeave) break;
      Atomics.wait(nobody, 0, 0, retryAfter);
    }
    this.#socket.write(bytes.subarray(written), (error) => this.#drained(error));
  }

  #take(): Uint8Array {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces);
  }

  #drained(error: Error | null | undefined): void {
    if (error) this.#events.onUnheard?.();
    else this.#events.onDrained();
  }

  /** How much the kernel took; everything, when the link is broken. */
  #writeNow(bytes: Uint8Array): number {
    if (this.#descriptor === undefined) return 0;
    try {
      return writeSync(this.#descriptor, bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
      this.#events.onUnheard?.();
      return bytes.length;
    }
  }
}

/** In milliseconds. */
const retryAfter = 1;
const nobody = new Int32Array(new SharedArrayBuffer(4));
