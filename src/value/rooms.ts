/**
 * Memory for large values. Who sends one keeps its memory when nobody needs it any more, and writes the next one there:
 * memory that is new for each costs more than all else that is done for it.
 */

/**
 * So that a byte string in it begins where numbers of up to 8 bytes may.
 * @param before how many bytes there are besides, in front of it
 */
export function roomFor(length: number, before = 0): Uint8Array {
  const unused = widest - ((before + longPrefix) % widest);
  return new Uint8Array(unused + before + length).subarray(unused);
}

/** Who may have the memory of a value that is needed no more. */
export interface RoomKeeper<V> {
  room: V | undefined;
}

/** Room that may be kept afterwards: what the keeper has, if that is long enough, or else new. */
export function roomOf(keeper: RoomKeeper<Uint8Array>, length: number): Uint8Array {
  const { room } = keeper;
  if (room !== undefined && room.length >= length) {
    keeper.room = undefined;
    return room.subarray(0, length);
  }
  const made = roomFor(length);
  if (made.buffer.byteLength <= mostKept) keepable.add(made.buffer);
  return made;
}

/** Whether the value is in memory that may be written to again. */
export function isInRoom({ buffer }: Uint8Array): boolean {
  return keepable.has(buffer);
}

/** The value where nobody writes another: a copy, if it is in memory that may be written to again. */
export function lasting(value: Uint8Array): Uint8Array {
  return isInRoom(value) ? value.slice() : value;
}

/** Nobody needs the value any more. Only those who kept something last still have it: so little is kept in all. */
export function keepRoom({ buffer, byteOffset }: Uint8Array, keeper: RoomKeeper<Uint8Array>): void {
  if (!keepable.has(buffer)) return;
  keeper.room = new Uint8Array(buffer, byteOffset);
  if (keepers.includes(keeper)) return;
  keepers.push(keeper);
  if (keepers.length <= mostKeepers) return;
  const first = keepers.shift();
  if (first !== undefined) first.room = undefined;
}

const keepable = new WeakSet<ArrayBufferLike>();
const keepers: RoomKeeper<Uint8Array>[] = [];
const mostKeepers = 8;
/** In bytes, by each. */
const mostKept = 4 * 1024 * 1024;

/** Of the longest byte strings, in bytes. */
export const longPrefix = 5;
/** In bytes: no number has more. */
export const widest = 8;
