/** The messages of each value are read the short way; without it everything still works, only slower. */
import { expect, test } from 'vitest';
import { decodeBriefFromProcess, decodeBriefFromSupervisor } from '../../../src/wire/brief.ts';
import type { Frame } from '../../../src/wire/frame.ts';
import { FrameReader } from '../../../src/wire/frame-reader.ts';
import type { FromProcess, FromSupervisor } from '../../../src/wire/message.ts';
import { Session } from '../../../src/wire/session.ts';
import { bytesOfMessages } from '../../support/wire.ts';

const value = new Uint8Array(300);
const ops = [0, 127, 128, 65_535, 65_536, 2 ** 32 - 1];

const fromProcess = ops.flatMap((op): FromProcess[] => [
  { type: 'offer', op, isPoll: false, isPriority: false, guards: [{ end: 1 }] },
  { type: 'offer', op, isPoll: true, isPriority: true, guards: [{ end: 1, value }, { end: 2 }] },
  { type: 'taken', op },
  { type: 'returned', op },
  { type: 'withdraw', op, kind: 'final' },
]);

const fromSupervisor = ops.flatMap((op): FromSupervisor[] => [
  { type: 'deliver', op, guard: 0, attempt: 1, value },
  { type: 'completed', op, guard: 0 },
  { type: 'late', op },
  { type: 'withdrawn', op, guard: 0, attempts: 0 },
]);

test.each(fromProcess)('§3 $type of operation $op is brief', (message) => {
  const session = Session.ofProcess(Number.POSITIVE_INFINITY);
  expect(decodeBriefFromProcess(frameOf(bytesOfMessages(session, message)))).toEqual(message);
});

test.each(fromSupervisor)('§3 $type of operation $op is brief', (message) => {
  const session = Session.ofSupervisor(Number.POSITIVE_INFINITY);
  expect(decodeBriefFromSupervisor(frameOf(bytesOfMessages(session, message)))).toEqual(message);
});

function frameOf(bytes: Uint8Array): Frame {
  const frames: Frame[] = [];
  new FrameReader(Number.POSITIVE_INFINITY).read(bytes, (frame) => frames.push(frame));
  return frames[0] as Frame;
}
