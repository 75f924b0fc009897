import { Cargo } from '../../src/value/cargo.ts';
import { msgpackCodec } from '../../src/value/codec.ts';

/** The bytes of a value that carries no ends. */
export function encode(value: unknown): Uint8Array {
  return msgpackCodec.encode(value, new Cargo({}));
}

export function decode(bytes: Uint8Array): unknown {
  return msgpackCodec.decode(bytes, []);
}
