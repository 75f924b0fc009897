import { describe, expect, test } from 'vitest';
import type { FromProcess, FromSupervisor } from '../../src/wire/message.ts';
import { type Inbound, Session } from '../../src/wire/session.ts';
import { bytesOf, frameVectors, hexOf, type PieceVector, pieceVectors } from './vectors.ts';

const limit = 64 * 1024 * 1024;

describe('§2.6 values in pieces', () => {
  test.each(pieceVectors)('§2.6 $name', (vector) => {
    const { heard, wrong } = read(vector);
    expect(heard).toEqual(vector.heard);
    if (vector.wrong === undefined) expect(wrong).toBeUndefined();
    else expect(wrong).toContain(vector.wrong);
  });
});

function read({ from, bytes }: PieceVector) {
  const heard: unknown[] = [];
  let wrong: string | undefined;
  const keep = (inbound: Inbound<FromProcess | FromSupervisor>): void => {
    if (inbound.type === 'broken') wrong = inbound.error.message;
    if (inbound.type === 'message' || inbound.type === 'fulfilled')
      heard.push(inHex(inbound.message));
  };
  const name = from === 'process' ? 'hello' : 'refusal';
  const greeting = frameVectors.find((other) => other.name === name)?.frame ?? '';
  const session = from === 'process' ? Session.ofSupervisor(limit) : Session.ofProcess(limit);
  for (const part of [greeting, ...bytes]) session.read(bytesOf(part), keep);
  return { heard: heard.slice(1), wrong };
}

function inHex(message: FromProcess | FromSupervisor): unknown {
  const replaced = JSON.stringify(message, (_, value) =>
    value instanceof Uint8Array ? hexOf(value) : value,
  );
  return JSON.parse(replaced);
}
