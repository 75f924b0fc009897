import { readFileSync } from 'node:fs';

/** A value in the notation of `values.json`: one property, which says the type. */
export type Notation =
  | { readonly nil: null }
  | { readonly bool: boolean }
  | { readonly int: string }
  | { readonly float: string }
  | { readonly str: string }
  | { readonly bin: string }
  | { readonly array: readonly Notation[] }
  | { readonly map: readonly (readonly [string, Notation])[] }
  | { readonly time: { readonly seconds: string; readonly nanoseconds: number } }
  /** By its place in the list of those that the value carries. */
  | { readonly end: number };

export interface ValueVector {
  readonly name: string;
  readonly value: Notation;
  /** How many ends it carries; none if it does not say. */
  readonly ends?: number;
  readonly bytes: string;
  readonly alsoValid?: readonly string[];
  readonly onlyRead?: string;
}

export interface FrameVector {
  readonly name: string;
  readonly from: 'process' | 'supervisor';
  readonly header: string;
  readonly value: string;
  readonly frame: string;
  readonly message: Readonly<Record<string, unknown>>;
  readonly onlyRead?: string;
}

/** What arrives in pieces, and what is heard of it. */
export interface PieceVector {
  readonly name: string;
  readonly from: 'process' | 'supervisor';
  readonly bytes: readonly string[];
  readonly heard: readonly Readonly<Record<string, unknown>>[];
  readonly wrong?: string;
}

/** Whether a value meets a contract. */
export interface ContractVector {
  readonly name: string;
  readonly schema: Readonly<Record<string, unknown>>;
  readonly bytes: string;
  readonly meets: boolean;
  readonly path?: string;
}

export const valueVectors = vectorsIn<ValueVector>('values.json');
export const frameVectors = vectorsIn<FrameVector>('frames.json');
export const pieceVectors = vectorsIn<PieceVector>('pieces.json');
export const contractVectors = vectorsIn<ContractVector>('contracts.json');

/** What a value of the notation is in JavaScript; the ends that it carries are `ends`. */
export function fromNotation(notation: Notation, ends: readonly unknown[] = []): unknown {
  if ('nil' in notation) return null;
  if ('bool' in notation) return notation.bool;
  if ('int' in notation) return integerOf(BigInt(notation.int));
  if ('float' in notation) return Number(notation.float);
  if ('str' in notation) return notation.str;
  if ('bin' in notation) return bytesOf(notation.bin);
  if ('array' in notation) return notation.array.map((element) => fromNotation(element, ends));
  if ('map' in notation) {
    return Object.fromEntries(notation.map.map(([key, value]) => [key, fromNotation(value, ends)]));
  }
  if ('end' in notation) return ends[notation.end];
  const { seconds, nanoseconds } = notation.time;
  return new Date(Number(seconds) * 1000 + nanoseconds / 1_000_000);
}

export function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

export function hexOf(bytes: Uint8Array | readonly Uint8Array[]): string {
  const pieces = bytes instanceof Uint8Array ? [bytes] : bytes;
  return Buffer.concat(pieces).toString('hex');
}

function integerOf(integer: bigint): number | bigint {
  const number = Number(integer);
  return Number.isSafeInteger(number) ? number : integer;
}

function vectorsIn<T>(file: string): readonly T[] {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly vectors: readonly T[] }).vectors;
}
