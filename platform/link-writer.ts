/**
 * Writes the bytes of a link straight to the kernel, without the stream's detour. Only what the kernel does
 * not take at once is left to the event loop, and what comes after waits behind it: so it is always known
 * what has left this process.
 *
 * | state      | meaning                                                                  |
 * | ---------- | ------------------------------------------------------------------------ |
 * | `free`     | the kernel has all that was written                                      |
 * | `words`    | the event loop has the rest of what was said whole: others wait for that |
 * | `piece`    | the event loop has the rest of a piece of a large value, and no more     |
 */
import type { Socket } from 'node:net';
import type { Output } from '../src/wire/output.ts';
import { writeSync, writevSync } from './builtins.ts';

export interface LinkWriterEvents {
  /** Writing can go on: the event loop has written what the kernel had not taken, or had its turn. */
  readonly onDrained: () => void;
  /** Nobody can read any more what is written: said at each attempt. */
  readonly onUnheard?: () => void;
}

export class LinkWriter {
  readonly #socket: Socket;
  readonly #descriptor: number | undefined;
  readonly #output: Output;
  readonly #events: LinkWriterEvents;
  #state: 'free' | 'words' | 'piece' = 'free';
  #nextTurn: NodeJS.Immediate | undefined;

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
    return this.#state !== 'free';
  }

  /** Whether the kernel has all that leaves before the next piece of a large value. */
  get hasSpoken(): boolean {
    return this.#output.frames === 0 && this.#state !== 'words';
  }

  /**
   * @param mustLeave how many of the bytes, of those that leave before the next piece, have to be with the kernel
   *   before this returns. It waits for that, the whole process with it, if the other side is slow to read; a
   *   broken link ends the wait
   */
  flush(mustLeave = 0): void {
    const output = this.#output;
    if (output.isEmpty || this.isBlocked || this.#socket.destroyed) return;
    if (output.isOnePart) {
      const written = this.#writeNow(output.bytes, output.length);
      if (written >= output.length) {
        output.clear();
        return;
      }
      this.#write('words', output.take(), written, mustLeave);
      return;
    }
    if (mustLeave > 0) this.#write('words', output.take(), 0, mustLeave);
    this.#writeInTurn();
  }

  /** A reader that is fast enough must not keep this process from everything else. */
  #writeInTurn(): void {
    for (let turn = 0; !this.#output.isEmpty && !this.isBlocked; turn++) {
      if (turn === mostTurns) {
        this.#nextTurn ??= setImmediate(() => {
          this.#nextTurn = undefined;
          this.#events.onDrained();
        });
        return;
      }
      const { kind, parts } = this.#output.next();
      this.#write(kind, parts, 0, 0);
    }
  }

  /** @param from how much of the first part has left */
  #write(
    kind: 'words' | 'piece',
    parts: readonly Uint8Array[],
    from: number,
    mustLeave: number,
  ): void {
    let left = without(parts, from);
    let written = from;
    for (;;) {
      const now = this.#writeParts(left);
      left = without(left, now);
      if (left.length === 0) return;
      written += now;
      if (written >= mustLeave) break;
      Atomics.wait(nobody, 0, 0, retryAfter);
    }
    this.#state = kind;
    const last = left.length - 1;
    for (const [index, part] of left.entries()) {
      if (index < last) this.#socket.write(part);
      else this.#socket.write(part, (error) => this.#drained(error));
    }
  }

  #drained(error: Error | null | undefined): void {
    this.#state = 'free';
    if (error) this.#events.onUnheard?.();
    else this.#events.onDrained();
  }

  #writeParts(parts: readonly Uint8Array[]): number {
    const [first] = parts;
    if (first === undefined || this.#descriptor === undefined) return 0;
    if (parts.length === 1) return this.#writeNow(first, first.length);
    try {
      return writevSync(this.#descriptor, parts);
    } catch (error) {
      return this.#refused(error, lengthOf(parts));
    }
  }

  /** How much the kernel took; everything, when the link is broken. */
  #writeNow(bytes: Uint8Array, length: number): number {
    if (this.#descriptor === undefined) return 0;
    try {
      return writeSync(this.#descriptor, bytes, 0, length);
    } catch (error) {
      return this.#refused(error, length);
    }
  }

  #refused(error: unknown, length: number): number {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    this.#output.clear();
    this.#events.onUnheard?.();
    return length;
  }
}

/** What is left of them when so many bytes have gone. */
function without(parts: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let gone = bytes;
  const left: Uint8Array[] = [];
  for (const part of parts) {
    if (gone < part.length) left.push(gone === 0 ? part : part.subarray(gone));
    gone = Math.max(0, gone - part.length);
  }
  return left;
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

/** As often the small and the large have had their turn, all else has its own. */
const mostTurns = 8;

/** In milliseconds. */
const retryAfter = 1;
const nobody = new Int32Array(new SharedArrayBuffer(4));
