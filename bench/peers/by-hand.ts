/**
 * A rendezvous as one would write it by hand: bytes in msgpack behind their length, a promise for each value, and an
 * answer when it was taken. Nothing is checked, timed, recalled, named or shared, and no crash is dealt with.
 */
import { writeSync } from 'node:fs';
import { Packr } from 'msgpackr/pack';
import { readLink } from '../../platform/link-descriptors.ts';

const packr = new Packr({ useRecords: false });
const prefixLength = 4;
const answer = Uint8Array.of(0);

export interface SenderByHand {
  /** Resolves when the value was taken. */
  send(value: unknown): Promise<void>;
  close(): void;
}

export function senderByHand(read: number, write: number, closeWrite: () => void): SenderByHand {
  let onTaken = () => {};
  const input = readLink(read, false, () => onTaken());
  return {
    send(value) {
      const packed = packr.pack(value);
      const frame = Buffer.allocUnsafe(prefixLength + packed.length);
      frame.writeUInt32BE(packed.length);
      frame.set(packed, prefixLength);
      return new Promise((resolve) => {
        onTaken = resolve;
        writeSync(write, frame);
      });
    },
    close() {
      closeWrite();
      input.destroy();
    },
  };
}

/** Of one value at a time, each in one chunk: so they come where one is sent when the last was taken. */
export async function* receiveByHand(read: number, write: number): AsyncGenerator<unknown, void> {
  const waiting: unknown[] = [];
  let onValue = () => {};
  let hasEnded = false;
  const input = readLink(read, false, (chunk) => {
    const length = new DataView(chunk.buffer, chunk.byteOffset).getUint32(0);
    waiting.push(packr.unpack(chunk.subarray(prefixLength, prefixLength + length)));
    onValue();
  });
  input.on('close', () => {
    hasEnded = true;
    onValue();
  });
  for (;;) {
    while (waiting.length > 0) {
      writeSync(write, answer);
      yield waiting.shift();
    }
    if (hasEnded) return;
    await new Promise<void>((resolve) => {
      onValue = resolve;
    });
  }
}
