/** What is said on a direct link, in bytes (protocol 14.4). */
import { roomFor } from '../value/rooms.ts';
import type { Output } from '../wire/output.ts';

const lengthBytes = 4;
const whyLengthBytes = 2;
const longestWhy = 4_000;
const taken = 0;
const refused = 1;

/** From the sender: a value. */
export function putValue(output: Output, value: Uint8Array): void {
  output.reserve(lengthBytes);
  const { bytes, length } = output;
  bytes[length] = value.length >>> 24;
  bytes[length + 1] = value.length >>> 16;
  bytes[length + 2] = value.length >>> 8;
  bytes[length + 3] = value.length;
  output.length += lengthBytes;
  output.append(value);
  output.frames++;
}

/** From the receiver: the first value of which nothing was said yet was taken. */
export function putTaken(output: Output): void {
  output.reserve(1);
  output.bytes[output.length++] = taken;
  output.frames++;
}

/** From the receiver: that value is none that it can hold. */
export function putRefused(output: Output, why: string): void {
  const text = new TextEncoder().encode(why).subarray(0, longestWhy);
  output.reserve(1 + whyLengthBytes + text.length);
  output.bytes[output.length++] = refused;
  output.bytes[output.length++] = text.length >>> 8;
  output.bytes[output.length++] = text.length;
  output.append(text);
  output.frames++;
}

/** Finds the values in what a sender says. */
export class ValueReader {
  readonly #maxValueBytes: number;
  readonly #onValue: (value: Uint8Array) => void;
  /** The length or the value that has begun, and how much of it has come. */
  #length = new Uint8Array(lengthBytes);
  #value: Uint8Array | undefined;
  #filled = 0;

  /** @param onValue gets values in memory of their own */
  constructor(maxValueBytes: number, onValue: (value: Uint8Array) => void) {
    this.#maxValueBytes = maxValueBytes;
    this.#onValue = onValue;
  }

  /** @returns whether it is what a sender may say */
  read(chunk: Uint8Array): boolean {
    for (let at = 0; at < chunk.length; ) {
      if (this.#value === undefined && this.#filled === 0 && chunk.length - at >= lengthBytes) {
        const length = lengthIn(chunk, at);
        const start = at + lengthBytes;
        if (length <= this.#maxValueBytes && chunk.length - start >= length) {
          this.#onValue(chunk.slice(start, start + length));
          at = start + length;
          continue;
        }
      }
      at += this.#value === undefined ? this.#readLength(chunk, at) : this.#readValue(chunk, at);
      if (this.#value === undefined && this.#filled === lengthBytes && !this.#begin()) return false;
    }
    return true;
  }

  #readLength(chunk: Uint8Array, at: number): number {
    const used = Math.min(lengthBytes - this.#filled, chunk.length - at);
    this.#length.set(chunk.subarray(at, at + used), this.#filled);
    this.#filled += used;
    return used;
  }

  #begin(): boolean {
    const length = lengthIn(this.#length, 0);
    if (length > this.#maxValueBytes) return false;
    this.#filled = 0;
    if (length === 0) this.#onValue(new Uint8Array(0));
    else this.#value = roomFor(length);
    return true;
  }

  #readValue(chunk: Uint8Array, at: number): number {
    const value = this.#value as Uint8Array;
    const used = Math.min(value.length - this.#filled, chunk.length - at);
    value.set(chunk.subarray(at, at + used), this.#filled);
    this.#filled += used;
    if (this.#filled === value.length) {
      this.#value = undefined;
      this.#filled = 0;
      this.#onValue(value);
    }
    return used;
  }
}

export interface Answers {
  readonly onTaken: () => void;
  readonly onRefused: (why: string) => void;
}

/** Finds the answers in what a receiver says. */
export class AnswerReader {
  readonly #answers: Answers;
  /** Of a refusal that has begun. */
  #rest: number[] = [];

  constructor(answers: Answers) {
    this.#answers = answers;
  }

  /** @returns whether it is what a receiver may say */
  read(chunk: Uint8Array): boolean {
    for (const byte of chunk) {
      if (this.#rest.length > 0) this.#goOn(byte);
      else if (byte === taken) this.#answers.onTaken();
      else if (byte === refused) this.#rest.push(byte);
      else return false;
    }
    return true;
  }

  #goOn(byte: number): void {
    const rest = this.#rest;
    rest.push(byte);
    const before = 1 + whyLengthBytes;
    if (rest.length < before) return;
    const [, high = 0, low = 0] = rest;
    if (rest.length < before + ((high << 8) | low)) return;
    this.#rest = [];
    this.#answers.onRefused(new TextDecoder().decode(Uint8Array.from(rest.slice(before))));
  }
}

function lengthIn(bytes: Uint8Array, at: number): number {
  const low = (byteIn(bytes, at + 1) << 16) | (byteIn(bytes, at + 2) << 8) | byteIn(bytes, at + 3);
  return byteIn(bytes, at) * 0x1000000 + low;
}

function byteIn(bytes: Uint8Array, at: number): number {
  return bytes[at] as number;
}
