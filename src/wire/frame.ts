/**
 * Frames: how messages are told apart on a link. See docs/protocol.md, section 2.
 *
 *     C1 48 | header length u16 | rest length u32 | header … | value …
 *
 * Big-endian; the rest is header and value. Neither of the first two bytes' pair can begin a text (C1 is not
 * UTF-8) or a msgpack value (C1 is unused there), so that a stray print is recognised at once.
 */
import { ProtocolError } from '../errors.ts';
import type { Output } from './output.ts';

export const preludeLength = 8;
export const maxHeaderLength = 0xffff;
const magic0 = 0xc1;
const magic1 = 0x48;
/** How many stray bytes are collected to be shown. */
const strayLength = 256;

const none = new Uint8Array();

/** Header and value are looked at where they are, in a chunk that is overwritten by the next. */
export class Frame {
  readonly bytes: Uint8Array;
  readonly headerAt: number;
  readonly valueAt: number;
  readonly end: number;
  /** The length of a value that was above the limit and was skipped; else 0. */
  readonly skipped: number;
  readonly #memory: 'chunk' | 'own';

  constructor(
    memory: 'chunk' | 'own',
    bytes: Uint8Array,
    headerAt: number,
    valueAt: number,
    end: number,
    skipped: number,
  ) {
    this.#memory = memory;
    this.bytes = bytes;
    this.headerAt = headerAt;
    this.valueAt = valueAt;
    this.end = end;
    this.skipped = skipped;
  }

  get header(): Uint8Array {
    return this.bytes.subarray(this.headerAt, this.valueAt);
  }

  /** In memory of its own, to be kept. Of an oversized frame: empty. */
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
  let rest = headerLength;
  for (const value of values) rest += value.length;
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

/**
 * What the reader is in the middle of.
 *
 * | state      | needs                          | then                                       |
 * | ---------- | ------------------------------ | ------------------------------------------ |
 * | `prelude`  | 8 bytes                        | `body`, or `header` where it is oversized  |
 * | `body`     | header and value               | a frame, `prelude`                         |
 * | `header`   | the header of an oversized one | `skipping`                                 |
 * | `skipping` | the value, thrown away         | a frame with `skipped`, `prelude`          |
 * | `broken`   | nothing: the link is useless   | –                                          |
 */
type ReaderState =
  | { readonly at: 'prelude' }
  | { readonly at: 'body'; readonly headerLength: number; readonly restLength: number }
  | { readonly at: 'header'; readonly headerLength: number; readonly restLength: number }
  | { readonly at: 'skipping'; readonly header: Uint8Array; readonly total: number; left: number }
  | { readonly at: 'broken' };

/** Bytes in, frames out; chunks may be cut anywhere. */
export class FrameReader {
  readonly #maxValueLength: number;
  #state: ReaderState = { at: 'prelude' };
  /** The part of what is needed that came with earlier chunks. */
  #partial: Uint8Array = none;
  #filled = 0;

  constructor(maxValueLength: number) {
    this.#maxValueLength = maxValueLength;
  }

  /** Whether the bytes so far end between two frames. */
  get isBetweenFrames(): boolean {
    return this.#state.at === 'prelude' && this.#filled === 0;
  }

