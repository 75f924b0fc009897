/**
 * Reads decoded msgpack with suspicion: each field is asked for by its name and type, and what is not so is
 * a protocol error that shows the header.
 */
import { ProtocolError } from '../errors.ts';

/** The elements of an array, one after the other. */
export class ListReader {
  readonly #elements: readonly unknown[];
  readonly #header: Uint8Array;
  #next = 0;

  constructor(elements: readonly unknown[], header: Uint8Array) {
    this.#elements = elements;
    this.#header = header;
  }

  get hasMore(): boolean {
    return this.#next < this.#elements.length;
  }

  integer(name: string): number {
    return integerOf(this.#elements[this.#next++], name, this.#header);
  }

  string(name: string): string {
    return stringOf(this.#elements[this.#next++], name, this.#header);
  }

  list(name: string): ListReader {
    return new ListReader(listOf(this.#elements[this.#next++], name, this.#header), this.#header);
  }

  map(name: string): MapReader {
    return new MapReader(mapOf(this.#elements[this.#next++], name, this.#header), this.#header);
  }

  /** Reads what is left, each element the same way. */
  each<T>(read: (elements: ListReader) => T): T[] {
    const results: T[] = [];
    while (this.hasMore) results.push(read(this));
    return results;
  }

  problem(what: string): ProtocolError {
    return new ProtocolError(what, this.#header.slice());
  }
}

/** The entries of a map, by name. */
export class MapReader {
  readonly #entries: Readonly<Record<string, unknown>>;
  readonly #header: Uint8Array;

  constructor(entries: Readonly<Record<string, unknown>>, header: Uint8Array) {
    this.#entries = entries;
    this.#header = header;
  }

  has(name: string): boolean {
    return this.#entries[name] !== undefined && this.#entries[name] !== null;
  }

  integer(name: string): number {
    return integerOf(this.#entries[name], name, this.#header);
  }

  string(name: string): string {
    return stringOf(this.#entries[name], name, this.#header);
  }

  list(name: string): ListReader {
    return new ListReader(listOf(this.#entries[name], name, this.#header), this.#header);
  }

  map(name: string): MapReader {
    return new MapReader(mapOf(this.#entries[name], name, this.#header), this.#header);
  }

  problem(what: string): ProtocolError {
    return new ProtocolError(what, this.#header.slice());
  }
}

function integerOf(value: unknown, name: string, header: Uint8Array): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw wrong(name, 'an integer of 0 or more', value, header);
}

function stringOf(value: unknown, name: string, header: Uint8Array): string {
  if (typeof value === 'string') return value;
  throw wrong(name, 'a string', value, header);
}

function listOf(value: unknown, name: string, header: Uint8Array): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw wrong(name, 'an array', value, header);
}

function mapOf(value: unknown, name: string, header: Uint8Array): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw wrong(name, 'a map', value, header);
}

function wrong(name: string, expected: string, value: unknown, header: Uint8Array): ProtocolError {
  const got = value === undefined ? 'nothing' : value === null ? 'nil' : typeof value;
  return new ProtocolError(`expected ${expected} as ${name}, got ${got}`, header.slice());
}
