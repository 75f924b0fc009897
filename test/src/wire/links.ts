import type { FromProcess, FromSupervisor } from '../../../src/wire/message.ts';
import { type Inbound, Session } from '../../../src/wire/session.ts';
import { bytesOfMessages } from '../../support/wire.ts';
import { hello, welcome } from './greetings.ts';

export type From = 'process' | 'supervisor';
type Said<F extends From> = F extends 'process' ? FromProcess : FromSupervisor;
type Heard = Inbound<FromProcess | FromSupervisor>;

const limit = 1024 * 1024;

/** The bytes of one message. */
export function bytesFrom<F extends From>(from: F, message: Said<F>): Uint8Array {
  return from === 'process'
    ? bytesOfMessages(Session.ofProcess(limit), message as FromProcess)
    : bytesOfMessages(Session.ofSupervisor(limit), message as FromSupervisor);
}

/** The header in them. */
export function headerOf<F extends From>(from: F, message: Said<F>): Uint8Array {
  const bytes = bytesFrom(from, message);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint16(2);
  return bytes.slice(8, 8 + length);
}

/** One end of a link that has been greeted: what it makes of the bytes that come. */
export function greeted(from: From): (chunk: Uint8Array) => readonly Heard[] {
  const read = ungreeted(from);
  read(from === 'process' ? bytesFrom('process', hello) : bytesFrom('supervisor', welcome));
  return read;
}

/** What arrives of one message. */
export function throughLink<F extends From>(from: F, message: Said<F>): Said<From> {
  const isGreeting = ['hello', 'welcome', 'refusal'].includes(message.type);
  const read = isGreeting ? ungreeted(from) : greeted(from);
  const [heard] = read(bytesFrom(from, message));
  if (heard?.type === 'message') return heard.message;
  throw new Error(heard?.type === 'broken' ? heard.error.message : `heard ${heard?.type}`);
}

function ungreeted(from: From): (chunk: Uint8Array) => readonly Heard[] {
  const session = from === 'process' ? Session.ofSupervisor(limit) : Session.ofProcess(limit);
  return (chunk) => {
    const heard: Heard[] = [];
    session.read(chunk, (one) => heard.push(one));
    return heard;
  };
}