  /** @throws ProtocolError when the bytes are no frame; the frames before them were given to `onFrame` */
  read(chunk: Uint8Array, onFrame: (frame: Frame) => void): void {
    let at =
      this.#filled === 0 && this.#state.at === 'prelude' ? this.#readWhole(chunk, onFrame) : 0;
    while (at < chunk.length && this.#state.at !== 'broken') {
      if (this.#state.at === 'skipping') {
        at += this.#skip(this.#state, chunk.length - at, onFrame);
        continue;
      }
      const need = neededBy(this.#state);
      const piece = this.#gather(chunk, at, need);
      at += piece.used;
      if (piece.whole !== undefined) this.#advance(piece.whole, onFrame, chunk.subarray(at));
    }
  }

  /** The quick way, for what most chunks are: some frames as a whole. Where they end, or where it gets hard. */
  #readWhole(chunk: Uint8Array, onFrame: (frame: Frame) => void): number {
    let at = 0;
    while (at + preludeLength <= chunk.length) {
      if (chunk[at] !== magic0 || chunk[at + 1] !== magic1) break;
      const headerLength = uint16At(chunk, at + 2);
      const restLength = uint16At(chunk, at + 4) * 0x1_0000 + uint16At(chunk, at + 6);
      const valueAt = at + preludeLength + headerLength;
      const end = at + preludeLength + restLength;
      if (headerLength === 0 || valueAt > end || end > chunk.length) break;
      if (end - valueAt > this.#maxValueLength) break;
      const headerAt = at + preludeLength;
      at = end;
      onFrame(new Frame('chunk', chunk, headerAt, valueAt, end, 0));
    }
    return at;
  }

  /** Takes from the chunk what is needed, into memory of its own. */
  #gather(
    chunk: Uint8Array,
    at: number,
    need: number,
  ): { readonly used: number; readonly whole: Uint8Array | undefined } {
    const there = chunk.length - at;
    if (this.#filled === 0 && there >= need) {
      return { used: need, whole: chunk.slice(at, at + need) };
    }
    if (this.#filled === 0) this.#partial = new Uint8Array(need);
    const used = Math.min(there, need - this.#filled);
    this.#partial.set(chunk.subarray(at, at + used), this.#filled);
    this.#filled += used;
    if (this.#filled < need) {
      if (this.#state.at === 'prelude')
        this.#checkMagic(this.#partial.subarray(0, this.#filled), none);
      return { used, whole: undefined };
    }
    const whole = this.#partial;
    this.#partial = none;
    this.#filled = 0;
    return { used, whole };
  }

  #advance(bytes: Uint8Array, onFrame: (frame: Frame) => void, following: Uint8Array): void {
    const state = this.#state;
    switch (state.at) {
      case 'prelude':
        this.#checkMagic(bytes, following);
        this.#state = this.#afterPrelude(bytes);
        break;
      case 'body':
        this.#state = { at: 'prelude' };
        onFrame(new Frame('own', bytes, 0, state.headerLength, bytes.length, 0));
        break;
      case 'header': {
        const total = state.restLength - state.headerLength;
        this.#state = { at: 'skipping', header: bytes.slice(), total, left: total };
        break;
      }
    }
  }

  #afterPrelude(prelude: Uint8Array): ReaderState {
    const view = new DataView(prelude.buffer, prelude.byteOffset, preludeLength);
    const headerLength = view.getUint16(2);
    const restLength = view.getUint32(4);
    if (headerLength === 0 || restLength < headerLength) {
      this.#state = { at: 'broken' };
      throw new ProtocolError(
        `a frame of ${restLength} bytes cannot have a header of ${headerLength}`,
        prelude.slice(),
      );
    }
    const at = restLength - headerLength > this.#maxValueLength ? 'header' : 'body';
    return { at, headerLength, restLength };
  }

  #skip(
    state: Extract<ReaderState, { at: 'skipping' }>,
    there: number,
    onFrame: (frame: Frame) => void,
  ): number {
    const used = Math.min(there, state.left);
    state.left -= used;
    if (state.left === 0) {
      this.#state = { at: 'prelude' };
      const { header, total } = state;
      onFrame(new Frame('own', header, 0, header.length, header.length, total));
    }
    return used;
  }

  #checkMagic(bytes: Uint8Array, following: Uint8Array): void {
    if (bytes[0] === magic0 && (bytes.length < 2 || bytes[1] === magic1)) return;
    this.#state = { at: 'broken' };
    const stray = new Uint8Array(Math.min(strayLength, bytes.length + following.length));
    stray.set(bytes);
    stray.set(following.subarray(0, stray.length - bytes.length), bytes.length);
    throw new ProtocolError('expected a frame (it starts with C1 48), but the link said', stray);
  }
}

function uint16At(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

function neededBy(state: Exclude<ReaderState, { at: 'skipping' } | { at: 'broken' }>): number {
  if (state.at === 'prelude') return preludeLength;
  return state.at === 'body' ? state.restLength : state.headerLength;
}
