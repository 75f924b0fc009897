/**
 * Writes the bytes of a link straight to the kernel, without the stream's detour. Only what the kernel does
 * not take at once is left to the event loop, and what comes after waits behind it: so it is always known
 * what has left this process.
 */
import type { Socket } from 'node:net';
import type { Output } from '../src/wire/output.ts';
import { writeSync } from './builtins.ts';

export interface LinkWriterEvents {
  /** The event loop has written what the kernel had not taken. */
  readonly onDrained: () => void;
  /** Nobody can read any more what is written: said at each attempt. */
  readonly onUnheard?: () => void;
}

export class LinkWriter {
  readonly #socket: Socket;
  readonly #descriptor: number | undefined;
  readonly #output: Output;
  readonly #events: LinkWriterEvents;

  /** @param descriptor of the socket; without one, the stream has to do */
  constructor(
    socket: Socket,
    descriptor: number | undefined,
    output: Output,
    events: LinkWriterEvents,
  ) {
    this.#socket = socket;
    this.#descriptor = descriptor;
    this.#output = output;
    this.#events = events;
  }

  /** Whether something waits that the kernel would not take. */
  get isBlocked(): boolean {
    return this.#socket.writableLength > 0;
  }

  /**
   * @param mustLeave how many of the bytes have to be with the kernel before this returns. It waits
   *   for that, the whole process with it, if the other side is slow to read; a broken link ends the wait
   */
  flush(mustLeave = 0): void {
    const output = this.#output;
    if (output.isEmpty || this.isBlocked || this.#socket.destroyed) return;
    let written = 0;
    if (output.isOnePiece) {
      written = this.#writeNow(output.bytes, 0, output.length);
      if (written >= output.length) {
        output.clear();
        return;
      }
    }
    this.#writeRest(output.take(), written, mustLeave);
  }

  #writeRest(bytes: Uint8Array, from: number, mustLeave: number): void {
    for (let written = from; ; Atomics.wait(nobody, 0, 0, retryAfter)) {
      written += this.#writeNow(bytes, written, bytes.length - written);
      if (written >= bytes.length) return;
      if (written < mustLeave) continue;
      this.#socket.write(bytes.subarray(written), (error) => this.#drained(error));
      return;
    }
  }

  #drained(error: Error | null | undefined): void {
    if (error) this.#events.onUnheard?.();
    else this.#events.onDrained();
  }

  /** How much the kernel took; everything, when the link is broken. */
  #writeNow(bytes: Uint8Array, from: number, length: number): number {
    if (this.#descriptor === undefined) return 0;
    try {
      return writeSync(this.#descriptor, bytes, from, length);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
      this.#events.onUnheard?.();
      return length;
    }
  }
}

/** In milliseconds. */
const retryAfter = 1;
const nobody = new Int32Array(new SharedArrayBuffer(4));
