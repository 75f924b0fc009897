import { describe, expect, test } from 'vitest';
import type { FromProcess, FromSupervisor } from '../../src/wire/message.ts';
import { type Inbound, Session } from '../../src/wire/session.ts';
import { bytesOfMessages } from '../support/wire.ts';
import { bytesOf, type FrameVector, frameVectors, hexOf } from './vectors.ts';

const limit = 64 * 1024 * 1024;

describe('§3 messages as frames', () => {
  test.each(frameVectors)('§2.1 $name has the lengths that its prelude says', (vector) => {
    const { frame, header, value } = vector;
    const lengths = [header.length / 2, (header.length + value.length) / 2] as const;
    const prelude = `c148${hex(lengths[0], 4)}${hex(lengths[1], 8)}`;
    expect(frame).toBe(prelude + header + value);
  });

  test.each(frameVectors)('§3 $name is read', (vector) => {
    expect(read(vector)).toStrictEqual(messageOf(vector));
  });

  const written = frameVectors.filter(({ onlyRead }) => onlyRead === undefined);
  test.each(written)('§3 $name is written', (vector) => {
    expect(hexOf(write(vector))).toBe(vector.frame);
  });
});

function read({ from, name, frame }: FrameVector): unknown {
  const messages: unknown[] = [];
  const keep = (inbound: Inbound<FromProcess | FromSupervisor>): void => {
    if (inbound.type !== 'message') throw new Error(`${inbound.type}: ${JSON.stringify(inbound)}`);
    messages.push(inbound.message);
  };
  // A session wants a greeting first.
  const greeting = from === 'process' ? 'hello' : 'refusal';
  const isGreeting = ['hello', 'welcome', 'refusal'].some((word) => name.startsWith(word));
  const first = frameVectors.find((other) => other.name === greeting);
  const bytes = bytesOf((isGreeting ? '' : (first?.frame ?? '')) + frame);
  if (from === 'process') Session.ofSupervisor(limit).read(bytes, keep);
  else Session.ofProcess(limit).read(bytes, keep);
  return messages.at(-1);
}

function write(vector: FrameVector): Uint8Array {
  const message = messageOf(vector);
  return vector.from === 'process'
    ? bytesOfMessages(Session.ofProcess(limit), message as FromProcess)
    : bytesOfMessages(Session.ofSupervisor(limit), message as FromSupervisor);
}

/** With the values as bytes, where the vectors have them in hexadecimal. */
function messageOf({ message }: FrameVector): unknown {
  const { value, guards } = message as { value?: string; guards?: readonly { value?: string }[] };
  const withBytes = <T extends { value?: string }>(holder: T) =>
    holder.value === undefined ? holder : { ...holder, value: bytesOf(holder.value) };
  return {
    ...message,
    ...(value !== undefined && { value: bytesOf(value) }),
    ...(guards !== undefined && { guards: guards.map(withBytes) }),
  };
}

function hex(number: number, digits: number): string {
  return number.toString(16).padStart(digits, '0');
}
