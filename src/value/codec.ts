/** Values to msgpack bytes and back, with nothing altered on the way. */
import { addExtension, Packr } from 'msgpackr/pack';
import { decodeByteString, encodeByteString, isByteString, viewOfLarge } from './byte-strings.ts';
import type { Cargo, Carried } from './cargo.ts';
import { EndMark, ExactNumber, toEncodable } from './encodable.ts';
import { endType, problemOf } from './plain.ts';
import { plainMsgpack } from './plain-msgpack.ts';
import { isInRoom, keepRoom, lasting, type RoomKeeper } from './rooms.ts';

/** How the code of one process puts its values into the form that its arbiter moves around. */
export interface Codec<V> {
  /**
   * @param cargo gets the ends that the value carries
   * @param keeper whose memory may be used
   * @throws Unencodable
   */
  encode(value: unknown, cargo: Cargo, keeper?: RoomKeeper<V>): V;
  /** Whether the memory of an encoded value is worth to be used again. */
  isReusable(encoded: V): boolean;
  /** Nobody needs the value any more: its memory is there for the next. */
  keep(encoded: V, keeper: RoomKeeper<V>): void;
  /**
   * @param carried the ends that came with it
   * @throws Undecodable
   */
  decode(encoded: V, carried: readonly Carried[]): unknown;
  /** What counts against the window, in bytes. */
  sizeOf(encoded: V): number;
}

/** The bytes are no value that this language can hold. */
export class Undecodable extends Error {}

/** Between processes, where the bytes may be given to another receiver after this one. */
export const msgpackCodec: Codec<Uint8Array> = {
  encode: (value, cargo, keeper = nobody) =>
    isByteString(value) ? encodeByteString(value, keeper) : packr.pack(toEncodable(value, cargo)),
  isReusable: isInRoom,
  keep: keepRoom,
  decode: decodeValue,
  sizeOf: (encoded) => encoded.length,
};

/** The same, for bytes that nobody else will look at: a large byte string is a view of them. */
export const lastMsgpackCodec: Codec<Uint8Array> = {
  ...msgpackCodec,
  decode: (bytes, carried) => viewOfLarge(bytes, carried) ?? decodeValue(bytes, carried),
};

const nobody: RoomKeeper<Uint8Array> = { room: undefined };

/** Inside one process: the value itself. */
export const identityCodec: Codec<unknown> = {
  encode: (value) => value,
  isReusable: () => false,
  keep: () => {},
  decode: (value) => value,
  sizeOf: () => 0,
};

/** A value in transit, of which nobody needs to know more. */
export interface Parcel {
  readonly bytes: Uint8Array;
  readonly carried: readonly Carried[];
}

/** For code that passes on what it does not need to understand. */
export const opaqueCodec: Codec<Uint8Array> = {
  encode: (value, cargo) => {
    const { bytes, carried } = value as Parcel;
    for (const end of carried) cargo.place(end);
    return bytes;
  },
  isReusable: () => false,
  keep: () => {},
  // The sender of a large one may write the next one there.
  decode: (bytes, carried): Parcel => ({ bytes: lasting(bytes), carried }),
  sizeOf: (encoded) => encoded.length,
};

const packr = new Packr(plainMsgpack);
/** Slower, and right for keys that an object literal would mistake. */
const mapPackr = new Packr({ ...plainMsgpack, mapsAsObjects: false });

/** A number beyond every extension type: msgpackr wants one, and `writeExactNumber` never writes it. */
const noType = 0x1000;

/** Registered for our own class only; what it writes are plain msgpack numbers. */
addExtension({
  Class: ExactNumber,
  type: noType,
  pack: writeExactNumber as unknown as (value: ExactNumber) => Uint8Array,
  unpack: (): never => {
    throw new Undecodable('there is no such extension type');
  },
});

/** The one extension that every runtime knows: an end, by its place among those that the value carries. */
addExtension({
  Class: EndMark,
  type: endType,
  pack: ({ place }: EndMark) => Uint8Array.of(place),
  unpack: ([place = 0]): Carried => {
    unseen.delete(place);
    return arriving[place] as Carried;
  },
});

/** What the value that is being read carries, and which of that it has not mentioned yet. */
let arriving: readonly Carried[] = [];
let unseen = new Set<number>();

interface Room {
  readonly target: Uint8Array;
  readonly position: number;
}

/** msgpackr hands its own extensions the target to write to; what is written there is not wrapped. */
function writeExactNumber({ number }: ExactNumber, allocate: (bytes: number) => Room): void {
  const { target, position } = allocate(9);
  const view = new DataView(target.buffer, target.byteOffset + position, 9);
  if (number === 0) {
    view.setUint8(0, 0xcb);
    view.setFloat64(1, number);
  } else if (number > 0) {
    view.setUint8(0, 0xcf);
    view.setBigUint64(1, BigInt(number));
  } else {
    view.setUint8(0, 0xd3);
    view.setBigInt64(1, BigInt(number));
  }
}

/** msgpackr puts a DataView on what it reads, which costs more than all the rest of a small value. */
const desk = new Uint8Array(4096);

function unpack(unpacker: Packr, bytes: Uint8Array): unknown {
  if (bytes.length <= desk.length) {
    desk.set(bytes);
    return unpacker.unpack(desk, bytes.length);
  }
  // Not a Buffer, of which msgpackr makes Buffers of the byte strings inside.
  return unpacker.unpack(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length));
}

const protoKey = new TextEncoder().encode('__proto__');

function decodeValue(bytes: Uint8Array, carried: readonly Carried[]): unknown {
  const problem = problemOf(bytes, carried.length);
  if (problem !== undefined) throw new Undecodable(`it is not plain msgpack: ${problem}`);
  if (carried.length > 0) return decodeWithEnds(bytes, carried);
  return decodeByteString(bytes) ?? decodePlain(bytes);
}

/** An end that the value does not mention could be closed by nobody. */
function decodeWithEnds(bytes: Uint8Array, carried: readonly Carried[]): unknown {
  arriving = carried;
  unseen = new Set(carried.keys());
  let value: unknown;
  try {
    value = decodePlain(bytes);
  } finally {
    arriving = [];
  }
  if (unseen.size === 0) return value;
  throw new Undecodable(
    `it carries ${carried.length} ends, and mentions ${carried.length - unseen.size}`,
  );
}

function decodePlain(bytes: Uint8Array): unknown {
  try {
    const value: unknown = unpack(packr, bytes);
    if (typeof value !== 'object' || value instanceof Uint8Array) return value;
    return mentions(bytes, protoKey) ? toObjects(unpack(mapPackr, bytes)) : value;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Undecodable(`it is not msgpack that JavaScript can read (${why})`, { cause });
  }
}

/** msgpackr renames a key `__proto__`; where the bytes mention it, objects are built with care. */
function toObjects(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toObjects);
  if (!(value instanceof Map)) return value;
  const object = {};
  for (const [key, entry] of value) {
    Object.defineProperty(object, String(key), {
      value: toObjects(entry),
      configurable: true,
      enumerable: true,
      writable: true,
    });
  }
  return object;
}

function mentions(bytes: Uint8Array, what: Uint8Array): boolean {
  const first = what[0] as number;
  for (let at = bytes.indexOf(first); at !== -1; at = bytes.indexOf(first, at + 1)) {
    if (what.every((byte, offset) => bytes[at + offset] === byte)) return true;
  }
  return false;
}
