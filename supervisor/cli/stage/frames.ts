/**
 * What goes down a pipe between two stages: values, each with a head of 6 bytes, `C1 4A` and its length (unsigned,
 * big-endian); before the first one `C1 4E` and the nonce. `C1` begins no text.
 */

const valueMagic = Uint8Array.of(0xc1, 0x4a);
const nonceMagic = Uint8Array.of(0xc1, 0x4e);
const headLength = 6;

/** @param nonce in hexadecimal, before the first value */
export function frameOf(value: Uint8Array, nonce?: string): Uint8Array {
  const head = new Uint8Array(headLength);
  head.set(valueMagic);
  new DataView(head.buffer).setUint32(valueMagic.length, value.length);
  const prelude = nonce === undefined ? [] : [nonceMagic, Buffer.from(nonce, 'hex')];
  return Buffer.concat([...prelude, head, value]);
}

/** Bytes as they come, until they are frames. */
export class Incoming {
  #chunks: Uint8Array[] = [];
  #length = 0;

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#chunks.push(bytes);
    this.#length += bytes.length;
  }

  /** Everything, whatever it is. */
  takeAll(): Uint8Array {
    return this.#take(this.#length);
  }

  /** @returns `more` when its end has not come yet; `foreign` when these bytes are none */
  nonce(nonce: string): 'seen' | 'more' | 'foreign' {
    const expected = Buffer.concat([nonceMagic, Buffer.from(nonce, 'hex')]);
    const begun = this.#peek(expected.length);
    if (!expected.subarray(0, begun.length).equals(begun)) return 'foreign';
    if (begun.length < expected.length) return 'more';
    this.#take(expected.length);
    return 'seen';
  }

  /** @returns `more` when its end has not come yet; `foreign` when these bytes are none */
  value(): Uint8Array | 'more' | 'foreign' {
    const head = this.#peek(headLength);
    const magic = head.subarray(0, valueMagic.length);
    if (!magic.equals(valueMagic.subarray(0, magic.length))) return 'foreign';
    if (head.length < headLength) return 'more';
    const length = head.readUInt32BE(valueMagic.length);
    if (this.#length < headLength + length) return 'more';
    this.#take(headLength);
    return new Uint8Array(this.#take(length));
  }

  /** As many as there are, if they are fewer. */
  #peek(most: number): Buffer {
    const [first] = this.#chunks;
    if (first === undefined) return Buffer.alloc(0);
    if (first.length < most && this.#chunks.length > 1) this.#join();
    return Buffer.from((this.#chunks[0] ?? first).subarray(0, most));
  }

  #take(length: number): Uint8Array {
    const [first] = this.#chunks;
    if (first === undefined) return new Uint8Array(0);
    if (first.length < length) this.#join();
    const [all = first] = this.#chunks;
    this.#chunks[0] = all.subarray(length);
    if (this.#chunks[0].length === 0) this.#chunks.shift();
    this.#length -= length;
    return all.subarray(0, length);
  }

  #join(): void {
    this.#chunks = [Buffer.concat(this.#chunks)];
  }
}
