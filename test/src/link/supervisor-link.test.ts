import { describe, expect, test } from 'vitest';
import type { Terms } from '../../../src/arbiter/events.ts';
import { Exchange } from '../../../src/exchange/exchange.ts';
import { SupervisorLink } from '../../../src/link/supervisor-link.ts';
import { packedLetter } from '../../../src/value/letter.ts';
import type { FromProcess, FromSupervisor } from '../../../src/wire/message.ts';
import { Output } from '../../../src/wire/output.ts';
import { pieceLength } from '../../../src/wire/pieces.ts';
import { Session } from '../../../src/wire/session.ts';
import { bytesOfMessages, everythingIn } from '../../support/wire.ts';
import { joined, pattern } from '../wire/bytes.ts';

const maxValueBytes = 1_000;

const terms: Terms = { capacity: 0, overflow: 'block', maxAttempts: 3 };

const hello: Extract<FromProcess, { type: 'hello' }> = {
  type: 'hello',
  version: { major: 1, minor: 0 },
  language: 'hand',
  features: [],
  token: 't0k',
};

/** A process at the other end of a link, typed by hand. */
class Hand {
  readonly link: SupervisorLink;
  readonly errors: Error[] = [];
  readonly direct: FromProcess[] = [];
  isReady = false;
  readonly #session = Session.ofProcess(1_000_000);
  /** What it is told stays where it is. */
  isDeaf = false;
  #heard: FromSupervisor[] = [];

  /** @param channel of which it has both ends; without one it is a spare, and has no turn */
  constructor(exchange: Exchange<Uint8Array>, channel?: number, window = 10) {
    const limits = { operations: window, bytes: 10_000 };
    this.link = new SupervisorLink(
      exchange,
      {
        token: 't0k',
        stage: 'parser',
        maxValueBytes,
        window: limits,
        meetings: {
          arrived: () => {},
          died: () => {},
          consider: () => {},
          isLinked: () => false,
          interval: 1,
          met: (_, link) => this.direct.push({ type: 'met', link }),
          parted: (_, link) => this.direct.push({ type: 'parted', link }),
          flow: (_, link, flow) => this.direct.push({ ...flow, type: 'flow', link }),
        },
      },
      {
        onOutput: () => {
          if (!this.isDeaf) this.#read(everythingIn(this.link.output));
        },
        onIdle: () => {},
        onHello: () => {
          this.isReady = true;
        },
        onBroken: (error) => this.errors.push(error),
      },
    );
    if (channel !== undefined) this.beWelcomed(channel, window);
  }

  beWelcomed(channel: number, operations = 10): void {
    const window = { operations, bytes: 10_000 };
    this.link.welcome({
      settings: { stage: 'parser', replica: 0, maxValueBytes, window },
      ends: [
        { name: 'words', channelName: 'all words', channel, side: 'send' },
        { name: 'lines', channelName: 'all words', channel, side: 'receive' },
      ],
    });
  }

  say(...messages: readonly FromProcess[]): void {
    this.link.read(bytesOfMessages(this.#session, ...messages));
  }

  send(op: number, value: Uint8Array): FromProcess {
    return { type: 'offer', op, isPoll: false, isPriority: false, guards: [{ end: 1, value }] };
  }

  receive(op: number): FromProcess {
    return { type: 'offer', op, isPoll: false, isPriority: false, guards: [{ end: 2 }] };
  }

  /** The beginning, and each piece. */
  inPieces(message: FromProcess, length: number): [Uint8Array, Uint8Array, Uint8Array] {
    const output = new Output();
    output.pieceLength = length;
    this.#session.write(message, output);
    const [beginning = nothing, ...first] = output.next().parts;
    return [beginning, joined(first), joined(output.next().parts)];
  }

  heard(): readonly FromSupervisor[] {
    const heard = this.#heard;
    this.#heard = [];
    return heard;
  }

  #read(bytes: Uint8Array): void {
    this.#session.read(bytes, (inbound) => {
      if (inbound.type !== 'message') throw new Error(inbound.type);
      this.#heard.push(inbound.message);
    });
  }
}

