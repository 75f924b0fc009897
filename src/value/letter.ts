/** Dead letters: how a value that nobody has looked into is put inside one. */
import { Packr } from 'msgpackr/pack';
import type { LetterMaker, Obituary } from '../arbiter/events.ts';
import { plainMsgpack } from './plain-msgpack.ts';

/** A value at which as many attempts have failed as its channel allows, or for which no receiver was left. */
export interface DeadLetter<out T> extends Obituary {
  readonly value: T;
}

/** Inside one process: an object with the value itself. */
export const letter: LetterMaker<unknown> = (value, obituary): DeadLetter<unknown> => ({
  value,
  ...obituary,
});

/** Between processes: the bytes of such an object, around those of the value as they are. */
export const packedLetter: LetterMaker<Uint8Array> = (value, { channel, attempts, failures }) => {
  const rest = packr.pack({ channel, attempts, failures });
  const packed = new Uint8Array(beginning.length + value.length + rest.length - 1);
  packed.set(beginning);
  packed.set(value, beginning.length);
  // Its entries stand in the map that was begun.
  packed.set(rest.subarray(1), beginning.length + value.length);
  return packed;
};

const packr = new Packr(plainMsgpack);

/** A map of 4 entries, and the key of the first. */
const beginning = Uint8Array.of(0x84, 0xa5, ...new TextEncoder().encode('value'));
