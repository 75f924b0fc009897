import { describe, expect, test } from 'vitest';
import type { ProtocolError } from '../../../src/errors.ts';
import { type Carrier, ProcessLink, type Welcome } from '../../../src/link/process-link.ts';
import type { Answer } from '../../../src/party/party.ts';
import type { FromProcess, FromSupervisor } from '../../../src/wire/message.ts';
import { Output } from '../../../src/wire/output.ts';
import { Session } from '../../../src/wire/session.ts';
import { bytesOfMessages, everythingIn } from '../../support/wire.ts';
import { statistics } from '../party/desk.ts';
import { pattern } from '../wire/bytes.ts';

const welcome: FromSupervisor = {
  type: 'welcome',
  version: { major: 1, minor: 0 },
  settings: { stage: 's', replica: 0, maxValueBytes: 1, window: { operations: 1, bytes: 1 } },
  ends: [],
};

/** A supervisor at the other end of a link, typed by hand. */
class Hand implements Carrier {
  readonly output = new Output();
  readonly link: ProcessLink;
  readonly welcomes: Welcome[] = [];
  readonly answers: Answer<Uint8Array>[] = [];
  readonly errors: ProtocolError[] = [];
  readonly unsecured: (() => void)[] = [];
  readonly direct: FromSupervisor[] = [];
  shutdowns = 0;
  readonly #session = Session.ofSupervisor(1_000_000);
  #said: FromProcess[] = [];

  constructor() {
    this.link = new ProcessLink(this, {
      onWelcome: (message) => this.welcomes.push(message),
      onAnswer: (answer) => this.answers.push(answer),
      onProbe: () => {},
      onRetire: () => {},
      onMeet: (meet) => this.direct.push(meet),
      onPart: (link) => this.direct.push({ type: 'part', link }),
      onResume: (link) => this.direct.push({ type: 'resume', link }),
      onShutdown: () => {
        this.shutdowns++;
      },
      onBroken: (error) => this.errors.push(error),
    });
  }

  static withHello(): Hand {
    const hand = new Hand();
    hand.link.hello('node', 't0k');
    return hand;
  }