const nothing = new Uint8Array();

function start(window?: number, features: readonly string[] = []): { hand: Hand; other: Hand } {
  const exchange = new Exchange<Uint8Array>(packedLetter);
  const channel = exchange.open({ capacity: 0, overflow: 'block', maxAttempts: 3 });
  const hands = [new Hand(exchange, channel, window), new Hand(exchange, channel)] as const;
  for (const hand of hands) hand.say({ ...hello, features });
  for (const hand of hands) hand.heard();
  return { hand: hands[0], other: hands[1] };
}

function fresh(): Hand {
  const exchange = new Exchange<Uint8Array>(packedLetter);
  return new Hand(exchange, exchange.open({ capacity: 0, overflow: 'block', maxAttempts: 3 }));
}

describe('§3.7 hello', () => {
  test('§3.15 need not be said before the settings and the ends are there', () => {
    const hand = fresh();
    expect(hand.heard()).toEqual([
      {
        type: 'welcome',
        version: { major: 1, minor: 0 },
        settings: {
          stage: 'parser',
          replica: 0,
          maxValueBytes,
          window: { operations: 10, bytes: 10_000 },
        },
        ends: [
          { name: 'words', end: 1, side: 'send', channel: 'all words' },
          { name: 'lines', end: 2, side: 'receive', channel: 'all words' },
        ],
      },
    ]);
    hand.say(hello);
    expect(hand.isReady).toBe(true);
    expect(hand.heard()).toEqual([]);
  });

  test('§8.17 is answered with them later, when the process is a spare', () => {
    const exchange = new Exchange<Uint8Array>(packedLetter);
    const spare = new Hand(exchange);
    spare.say(hello);
    expect(spare.heard()).toEqual([]);
    spare.beWelcomed(exchange.open(terms, 'all words'));
    expect(spare.heard()).toMatchObject([{ type: 'welcome' }]);
    spare.say(spare.receive(1));
    expect(spare.errors).toEqual([]);
  });

  test('§3.6 comes first: what is said before it has no effect, welcomed or not', () => {
    const hand = fresh();
    hand.say(hand.send(1, pattern(3)), hello);
    expect(hand.errors.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^expected "hello" first from the process, got "offer"/),
    ]);
    expect(hand.link.seat.operations().size).toBe(0);
    expect(hand.isReady).toBe(false);
  });

  test('§10.2 of another major version is refused, with both versions and what to do', () => {
    const hand = fresh();
    hand.say({ ...hello, version: { major: 2, minor: 5 } });
    const why =
      'this supervisor speaks version 1.0 of the protocol, the hand runtime of stage "parser" speaks 2.5: install the same major version of handover on both sides';
    expect(hand.heard()).toMatchObject([{ type: 'welcome' }, { type: 'refusal', why }]);
    expect(hand.errors.map(({ message }) => message)).toEqual([why]);
    expect(hand.isReady).toBe(false);
  });

  test('§10.3 of another minor version is welcome', () => {
    const hand = fresh();
    hand.say({ ...hello, version: { major: 1, minor: 99 }, features: ['later'] });
    expect(hand.isReady).toBe(true);
  });

  test('§3.7 without the token is refused', () => {
    const hand = fresh();
    hand.say({ ...hello, token: 'guess' });
    expect(hand.heard()).toMatchObject([
      { type: 'welcome' },
      {
        type: 'refusal',
        why: 'the hello does not show the token that the process was started with',
      },
    ]);
    expect(hand.errors).toHaveLength(1);
  });

  test('§3.5 with a very long language is refused like any other', () => {
    const hand = fresh();
    hand.say({ ...hello, language: 'x'.repeat(60_000), version: { major: 2, minor: 0 } });
    expect(hand.heard()).toMatchObject([{ type: 'welcome' }, { type: 'refusal' }]);
  });
});

