/** Bytes on their way, in one direction. What is written is held as it is, not copied, like a socket does. */
export class Pipe {
  #pieces: Uint8Array[] = [];
  length = 0;

  write(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#pieces.push(bytes);
    this.length += bytes.length;
  }

  /** The next bytes, in memory of their own. */
  read(count: number): Uint8Array {
    const bytes = new Uint8Array(Math.min(count, this.length));
    let filled = 0;
    while (filled < bytes.length) {
      const piece = this.#pieces[0] as Uint8Array;
      const used = Math.min(piece.length, bytes.length - filled);
      bytes.set(piece.subarray(0, used), filled);
      filled += used;
      if (used === piece.length) this.#pieces.shift();
      else this.#pieces[0] = piece.subarray(used);
    }
    this.length -= bytes.length;
    return bytes;
  }

  clear(): void {
    this.#pieces = [];
    this.length = 0;
  }
}
