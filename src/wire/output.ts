/**
 * Bytes on their way out of this process. What is small is written one after the other into memory that is
 * used again and again; a large value is not copied, and splits it.
 */
export class Output {
  /** The last piece, which is written to from `length` on. */
  bytes = new Uint8Array(shortest);
  length = 0;
  /** How many frames there are. */
  frames = 0;
  /** What comes before the last piece. */
  #before: Uint8Array[] = [];
  #beforeLength = 0;

  get isEmpty(): boolean {
    return this.frames === 0;
  }

  /** Whether `bytes`, up to `length`, is all there is. */
  get isOnePiece(): boolean {
    return this.#beforeLength === 0;
  }

  /** In bytes. */
  get size(): number {
    return this.#beforeLength + this.length;
  }

  /** Makes room in the last piece. */
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

  /** All bytes, in memory of their own; nothing is left. */
  take(): Uint8Array {
    this.#split();
    const [first] = this.#before;
    let whole = first;
    if (first === undefined || this.#before.length > 1) {
      whole = new Uint8Array(this.#beforeLength);
      let at = 0;
      for (const piece of this.#before) {
        whole.set(piece, at);
        at += piece.length;
      }
    }
    this.clear();
    return whole as Uint8Array;
  }

  /** Forgets what has left. */
  clear(): void {
    this.length = 0;
    this.frames = 0;
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

/** Values below this are copied next to their header, so that a frame is one piece. */
const copyBelow = 16 * 1024;
const shortest = 1024;
const longest = 64 * 1024;
