import { type Codec, msgpackCodec } from '../../src/value/codec.ts';

/**
 * Uses the memory of every value again, however small, and spoils it as soon as it may: whoever still looks at it finds no
 * value there.
 */
export const reusingCodec: Codec<Uint8Array> = {
  ...msgpackCodec,
  encode: (value, cargo, keeper) => {
    const bytes = msgpackCodec.encode(value, cargo);
    const room = keeper?.room;
    if (keeper === undefined || room === undefined || room.length < bytes.length) {
      return new Uint8Array(bytes);
    }
    keeper.room = undefined;
    room.set(bytes);
    return room.subarray(0, bytes.length);
  },
  isReusable: () => true,
  keep: ({ buffer }, keeper) => {
    keeper.room = new Uint8Array(buffer).fill(neverUsed);
  },
};

/** A byte that msgpack does not have. */
const neverUsed = 0xc1;