  push(): void {
    this.#session.read(everythingIn(this.output), (inbound) => {
      if (inbound.type !== 'message') throw new Error(inbound.type);
      this.#said.push(inbound.message);
    });
  }

  secured(then: () => void): void {
    this.unsecured.push(then);
  }

  said(): readonly FromProcess[] {
    const said = this.#said;
    this.#said = [];
    return said;
  }

  say(...messages: readonly FromSupervisor[]): void {
    this.link.read(bytesOfMessages(this.#session, ...messages));
  }
}

describe('§3.7 the greeting', () => {
  test('§3.7 is said first, with the version, the language and the token', () => {
    expect(Hand.withHello().said()).toEqual([
      {
        type: 'hello',
        version: { major: 1, minor: 0 },
        language: 'node',
        features: ['idle', 'pieces'],
        token: 't0k',
      },
    ]);
  });

  test('§3.15 the welcome is passed on', () => {
    const hand = Hand.withHello();
    hand.say(welcome);
    expect(hand.welcomes).toEqual([welcome]);
  });

  test('§3.7 what comes before the hello is dealt with after it', () => {
    const hand = new Hand();
    hand.say(welcome, { type: 'shutdown' });
    expect([hand.welcomes, hand.shutdowns]).toEqual([[], 0]);
    hand.link.hello('node', 't0k');
    expect([hand.welcomes, hand.shutdowns]).toEqual([[welcome], 1]);
    hand.say({ type: 'late', op: 1 });
    expect(hand.answers).toHaveLength(1);
  });

  test('§10.2 the welcome of another major version is not taken: its refusal follows', () => {
    const hand = Hand.withHello();
    hand.say({ ...welcome, version: { major: 2, minor: 0 } });
    expect([hand.welcomes, hand.errors]).toEqual([[], []]);
    hand.say({ type: 'refusal', why: 'another version' });
    expect(hand.errors.map(({ message }) => message)).toEqual(['another version']);
  });

  test('§3.16 a refusal ends the link, with its reason', () => {
    const hand = Hand.withHello();
    hand.say({ type: 'refusal', why: 'another version' });
    expect(hand.errors.map(({ message }) => message)).toEqual(['another version']);
  });

  test('§8.8 nonsense ends the link', () => {
    const hand = Hand.withHello();
    hand.link.read(new TextEncoder().encode('oops'));
    expect(hand.errors).toHaveLength(1);
  });
});

describe('§3 what a process says', () => {
  test('§3.8 each call is a message', () => {
    const hand = Hand.withHello();
    hand.said();
    const guards = [{ end: 1, value: pattern(3) }, { end: 2 }];
    hand.link.offer({ op: 1, isPoll: false, isPriority: true, guards });
    hand.link.withdraw(1, 'final');
    hand.link.returned(2);
    hand.link.refused(3, 'why');
    hand.link.close(4);
    hand.link.met(5);
    hand.link.flow(5, { taken: 6, waitingSenders: 7, waitingReceivers: 8 });
    hand.link.parted(5);
    expect(hand.said()).toEqual([
      { type: 'offer', op: 1, isPoll: false, isPriority: true, guards },
      { type: 'withdraw', op: 1, kind: 'final' },
      { type: 'returned', op: 2 },
      { type: 'refused', op: 3, why: 'why' },
      { type: 'close', end: 4 },
      { type: 'met', link: 5 },
      { type: 'flow', link: 5, taken: 6, waitingSenders: 7, waitingReceivers: 8 },
      { type: 'parted', link: 5 },
    ]);
  });

  test('§8.9 a value is given only when the word that it was taken is sure to leave', () => {
    const hand = Hand.withHello();
    hand.said();
    let isGiven = false;
    const given = () => {
      isGiven = true;
    };
    hand.link.taken(1, { given, lost: () => {} });
    expect(hand.said()).toEqual([{ type: 'taken', op: 1 }]);
    expect(isGiven).toBe(false);
    for (const then of hand.unsecured) then();
    expect(isGiven).toBe(true);
  });
});

describe('§3 what a process hears', () => {
  test('§3.17 answers are passed on in order', () => {
    const hand = Hand.withHello();
    const answers: readonly FromSupervisor[] = [
      { type: 'deliver', op: 1, guard: 0, attempt: 1, value: pattern(5) },
      { type: 'completed', op: 2, guard: 0 },
      { type: 'late', op: 3 },
      { type: 'withdrawn', op: 3, guard: 0, attempts: 1 },
      { type: 'failed', op: 4, guard: 0, attempts: 0, reason: { kind: 'too-large', size: 9 } },
    ];
    hand.say(welcome, ...answers);
    expect(hand.answers).toEqual(answers);
  });

  test('§3.14 each query has its own answer, in whatever order', async () => {
    const hand = Hand.withHello();
    hand.say(welcome);
    hand.said();
    const [one, two] = [hand.link.inspect(1), hand.link.inspect(2)];
    const queries = hand.said().map((message) => (message.type === 'inspect' ? message.query : -1));
    const answer = (query: number | undefined, taken: number): FromSupervisor => ({
      type: 'inspected',
      query: query ?? -1,
      statistics: { ...statistics, taken },
    });
    hand.say(answer(queries[1], 2), answer(queries[0], 1), answer(99, 3));
    expect((await one).taken).toBe(1);
    expect((await two).taken).toBe(2);
  });

  test('§3.33 what is said of a direct link is passed on in order', () => {
    const hand = Hand.withHello();
    const said: readonly FromSupervisor[] = [
      { type: 'meet', link: 1, end: 2, readPath: '/tmp/a', writePath: '/tmp/b' },
      { type: 'part', link: 1 },
      { type: 'resume', link: 1 },
    ];
    hand.say(welcome, ...said);
    expect(hand.direct).toEqual(said);
    expect(hand.answers).toEqual([]);
  });

  test('§3.23 shutdown is passed on', () => {
    const hand = Hand.withHello();
    hand.say(welcome, { type: 'shutdown' });
    expect(hand.shutdowns).toBe(1);
  });
});
