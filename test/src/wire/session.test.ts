import { describe, expect, test } from 'vitest';
import type { FromProcess, FromSupervisor } from '../../../src/wire/message.ts';
import { type Inbound, Session } from '../../../src/wire/session.ts';
import { bytesOfMessages } from '../../support/wire.ts';
import { ascii, joined, pattern } from './bytes.ts';
import { hello, welcome } from './greetings.ts';

const limit = 1_000;

const refusal: FromSupervisor = { type: 'refusal', why: 'no' };
const taken: FromProcess = { type: 'taken', op: 1 };
const late: FromSupervisor = { type: 'late', op: 1 };

function send(length: number): FromProcess {
  const guards = [{ end: 1, value: pattern(length) }];
  return { type: 'offer', op: 1, isPoll: false, isPriority: false, guards };
}

/** The supervisor's end of a link, and what it makes of the messages of a process. */
class FromProcessTo {
  readonly #writer = Session.ofProcess(limit);
  readonly session = Session.ofSupervisor(limit);

  bytes(...messages: readonly FromProcess[]): Uint8Array {
    return bytesOfMessages(this.#writer, ...messages);
  }

  read(...chunks: readonly Uint8Array[]): Inbound<FromProcess>[] {
    const inbound: Inbound<FromProcess>[] = [];
    for (const chunk of chunks) this.session.read(chunk, (one) => inbound.push(one));
    return inbound;
  }

  say(...messages: readonly FromProcess[]): Inbound<FromProcess>[] {
    return this.read(this.bytes(...messages));
  }
}

class FromSupervisorTo {
  readonly #writer = Session.ofSupervisor(limit);
  readonly session = Session.ofProcess(limit);

  say(...messages: readonly FromSupervisor[]): Inbound<FromSupervisor>[] {
    const inbound: Inbound<FromSupervisor>[] = [];
    const bytes = bytesOfMessages(this.#writer, ...messages);
    this.session.read(bytes, (one) => inbound.push(one));
    return inbound;
  }
}

describe('§3.6 the states of a link, at the supervisor', () => {
  test('§3.6 greeting × hello: open', () => {
    const link = new FromProcessTo();
    expect(link.say(hello)).toStrictEqual([{ type: 'message', message: hello }]);
    expect(link.say(taken)).toStrictEqual([{ type: 'message', message: taken }]);
  });

  test('§3.6 greeting × another message: broken', () => {
    const [inbound, ...more] = new FromProcessTo().say(taken, hello);
    expect(inbound).toMatchObject({ type: 'broken' });
    expect(inbound?.type === 'broken' && inbound.error.message).toMatch(
      /^expected "hello" first from the process, got "taken"/,
    );
    expect(more).toEqual([]);
  });

  test('§3.6 greeting × garbage: broken', () => {
    expect(new FromProcessTo().read(ascii('hello'))).toMatchObject([{ type: 'broken' }]);
  });

  test('§3.6 open × hello: broken', () => {
    const link = new FromProcessTo();
    const inbound = link.say(hello, hello);
    expect(inbound.map(({ type }) => type)).toEqual(['message', 'broken']);
    const [, second] = inbound;
    expect(second?.type === 'broken' && second.error.message).toMatch(
      /^expected no second greeting from the process, got "hello"/,
    );
  });

  test('§3.6 open × messages: each is passed on, in order', () => {
    const link = new FromProcessTo();
    const messages = [hello, taken, send(3), { type: 'close', end: 1 } as const];
    expect(link.say(...messages)).toStrictEqual(
      messages.map((message) => ({ type: 'message', message })),
    );
  });

  test('§3.6 open × garbage: broken, after all that came before it', () => {
    const link = new FromProcessTo();
    const inbound = link.read(joined([link.bytes(hello, taken), ascii('oops')]));
    expect(inbound.map(({ type }) => type)).toEqual(['message', 'message', 'broken']);
  });

  test('§3.6 broken × anything: ignored', () => {
    const link = new FromProcessTo();
    link.read(ascii('x'));
    expect(link.say(hello, taken)).toEqual([]);
    expect(link.read(ascii('more'))).toEqual([]);
    expect(link.session.end()).toBeUndefined();
  });

  test('§3.6 a message after the breaking one in the same chunk is not heard', () => {
    const link = new FromProcessTo();
    link.say(hello);
    expect(link.say(hello, taken).map(({ type }) => type)).toEqual(['broken']);
  });
});

describe('§3.6 the states of a link, at the process', () => {
  test.each([welcome, refusal])('§3.6 greeting × $type: open', (greeting) => {
    expect(new FromSupervisorTo().say(greeting, late)).toStrictEqual([
      { type: 'message', message: greeting },
      { type: 'message', message: late },
    ]);
  });

  test('§3.6 greeting × another message: broken', () => {
    const [inbound] = new FromSupervisorTo().say(late);
    expect(inbound?.type === 'broken' && inbound.error.message).toMatch(
      /^expected "welcome" first from the supervisor, got "late"/,
    );
  });

  test('§3.6 open × welcome: broken', () => {
    const inbound = new FromSupervisorTo().say(welcome, welcome);
    expect(inbound.map(({ type }) => type)).toEqual(['message', 'broken']);
  });

  test('§3.16 open × refusal: it is dealt with', () => {
    expect(new FromSupervisorTo().say(welcome, refusal)).toStrictEqual([
      { type: 'message', message: welcome },
      { type: 'message', message: refusal },
    ]);
  });
});

describe('§2.3 a value above the limit', () => {
  test('§2.3 its message comes without it, and the link lives on', () => {
    const link = new FromProcessTo();
    link.say(hello);
    const [large, next] = link.say(send(limit + 1), taken);
    expect(large).toMatchObject({ type: 'oversized', size: limit + 1, message: { op: 1 } });
    expect(next).toStrictEqual({ type: 'message', message: taken });
  });

  test('§2.3 at the limit it comes whole', () => {
    const link = new FromProcessTo();
    link.say(hello);
    expect(link.say(send(limit))).toStrictEqual([{ type: 'message', message: send(limit) }]);
  });

  test('§2.3 a greeting with one is a greeting', () => {
    const link = new FromProcessTo();
    const bytes = link.bytes(hello);
    const header = bytes.subarray(8);
    const prelude = new Uint8Array([0xc1, 0x48, 0, header.length, 0, 0, 0x10, header.length]);
    const inbound = link.read(prelude, header, new Uint8Array(0x1000));
    expect(inbound).toMatchObject([{ type: 'oversized', message: { type: 'hello' } }]);
  });
});

describe('§2.5 the end of a link', () => {
  test('§2.5 between frames it is no error', () => {
    const link = new FromProcessTo();
    expect(link.session.end()).toBeUndefined();
    link.say(hello, taken);
    expect(link.session.end()).toBeUndefined();
  });

  test('§2.5 within a frame it is one', () => {
    const link = new FromProcessTo();
    const bytes = link.bytes(hello);
    for (let length = 1; length < bytes.length; length++) {
      const other = new FromProcessTo();
      expect(other.read(bytes.subarray(0, length))).toEqual([]);
      expect(other.session.end()?.message).toBe(
        'the link of the process ended in the middle of a frame',
      );
    }
  });
});
