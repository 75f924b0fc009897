import { writeSync } from 'node:fs';
import { Packr } from 'msgpackr/pack';
import { readLink } from '../../platform/link-descriptors.ts';
import { messageObject } from '../message.ts';

const packr = new Packr({ useRecords: false });
/** All have the same length: nothing has to say it. */
const { length } = packr.pack(messageObject);
const answer = Uint8Array.of(0);
/** The beginning of a value that has not come as a whole. */
let rest = 0;
const desk = new Uint8Array(length);

readLink(3, false, (chunk) => {
  for (let at = 0; at < chunk.length; ) {
    const used = Math.min(length - rest, chunk.length - at);
    desk.set(chunk.subarray(at, at + used), rest);
    at += used;
    rest += used;
    if (rest < length) return;
    rest = 0;
    const value: unknown = packr.unpack(desk);
    if (value !== undefined) writeSync(4, answer);
  }
});
