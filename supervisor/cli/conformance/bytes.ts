/** What the kit writes: messages as a supervisor writes them, and frames that no supervisor would write. */
import { Packr } from 'msgpackr/pack';
import { plainMsgpack } from '../../../src/value/plain-msgpack.ts';
import { beginningOf, piecePrelude, writeFrame } from '../../../src/wire/frame.ts';
import type { FromSupervisor } from '../../../src/wire/message.ts';
import { Output } from '../../../src/wire/output.ts';
import { writeFromSupervisor } from '../../../src/wire/write-header.ts';

const packr = new Packr(plainMsgpack);

export function bytesOf(...messages: readonly FromSupervisor[]): Uint8Array {
  const output = new Output();
  for (const message of messages) writeFromSupervisor(message, output);
  return joined(...output.take());
}

/** A header whatever it says. */
export function packed(...elements: readonly unknown[]): Uint8Array {
  return packr.pack(elements).slice();
}

/** A value of section 5 that carries no ends. */
export function encoded(value: unknown): Uint8Array {
  return packr.pack(value).slice();
}

export function frameOf(header: Uint8Array, value: Uint8Array = new Uint8Array()): Uint8Array {
  const output = new Output();
  writeFrame(output, header, [value]);
  return joined(...output.take());
}

/** A prelude alone, with any lengths. */
export function preludeOf(headerLength: number, restLength: number): Uint8Array {
  const bytes = new Uint8Array([0xc1, 0x48, 0, 0, 0, 0, 0, 0]);
  const view = new DataView(bytes.buffer);
  view.setUint16(2, headerLength);
  view.setUint32(4, restLength);
  return bytes;
}

/** The beginning of a frame in pieces (2.6). */
export function beginning(transfer: number, header: Uint8Array, valueLength: number): Uint8Array {
  return beginningOf({ header, values: [], rest: header.length + valueLength }, transfer);
}

export function piece(transfer: number, bytes: Uint8Array): Uint8Array {
  return joined(piecePrelude(transfer, bytes.length), bytes);
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

export function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

export function hexOf(bytes: Uint8Array): string {
  const some = bytes.subarray(0, 24);
  const more = bytes.length > some.length ? ` … (${bytes.length} bytes)` : '';
  return `${Buffer.from(some)
    .toString('hex')
    .replaceAll(/..(?=.)/g, '$& ')
    .toUpperCase()}${more}`;
}
