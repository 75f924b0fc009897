/** Frames on their way in: how they are found, wherever the bytes are cut. See docs/protocol.md, section 2. */
import { ProtocolError } from '../errors.ts';
import {
  beginningMagic,
  Frame,
  magic0,
  magic1,
  numberLength,
  pieceMagic,
  preludeLength,
} from './frame.ts';
import { Pieces } from './pieces.ts';

/** How many stray bytes are collected to be shown. */
const strayLength = 256;

const none = new Uint8Array();

/**
 * What the reader is in the middle of.
 *
 * | state      | needs                          | then                                       |
 * | ---------- | ------------------------------ | ------------------------------------------ |
 * | `prelude`  | 8 bytes                        | `body`, or `header` where it is oversized; |
 * |            |                                | `beginning` or `piece`                     |
 * | `body`     | header and value               | a frame, `prelude`                         |
 * | `header`   | the header of an oversized one | `skipping`                                 |
 * | `skipping` | the value, thrown away         | a `skipped` frame, `prelude`               |
 * | `beginning`| the number and the header      | a frame that is `coming`, `prelude`         |
 * | `piece`    | its bytes                      | `prelude`, after the last of a value with  |
 * |            |                                | a frame                                    |
 * | `broken`   | nothing: the link is useless   | –                                          |
 */
type ReaderState =
  | { readonly at: 'prelude' }
  | { readonly at: 'body'; readonly headerLength: number; readonly restLength: number }
  | { readonly at: 'header'; readonly headerLength: number; readonly restLength: number }
  | { readonly at: 'skipping'; readonly header: Uint8Array; readonly total: number; left: number }
  | { readonly at: 'beginning'; readonly headerLength: number; readonly restLength: number }
  | { readonly at: 'piece'; readonly transfer: number; left: number }
  | { readonly at: 'broken' };

/** Bytes in, frames out; chunks may be cut anywhere. */
export class FrameReader {
  readonly #maxValueLength: number;
  readonly #pieces: Pieces;
  #state: ReaderState = { at: 'prelude' };
  /** The part of what is needed that came with earlier chunks. */
  #partial: Uint8Array = none;
  #filled = 0;

  constructor(maxValueLength: number) {
    this.#maxValueLength = maxValueLength;
    this.#pieces = new Pieces(maxValueLength);
  }

  /** Whether the bytes so far end between two frames, and amid no large one. */
  get isBetweenFrames(): boolean {
    return this.#state.at === 'prelude' && this.#filled === 0 && this.#pieces.isEmpty;
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
      if (this.#state.at === 'piece') {
        at += this.#addPiece(this.#state, chunk, at, onFrame);
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
      onFrame(new Frame('chunk', chunk, headerAt, valueAt, end));
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
      case 'beginning': {
        const header = bytes.subarray(numberLength);
        const valueLength = state.restLength - state.headerLength;
        this.#state = { at: 'prelude' };
        const announcement = this.#orBroken(() =>
          this.#pieces.begin(uint16At(bytes, 0), header, valueLength),
        );
        if (announcement !== undefined) onFrame(announcement);
        break;
      }
      case 'body':
        this.#state = { at: 'prelude' };
        onFrame(new Frame('own', bytes, 0, state.headerLength, bytes.length));
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
    if (prelude[1] === pieceMagic) {
      const [transfer, left] = [view.getUint16(2), view.getUint32(4)];
      this.#orBroken(() => this.#pieces.check(transfer, left));
      return { at: 'piece', transfer, left };
    }
    const headerLength = view.getUint16(2);
    const restLength = view.getUint32(4);
    if (headerLength === 0 || restLength < headerLength) {
      this.#state = { at: 'broken' };
      throw new ProtocolError(
        `a frame of ${restLength} bytes cannot have a header of ${headerLength}`,
        prelude.slice(),
      );
    }
    if (prelude[1] === beginningMagic) return { at: 'beginning', headerLength, restLength };
    const at = restLength - headerLength > this.#maxValueLength ? 'header' : 'body';
    return { at, headerLength, restLength };
  }

  /** @throws ProtocolError what it throws; nothing is read then any more */
  #orBroken<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      this.#state = { at: 'broken' };
      throw error;
    }
  }

  /** Straight to where its value is put together. */
  #addPiece(
    state: Extract<ReaderState, { at: 'piece' }>,
    chunk: Uint8Array,
    at: number,
    onFrame: (frame: Frame) => void,
  ): number {
    const used = Math.min(chunk.length - at, state.left);
    state.left -= used;
    if (state.left === 0) this.#state = { at: 'prelude' };
    const whole = this.#pieces.add(state.transfer, chunk.subarray(at, at + used));
    if (whole !== undefined) onFrame(whole);
    return used;
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
      onFrame(new Frame('own', header, 0, header.length, header.length, 'skipped', total));
    }
    return used;
  }

  #checkMagic(bytes: Uint8Array, following: Uint8Array): void {
    if (bytes[0] === magic0 && (bytes.length < 2 || isMagic(bytes[1]))) return;
    this.#state = { at: 'broken' };
    const stray = new Uint8Array(Math.min(strayLength, bytes.length + following.length));
    stray.set(bytes);
    stray.set(following.subarray(0, stray.length - bytes.length), bytes.length);
    throw new ProtocolError('expected a frame (it starts with C1 48), but the link said', stray);
  }
}

function isMagic(second: number | undefined): boolean {
  return second === magic1 || second === beginningMagic || second === pieceMagic;
}

function uint16At(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

function neededBy(
  state: Exclude<ReaderState, { at: 'skipping' } | { at: 'piece' } | { at: 'broken' }>,
): number {
  if (state.at === 'prelude') return preludeLength;
  if (state.at === 'beginning') return numberLength + state.headerLength;
  return state.at === 'body' ? state.restLength : state.headerLength;
}
