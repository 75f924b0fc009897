/**
 * A second reader of msgpack, written from its specification only, which tells in which formats the parts of
 * a value were written.
 */
export interface Part {
  readonly format: Format;
  /** The type of an extension. */
  readonly extension?: number;
}

type Format = 'nil' | 'bool' | 'int' | 'float' | 'str' | 'bin' | 'array' | 'map' | 'ext';

/** By first byte, from C0: the format, and its bytes: so many, or as many as the next 1, 2 or 4 say. */
const formats: Readonly<Record<number, readonly [Format, bytes: number, lengthBytes?: 1 | 2 | 4]>> =
  {
    192: ['nil', 0],
    194: ['bool', 0],
    195: ['bool', 0],
    196: ['bin', 0, 1],
    197: ['bin', 0, 2],
    198: ['bin', 0, 4],
    199: ['ext', 0, 1],
    200: ['ext', 0, 2],
    201: ['ext', 0, 4],
    202: ['float', 4],
    203: ['float', 8],
    204: ['int', 1],
    205: ['int', 2],
    206: ['int', 4],
    207: ['int', 8],
    208: ['int', 1],
    209: ['int', 2],
    210: ['int', 4],
    211: ['int', 8],
    212: ['ext', 1],
    213: ['ext', 2],
    214: ['ext', 4],
    215: ['ext', 8],
    216: ['ext', 16],
    217: ['str', 0, 1],
    218: ['str', 0, 2],
    219: ['str', 0, 4],
    220: ['array', 0, 2],
    221: ['array', 0, 4],
    222: ['map', 0, 2],
    223: ['map', 0, 4],
  };

export function formatsIn(bytes: Uint8Array): readonly Part[] {
  const reader = new Reader(bytes);
  reader.value();
  if (reader.left !== 0) throw new Error(`${reader.left} bytes are left`);
  return reader.parts;
}

class Reader {
  readonly parts: Part[] = [];
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get left(): number {
    return this.#view.byteLength - this.#at;
  }

  value(): void {
    const first = this.#number(1);
    if (first < 0x80 || first >= 0xe0) this.#part('int', 0);
    else if (first < 0x90) this.#part('map', first & 0x0f);
    else if (first < 0xa0) this.#part('array', first & 0x0f);
    else if (first < 0xc0) this.#part('str', first & 0x1f);
    else {
      const known = formats[first];
      if (known === undefined) throw new Error(`msgpack has no format ${first.toString(16)}`);
      const [format, length, lengthBytes] = known;
      this.#part(format, lengthBytes === undefined ? length : this.#number(lengthBytes));
    }
  }

  #part(format: Format, length: number): void {
    if (format === 'ext') {
      this.parts.push({ format, extension: this.#view.getInt8(this.#at++) });
      this.#at += length;
      return;
    }
    this.parts.push({ format });
    if (format === 'array') for (let left = length; left > 0; left--) this.value();
    else if (format === 'map') for (let left = 2 * length; left > 0; left--) this.value();
    else this.#at += length;
  }

  #number(bytes: 1 | 2 | 4): number {
    this.#at += bytes;
    if (bytes === 1) return this.#view.getUint8(this.#at - 1);
    return bytes === 2 ? this.#view.getUint16(this.#at - 2) : this.#view.getUint32(this.#at - 4);
  }
}
