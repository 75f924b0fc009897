import type { CutFrame } from './frame.ts';
import { type Concern, Transfers } from './transfers.ts';

/** What leaves at a time, in parts. `words`: frames as they are; `piece`: some of a large value. */
export interface Departure {
  readonly kind: 'words' | 'piece';
  readonly parts: readonly Uint8Array[];
}

/**
 * Bytes on their way out of this process. What is small is written one after the other into memory that is
 * used again and again; a larger value is not copied, and splits it. A frame that is too long to be written whole
 * leaves in pieces, between which the others leave.
 */
export class Output {
  /** How long a value is at most that is written whole, and a piece of one that is not. */
  pieceLength = Number.POSITIVE_INFINITY;
  /** The frame written last, where it is none of the bytes because it is longer than that. */
  cut: CutFrame | undefined;
  /** The last part, which is written to from `length` on. */
  bytes = new Uint8Array(shortest);
  length = 0;
  /** How many frames there are. */
  frames = 0;
  /** What comes before the last part. */
  #before: Uint8Array[] = [];
  #beforeLength = 0;
  /** What leaves next if there are pieces. */
  #turn: Departure['kind'] = 'words';
  /** What leaves in pieces, and what stays behind it. */
  readonly transfers = new Transfers();

  get isEmpty(): boolean {
    return this.frames === 0 && this.transfers.isEmpty;
  }

  /** Whether `bytes`, up to `length`, is all there is. */
  get isOnePart(): boolean {
    return this.#beforeLength === 0 && this.transfers.isEmpty;
  }

  /** Of all that leaves before the next piece, in bytes. */
  get size(): number {
    return this.#beforeLength + this.length;
  }

  /** Makes room in the last part. */
  reserve(room: number): void {
    if (this.length + room <= this.bytes.length) return;
    this.#split();
    const longer = Math.min(2 * this.bytes.length, longest);
    if (longer > this.bytes.length || room > longer) {
      this.bytes = new Uint8Array(Math.max(longer, room));
    }
  }

  /** @param value not to be changed before it has left */
  append(value: Uint8Array): void {
    if (value.length >= copyBelow) {
      this.#split();
      this.#before.push(value);
      this.#beforeLength += value.length;
      return;
    }
    this.reserve(value.length);
    this.bytes.set(value, this.length);
    this.length += value.length;
  }

  /** An output for a message that does not leave with the others. */
  apart(): Output {
    const output = new Output();
    output.pieceLength = this.pieceLength;
    return output;
  }

  /** A message that was written apart, or cut, waits among the transfers. */
  keep(concerns: readonly Concern[], written: Output): void {
    this.transfers.add(concerns, written.cut ?? { parts: written.take() });
    written.cut = undefined;
  }

  /** What leaves before the next piece: its parts, in memory that is not written to again. */
  take(): readonly Uint8Array[] {
    this.#split();
    const parts = this.#before;
    this.#before = [];
    this.#beforeLength = 0;
    this.frames = 0;
    this.#turn = 'piece';
    // What was said before a large message leaves before it: that is done.
    this.transfers.begin();
    return parts;
  }

  /** What leaves next: all that is not in pieces; then one piece, whatever has come meanwhile; and so on. */
  next(): Departure {
    const isPiecesTurn = this.#turn === 'piece' && this.transfers.isGoing;
    if (this.frames > 0 && !isPiecesTurn) return { kind: 'words', parts: this.take() };
    if (this.frames === 0) this.transfers.begin();
    this.#turn = 'words';
    const parts = this.transfers.next(this.pieceLength, (frame) => {
      for (const part of frame.parts) this.append(part);
      this.frames++;
    });
    return { kind: 'piece', parts };
  }

  /** Forgets what has left, or never will. */
  clear(): void {
    this.length = 0;
    this.frames = 0;
    if (!this.transfers.isEmpty) this.transfers.clear();
    if (this.#beforeLength === 0) return;
    this.#before = [];
    this.#beforeLength = 0;
  }

  #split(): void {
    if (this.length === 0) return;
    this.#before.push(this.bytes.slice(0, this.length));
    this.#beforeLength += this.length;
    this.length = 0;
  }
}

/** Values below this are copied next to their header, so that a frame is one part. */
const copyBelow = 16 * 1024;
const shortest = 1024;
const longest = 64 * 1024;