describe('§3.29 exiting', () => {
  test('is kept, and nothing more is said to the process', () => {
    const { hand, other } = start();
    other.say(other.receive(1));
    other.say({ type: 'exiting', exitCode: 3 });
    expect(other.link.exitCode).toBe(3);
    hand.say(hand.send(1, pattern(3)));
    expect(other.heard()).toEqual([]);
    expect(other.errors).toEqual([]);
  });

  test('is the last word: one more is a violation', () => {
    const { other } = start();
    other.say({ type: 'exiting', exitCode: 0 }, { type: 'close', end: 1 });
    expect(other.errors.map(({ message }) => message)).toEqual([
      'the process broke the protocol: it spoke after its last word ("exiting")',
    ]);
  });
});

describe('§14 a direct link', () => {
  const meeting = { link: 7, end: 1, readPath: '/tmp/a', writePath: '/tmp/b' };

  test('§3.33 the process is told of it', () => {
    const { hand } = start();
    hand.link.meet(meeting);
    hand.link.part(7);
    hand.link.resume(7);
    expect(hand.heard()).toEqual([
      { type: 'meet', ...meeting },
      { type: 'part', link: 7 },
      { type: 'resume', link: 7 },
    ]);
  });

  test('§3.30 what the process says of it is passed on in order', () => {
    const { hand } = start();
    const said: readonly FromProcess[] = [
      { type: 'met', link: 7 },
      { type: 'flow', link: 7, taken: 3, waitingSenders: 1, waitingReceivers: 0 },
      { type: 'parted', link: 7 },
    ];
    hand.say(...said);
    expect(hand.direct).toEqual(said);
    expect(hand.errors).toEqual([]);
  });

  test('R10 nothing is passed on of who has broken the protocol', () => {
    const { hand } = start();
    hand.say({ type: 'taken', op: 9 }, { type: 'met', link: 7 });
    expect(hand.errors).toHaveLength(1);
    expect(hand.direct).toEqual([]);
  });
});

describe('§3 messages become deeds, and replies become messages', () => {
  test('§3.17 a value goes from one process to another, byte by byte the same', () => {
    const { hand, other } = start();
    const value = pattern(300);
    hand.say(hand.send(1, value));
    other.say(other.receive(1));
    expect(other.heard()).toEqual([{ type: 'deliver', op: 1, guard: 0, attempt: 1, value }]);
    other.say({ type: 'taken', op: 1 });
    expect(hand.heard()).toEqual([{ type: 'completed', op: 1, guard: 0 }]);
  });

  test('§3.11 returned: the value goes to the next', () => {
    const { hand, other } = start();
    hand.say(hand.send(1, pattern(3)));
    other.say(other.receive(1), { type: 'returned', op: 1 }, other.receive(2));
    expect(other.heard().map(({ type }) => type)).toEqual(['deliver', 'deliver']);
    expect(hand.heard()).toEqual([]);
  });

  test('§3.12 refused: the send fails with the reason', () => {
    const { hand, other } = start();
    hand.say(hand.send(1, pattern(3)));
    other.say(other.receive(1), { type: 'refused', op: 1, why: 'no number' });
    expect(hand.heard()).toEqual([
      {
        type: 'failed',
        op: 1,
        guard: 0,
        attempts: 0,
        reason: { kind: 'refused', why: 'no number' },
      },
    ]);
  });

  test('R10 a reason as long as a header can be is passed on, cut', () => {
    const { hand, other } = start();
    hand.say(hand.send(1, pattern(3)));
    // By hand: the encoder of a process would cut it.
    const why = new TextEncoder().encode('x'.repeat(65_000));
    const header = joined([new Uint8Array([0x93, 6, 1, 0xda, why.length >> 8, why.length]), why]);
    const prelude = new Uint8Array([0xc1, 0x48, 0, 0, 0, 0, 0, 0]);
    new DataView(prelude.buffer).setUint16(2, header.length);
    new DataView(prelude.buffer).setUint32(4, header.length);
    other.say(other.receive(1));
    other.link.read(joined([prelude, header]));
    expect(hand.heard()).toMatchObject([{ type: 'failed', reason: { kind: 'refused' } }]);
    expect([...hand.errors, ...other.errors]).toEqual([]);
  });

  test('§3.9 withdraw is answered', () => {
    const { hand, other } = start();
    hand.say(hand.send(1, pattern(3)), hand.send(2, pattern(3)));
    other.say(other.receive(1));
    hand.say(
      { type: 'withdraw', op: 1, kind: 'tentative' },
      { type: 'withdraw', op: 2, kind: 'final' },
    );
    expect(hand.heard()).toEqual([
      { type: 'late', op: 1 },
      { type: 'withdrawn', op: 2, guard: 0, attempts: 0 },
    ]);
  });

  test('§7.3 close gives up an end', () => {
    const { hand, other } = start();
    hand.say({ type: 'close', end: 1 });
    hand.say({ type: 'inspect', query: 7, end: 2 });
    expect(hand.heard()).toMatchObject([
      { type: 'inspected', query: 7, statistics: { senders: 0, receivers: 1 } },
    ]);
    other.say(other.receive(1));
    expect(other.heard()).toEqual([
      { type: 'failed', op: 1, guard: 0, attempts: 0, reason: { kind: 'ended' } },
    ]);
  });

  test('§3.23 shutdown is asked for', () => {
    const { hand } = start();
    hand.link.shutdown();
    expect(hand.heard()).toEqual([{ type: 'shutdown' }]);
  });
});

