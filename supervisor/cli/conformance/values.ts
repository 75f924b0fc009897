/**
 * Whether two values of section 5 are the same, whatever forms their numbers and lengths have. Read here byte by
 * byte: the kit does not ask a runtime what it would make of them.
 */

/** In words, which are the same for values that are; a whole number may be a float (5.2), moments have milliseconds (5.6). */
export function meaningOf(bytes: Uint8Array): string {
  const reader = new Reader(bytes);
  const words = reader.value();
  return reader.isDone ? words : `${words}, and more`;
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get isDone(): boolean {
    return this.#at === this.#bytes.length;
  }

  value(): string {
    const byte = Number(this.#unsigned(1));
    if (byte < 0x80) return String(byte);
    if (byte < 0x90) return this.#map(byte & 0x0f);
    if (byte < 0xa0) return this.#array(byte & 0x0f);
    if (byte < 0xc0) return this.#text(byte & 0x1f);
    if (byte >= 0xe0) return String(byte - 0x100);
    switch (byte) {
      case 0xc0:
        return 'nil';
      case 0xc2:
        return 'false';
      case 0xc3:
        return 'true';
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return `bin ${Buffer.from(this.#take(this.#length(byte - 0xc4))).toString('hex')}`;
      case 0xc7:
        return this.#extension(this.#length(0));
      case 0xca:
        return float(this.#view.getFloat32(this.#skip(4)));
      case 0xcb:
        return float(this.#view.getFloat64(this.#skip(8)));
      case 0xcc:
      case 0xcd:
      case 0xce:
      case 0xcf:
        return String(this.#unsigned(1 << (byte - 0xcc)));
      case 0xd0:
      case 0xd1:
      case 0xd2:
      case 0xd3: {
        const length = 1 << (byte - 0xd0);
        return String(BigInt.asIntN(8 * length, this.#unsigned(length)));
      }
      case 0xd4:
      case 0xd6:
      case 0xd7:
        return this.#extension(1 << (byte - 0xd4));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#text(this.#length(byte - 0xd9));
      case 0xdc:
      case 0xdd:
        return this.#array(this.#length(byte - 0xdc + 1));
      case 0xde:
      case 0xdf:
        return this.#map(this.#length(byte - 0xde + 1));
      default:
        return `no value (${byte.toString(16)})`;
    }
  }

  /** Of 1, 2 or 4 bytes. */
  #length(power: number): number {
    return Number(this.#unsigned(1 << power));
  }

  #unsigned(length: number): bigint {
    let number = 0n;
    for (const byte of this.#take(length)) number = number * 256n + BigInt(byte);
    return number;
  }

  #skip(length: number): number {
    const at = this.#at;
    this.#take(length);
    return at;
  }

  #take(length: number): Uint8Array {
    const taken = this.#bytes.subarray(this.#at, this.#at + length);
    if (taken.length < length) throw new RangeError('it ends too early');
    this.#at += length;
    return taken;
  }

  #text(length: number): string {
    return `str ${Buffer.from(this.#take(length)).toString('hex')}`;
  }

  #array(length: number): string {
    return `[${Array.from({ length }, () => this.value()).join(', ')}]`;
  }

  #map(length: number): string {
    const entries = Array.from({ length }, () => `${this.value()}: ${this.value()}`);
    return `{${entries.toSorted().join(', ')}}`;
  }

  #extension(length: number): string {
    const type = Number(this.#unsigned(1));
    if (type === 1 && length === 1) return `end ${this.#unsigned(1)}`;
    if (type !== 0xff) return `no value (extension ${type})`;
    return `moment ${this.#moment(length)} ms`;
  }

  #moment(length: number): bigint {
    if (length === 4) return this.#unsigned(4) * 1_000n;
    if (length === 8) {
      const both = this.#unsigned(8);
      return (both & 0x3_ffff_ffffn) * 1_000n + (both >> 34n) / 1_000_000n;
    }
    const nanoseconds = this.#unsigned(4);
    return BigInt.asIntN(64, this.#unsigned(8)) * 1_000n + nanoseconds / 1_000_000n;
  }
}

function float(number: number): string {
  if (Object.is(number, -0)) return '-0';
  return Number.isInteger(number) ? String(BigInt(number)) : String(number);
}
