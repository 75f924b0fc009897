/**
 * Frames: how messages are told apart on a link. See docs/protocol.md, section 2.
 *
 *     C1 48 | header length u16 | rest length u32 | header … | value …
 *
 * Big-endian; the rest is header and value. Neither of the first two bytes' pair can begin a text (C1 is not
 * UTF-8) or a msgpack value (C1 is unused there), so that a stray print is recognised at once. Frames with
 * large values may come in pieces: see `transfers.ts` for what leaves, and `pieces.ts` for what arrives.
 */
import type { Output } from './output.ts';

export const preludeLength = 8;
export const maxHeaderLength = 0xffff;
export const magic0 = 0xc1;
export const magic1 = 0x48;
export const beginningMagic = 0x4c;
export const pieceMagic = 0x50;
/** Of the number of a transfer. */
export const numberLength = 2;

const none = new Uint8Array();

/**
 * How a frame came. `whole`: header and value together. `skipped`: its value was above the limit, and is not kept.
 * `coming`: this is its header alone; the value comes in pieces. `come`: all pieces are here.
 */
export type Passage = 'whole' | 'skipped' | 'coming' | 'come';

/** Header and value are looked at where they are, in a chunk that is overwritten by the next. */
export class Frame {
  readonly bytes: Uint8Array;
  readonly headerAt: number;
  readonly valueAt: number;
  readonly end: number;
  readonly passage: Passage;
  /** How long the value is that is not here, for it was skipped or is still to come; else 0. */
  readonly absent: number;
  readonly #memory: 'chunk' | 'own';

  constructor(
    memory: 'chunk' | 'own',
    bytes: Uint8Array,
    headerAt: number,
    valueAt: number,
    end: number,
    passage: Passage = 'whole',
    absent = 0,
  ) {
    this.#memory = memory;
    this.bytes = bytes;
    this.headerAt = headerAt;
    this.valueAt = valueAt;
    this.end = end;
    this.passage = passage;
    this.absent = absent;
  }

  get header(): Uint8Array {
    return this.bytes.subarray(this.headerAt, this.valueAt);
  }

  /** In memory of its own, to be kept. Where none is here, or not yet: empty. */
  get value(): Uint8Array {
    if (this.valueAt === this.end) return none;
    return this.#memory === 'chunk'
      ? this.bytes.slice(this.valueAt, this.end)
      : this.bytes.subarray(this.valueAt, this.end);
  }
}

/**
 * Begins a frame, whose header is to be written next.
 * @param mostHeader how long the header can get
 * @returns where the frame begins, for `finishFrame`
 */
export function beginFrame(output: Output, mostHeader: number): number {
  output.reserve(preludeLength + mostHeader);
  const start = output.length;
  output.length += preludeLength;
  return start;
}

/** The header has been written: the values follow it. */
export function finishFrame(
  output: Output,
  start: number,
  values: readonly Uint8Array[] = noValues,
): void {
  const { bytes } = output;
  const headerLength = output.length - start - preludeLength;
  let valueLength = 0;
  for (const value of values) valueLength += value.length;
  const rest = headerLength + valueLength;
  if (valueLength > output.pieceLength) {
    output.cut = { header: bytes.slice(start + preludeLength, output.length), values, rest };
    output.length = start;
    return;
  }
  bytes[start] = magic0;
  bytes[start + 1] = magic1;
  bytes[start + 2] = headerLength >>> 8;
  bytes[start + 3] = headerLength;
  bytes[start + 4] = rest >>> 24;
  bytes[start + 5] = rest >>> 16;
  bytes[start + 6] = rest >>> 8;
  bytes[start + 7] = rest;
  output.frames++;
  for (const value of values) output.append(value);
}

/** A large frame, to leave in pieces. */
export interface CutFrame {
  readonly header: Uint8Array;
  readonly values: readonly Uint8Array[];
  /** Of header and values together. */
  readonly rest: number;
}

/** What goes before the pieces of a large frame. */
export function beginningOf({ header, rest }: CutFrame, transfer: number): Uint8Array {
  const bytes = new Uint8Array(preludeLength + numberLength + header.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = magic0;
  bytes[1] = beginningMagic;
  view.setUint16(2, header.length);
  view.setUint32(4, rest);
  view.setUint16(preludeLength, transfer);
  bytes.set(header, preludeLength + numberLength);
  return bytes;
}

/** What goes before the bytes of one piece. */
export function piecePrelude(transfer: number, length: number): Uint8Array {
  const bytes = new Uint8Array(preludeLength);
  const view = new DataView(bytes.buffer);
  bytes[0] = magic0;
  bytes[1] = pieceMagic;
  view.setUint16(2, transfer);
  view.setUint32(4, length);
  return bytes;
}

/** @throws RangeError when the header is too long for a frame */
export function writeFrame(
  output: Output,
  header: Uint8Array,
  values: readonly Uint8Array[] = noValues,
): void {
  if (header.length > maxHeaderLength) {
    throw new RangeError(`a header of ${header.length} bytes is longer than ${maxHeaderLength}`);
  }
  const start = beginFrame(output, header.length);
  output.bytes.set(header, output.length);
  output.length += header.length;
  finishFrame(output, start, values);
}

const noValues: readonly Uint8Array[] = [];