describe('§3.15 what is to end before it is welcomed', () => {
  test.for([
    [['retire'], 'retire'],
    [['shutdown'], 'shutdown'],
    [['retire', 'shutdown'], 'shutdown'],
    [['shutdown', 'retire'], 'shutdown'],
  ] as const)('is asked after the welcome: %j', ([asked, said]) => {
    const exchange = new Exchange<Uint8Array>(packedLetter);
    const spare = new Hand(exchange);
    for (const what of asked) spare.link[what]();
    spare.say(hello);
    spare.beWelcomed(exchange.open(terms, 'all words'));
    expect(spare.heard().map(({ type }) => type)).toEqual(['welcome', said]);
  });

  test.for(['shutdown', 'retire'] as const)('§3.23 need not have said hello: %s', (what) => {
    const hand = fresh();
    hand.link[what]();
    expect(hand.heard().map(({ type }) => type)).toEqual(['welcome', what]);
  });
});

describe('§2.3 values above the limit', () => {
  test('§2.3 an offer fails, and the link lives on', () => {
    const { hand, other } = start();
    hand.say(hand.send(1, pattern(maxValueBytes + 1)), hand.send(2, pattern(maxValueBytes)));
    expect(hand.heard()).toEqual([
      {
        type: 'failed',
        op: 1,
        guard: 0,
        attempts: 0,
        reason: { kind: 'too-large', size: maxValueBytes + 1 },
      },
    ]);
    other.say(other.receive(1));
    expect(other.heard()).toMatchObject([{ type: 'deliver', value: pattern(maxValueBytes) }]);
  });

  test('§2.6 a value may come in pieces, among other messages, and is passed on when it is whole', () => {
    const { hand, other } = start();
    const value = pattern(maxValueBytes);
    const [beginning, first, second] = hand.inPieces(hand.send(1, value), 600);
    other.say(other.receive(1));
    hand.link.read(joined([beginning, first]));
    hand.say({ type: 'inspect', query: 1, end: 1 });
    expect(hand.heard()).toMatchObject([
      { type: 'inspected', statistics: { waitingReceivers: 1, waitingSenders: 0 } },
    ]);
    expect(other.heard()).toEqual([]);
    hand.link.read(second);
    expect(other.heard()).toMatchObject([{ type: 'deliver', op: 1, value }]);
  });

  test('§6.5 what has begun counts: more than its windows hold may not begin', () => {
    const { hand } = start();
    const most = ((10_000 + maxValueBytes) * 2 * 2) / maxValueBytes;
    for (let op = 1; op <= most + 1; op++) {
      const [beginning] = hand.inPieces(hand.send(op, pattern(maxValueBytes)), 600);
      beginning[9] = op;
      hand.link.read(beginning);
    }
    expect(hand.errors.map(({ message }) => message)).toEqual([
      expect.stringMatching(/operation \d+ is more than the window allows to be outstanding/),
    ]);
  });

  test('§2.9 anything but an offer in pieces is a violation', () => {
    const { hand } = start();
    hand.link.read(
      joined([new Uint8Array([0xc1, 0x4c, 0, 3, 0, 0, 0, 19, 0, 0]), new Uint8Array([0x92, 4, 1])]),
    );
    expect(hand.errors.map(({ message }) => message)).toEqual([
      expect.stringContaining('a message "taken" came with 16 bytes of value, in pieces'),
    ]);
  });

  test('§2.8 only who names the feature is sent pieces', () => {
    for (const features of [[], ['pieces']]) {
      const hand = fresh();
      hand.say({ ...hello, features });
      expect(hand.link.output.pieceLength).toBe(
        features.length === 0 ? Number.POSITIVE_INFINITY : pieceLength,
      );
    }
  });

  test('§3.26 amid a value in pieces it is not asked whether it is idle', () => {
    const { hand, other } = start(undefined, ['idle']);
    hand.say(hand.receive(1));
    expect(hand.link.probe(1, false)).toBe(true);
    hand.link.output.pieceLength = 100;
    hand.isDeaf = true;
    other.say(other.send(1, pattern(500)));
    expect(hand.link.probe(2, false)).toBe(false);
  });

  test('§2.3 with any other message it is a violation', () => {
    const { hand } = start();
    const header = new Uint8Array([0x92, 4, 1]);
    hand.link.read(joined([new Uint8Array([0xc1, 0x48, 0, 3, 0, 0, 8, 3]), header]));
    hand.link.read(new Uint8Array(0x800));
    expect(hand.errors.map(({ message }) => message)).toEqual([
      'a message "taken" came with 2048 bytes of value',
    ]);
  });
});

describe('§9.1 a violation', () => {
  test.for<FromProcess>([
    { type: 'open', sender: 2 ** 31, receiver: 2 ** 31 + 1, channel: 'own', terms },
    { type: 'idle', probe: 1, isIdle: true, places: [] },
    { type: 'inspect', query: 1, end: 1 },
  ])('§8.17 of a spare: it says "$type" before its welcome', (message) => {
    const exchange = new Exchange<Uint8Array>(packedLetter);
    const spare = new Hand(exchange);
    spare.say(hello, message);
    expect(spare.errors.map((error) => error.message)).toEqual([
      expect.stringContaining('it spoke before its welcome'),
    ]);
    expect([...exchange.channels]).toEqual([]);
  });

  test('§9.1 ends the link: nothing more is heard or said', () => {
    const { hand, other } = start();
    hand.say(hand.receive(1));
    hand.say({ type: 'taken', op: 9 }, hand.send(2, pattern(3)));
    expect(hand.errors.map(({ message }) => message)).toEqual([
      'the process broke the protocol: "taken" for operation 9, which was given no value',
    ]);
    other.say(other.send(1, pattern(3)));
    expect(hand.heard()).toEqual([]);
    expect(hand.link.seat.operations().has(2)).toBe(false);
  });

  test('§9.1 harms nobody else', () => {
    const { hand, other } = start();
    other.say(other.send(1, pattern(3)));
    hand.link.read(new TextEncoder().encode('oops'));
    expect(hand.errors).toHaveLength(1);
    other.say(other.receive(2));
    expect(other.heard()).toMatchObject([{ type: 'deliver', op: 2 }]);
    expect(other.errors).toEqual([]);
  });

  test('§6.5 more than the window is one', () => {
    const { hand } = start(1);
    hand.say(hand.receive(1), hand.receive(2), hand.receive(3));
    expect(hand.errors.map(({ message }) => message)).toEqual([
      'the process broke the protocol: operation 3 is more than the window allows to be outstanding',
    ]);
  });

  test('§2.5 a link that ends inside a frame is one', () => {
    const { hand } = start();
    expect(hand.link.end()).toBeUndefined();
    hand.link.read(new Uint8Array([0xc1, 0x48, 0]));
    expect(hand.link.end()?.message).toBe('the link of the process ended in the middle of a frame');
  });
});
