import { expect, test } from 'vitest';
import type { ChannelEnd, Side } from '../../src/arbiter/events.ts';
import { Exchange } from '../../src/exchange/exchange.ts';
import { type GivenEnd, SupervisorLink } from '../../src/link/supervisor-link.ts';
import { nobody } from '../../src/party/authority.ts';
import { packedLetter } from '../../src/value/letter.ts';
import { beginningOf, piecePrelude } from '../../src/wire/frame.ts';
import {
  type FromProcess,
  firstOwnEnd,
  type PassedEnd,
  type WireGuard,
} from '../../src/wire/message.ts';
import { Output } from '../../src/wire/output.ts';
import { Session } from '../../src/wire/session.ts';
import { Random } from '../model/random.ts';
import { howToRepeat, schedules, seedOf } from '../model/schedules.ts';
import { encode } from '../support/codec.ts';
import { everythingIn } from '../support/wire.ts';

const file = 'test/simulation/hostile.test.ts';
const plan = schedules(3_000);
const messages = 60;

/** A process that says whatever comes to its mind: most of it is right, so that it is listened to for a while. */
class Madman {
  readonly link: SupervisorLink;
  isBroken = false;
  readonly #random: Random;
  readonly #madness: number;
  readonly #passengers: readonly Side[];
  readonly #session = Session.ofProcess(1_000_000);
  readonly #output = new Output();
  /** Receives that were given a value. */
  readonly #inHand: number[] = [];
  /** Operations that may be withdrawn. */
  readonly #waiting: number[] = [];
  /** Ends that it has beside its first four: those of its own channels, and what it was given. */
  readonly #ends: PassedEnd[] = [];
  #nextEnd = firstOwnEnd;
  #ops = 0;

  /** @param passengers which ends go with its values */
  constructor(
    exchange: Exchange<Uint8Array>,
    channels: readonly number[],
    random: Random,
    passengers: readonly Side[],
  ) {
    this.#random = random;
    this.#passengers = passengers;
    this.#madness = random.of([0, 0.01, 0.1, 0.5]);
    const ends = channels.flatMap((channel): GivenEnd[] => [
      { channel, channelName: 'c', name: 's', side: 'send' },
      { channel, channelName: 'c', name: 'r', side: 'receive' },
    ]);
    for (const { channel, side } of ends) exchange.hold(channel, side);
    const window = { operations: 4, bytes: 1_000 };
    const settings = { stage: 'mad', replica: 0, maxValueBytes: 500, window };
    this.link = new SupervisorLink(
      exchange,
      { token: '', ...settings },
      {
        onOutput: () => this.#hear(everythingIn(this.link.output)),
        onIdle: () => {},
        onHello: () => {},
        onBroken: () => {
          this.isBroken = true;
        },
      },
    );
    this.link.welcome({ settings, ends });
    const version = { major: 1, minor: 0 };
    this.#say({ type: 'hello', version, language: 'mad', features: [], token: '' });
    this.#output.pieceLength = random.of([Number.POSITIVE_INFINITY, 50, 3]);
    this.link.output.pieceLength = random.of([Number.POSITIVE_INFINITY, 50]);
  }

  rave(): void {
    if (this.isBroken) return;
    if (!this.#random.chance(this.#madness)) this.#say(this.#sane());
    else if (this.#random.chance(0.2)) this.link.read(this.#bytes(1 + this.#random.below(30)));
    else if (this.#random.chance(0.3)) this.link.read(this.#madPiece());
    else this.#say(this.#mad());
  }

  /** All but some pieces leaves at once. */
  #say(message: FromProcess): void {
    const output = this.#output;
    this.#session.write(message, output);
    for (const part of output.take()) this.link.read(part);
    for (let turns = this.#random.below(8); turns > 0 && !output.isEmpty; turns--) {
      for (const part of output.next().parts) this.link.read(part);
    }
  }

  /** It begins what it never ends, goes on with what is none of its own, and says lengths as it likes. */
  #madPiece(): Uint8Array {
    const transfer = this.#random.of([0, 1, 2, 63, 64]);
    const length = this.#random.of([0, 1, 30, 400, 2 ** 32 - 1]);
    if (this.#random.chance(0.4)) return piecePrelude(transfer, length);
    const offer = Uint8Array.of(0x94, 2, this.#random.below(this.#ops + 2), 0, 0x91, 0x92, 1, 30);
    const header = this.#random.of([offer, Uint8Array.of(0x92, 4, 1), new Uint8Array()]);
    return beginningOf({ header, values: [], rest: length }, transfer);
  }

  #hear(bytes: Uint8Array): void {
    this.#session.read(bytes, (inbound) => {
      if (inbound.type === 'message' && inbound.message.type === 'deliver') {
        this.#inHand.push(inbound.message.op);
        this.#ends.push(...(inbound.message.ends ?? []));
      }
    });
  }

  #sane(): FromProcess {
    const kind = this.#random.weighted({ offer: 8, answer: 8, withdraw: 2, open: 1, close: 2 });
    if (kind === 'open') return this.#open(this.#nextEnd, this.#nextEnd + 1);
    if (kind === 'close' && this.#ends.length > 0) {
      return { type: 'close', end: this.#random.draw(this.#ends).end };
    }
    if (kind === 'answer' && this.#inHand.length > 0) {
      const op = this.#random.draw(this.#inHand);
      const type = this.#random.of(['taken', 'taken', 'returned', 'abandoned'] as const);
      return type === 'abandoned' ? { type, op, why: 'no' } : { type, op };
    }
    if (kind === 'withdraw' && this.#waiting.length > 0) {
      return { type: 'withdraw', op: this.#random.draw(this.#waiting), kind: 'final' };
    }
    const isPoll = this.#random.chance(0.3);
    const guards = Array.from({ length: this.#random.of([1, 1, 1, 2, 3]) }, () => this.#guard());
    this.#ops++;
    if (!isPoll) this.#waiting.push(this.#ops);
    return { type: 'offer', op: this.#ops, isPoll, isPriority: this.#random.chance(0.3), guards };
  }

  #mad(): FromProcess {
    const op = this.#random.chance(0.9) ? this.#random.below(this.#ops + 2) : 2 ** 40;
    const end = this.#random.chance(0.7) ? 1 + this.#random.below(4) : 77;
    const type = this.#random.of([
      'offer',
      'taken',
      'returned',
      'refused',
      'abandoned',
      'exiting',
      'withdraw',
      'close',
      'inspect',
      'hello',
      'open',
    ] as const);
    switch (type) {
      case 'offer': {
        const ends = this.#random.of([[1], [77], Array(65).fill(1)]);
        const guards = this.#random.of([
          [],
          [{ end }],
          [{ end, value: this.#bytes(900) }],
          [{ end, value: this.#bytes(1), ends }],
        ]);
        return { type, op, isPoll: false, isPriority: false, guards };
      }
      case 'refused':
      case 'abandoned':
        return { type, op, why: 'x'.repeat(this.#random.of([0, 10, 9_000])) };
      case 'withdraw':
        return { type, op, kind: this.#random.of(['final', 'tentative']) };
      case 'exiting':
        return { type, exitCode: op };
      case 'close':
        return { type, end };
      case 'inspect':
        return { type, query: op, end };
      case 'hello':
        return { type, version: { major: 1, minor: 0 }, language: '', features: [], token: '' };
      case 'open':
        return this.#open(this.#nextEnd + this.#random.below(3) - 2, end);
      default:
        return { type, op };
    }
  }

  #open(sender: number, receiver: number): FromProcess {
    this.#nextEnd += 2;
    const channel = 'own';
    this.#ends.push({ end: sender, side: 'send', channel });
    this.#ends.push({ end: receiver, side: 'receive', channel });
    const capacity = this.#random.below(3);
    const overflow = capacity === 0 ? 'block' : this.#random.of(['block', 'drop-oldest'] as const);
    return {
      type: 'open',
      sender,
      receiver,
      channel,
      terms: { capacity, overflow, maxAttempts: 2 },
      ...(this.#random.chance(0.4) && { deadLetters: this.#anyEnd().end }),
    };
  }

  #guard(): WireGuard {
    const { end, side } = this.#anyEnd();
    if (side === 'receive') return { end };
    const value = this.#bytes(this.#random.of([1, 5, 160]));
    if (!this.#random.chance(0.3)) return { end, value };
    const some = Array.from({ length: 3 }, () => this.#anyEnd());
    const ends = some.filter((one) => this.#passengers.includes(one.side)).map(({ end }) => end);
    return { end, value, ends };
  }

  /** Of the first four odd ends send, even ends receive. */
  #anyEnd(): Pick<PassedEnd, 'end' | 'side'> {
    if (this.#ends.length > 0 && this.#random.chance(0.4)) return this.#random.of(this.#ends);
    const end = 1 + this.#random.below(4);
    return { end, side: end % 2 === 0 ? 'receive' : 'send' };
  }

  #bytes(length: number): Uint8Array {
    return new Uint8Array(length).fill(this.#random.below(256));
  }
}

test(`R10 nothing that a process says harms anybody else, in ${plan.count} random schedules`, {
  timeout: 3_600_000,
}, () => {
  let broken = 0;
  for (let index = 0; index < plan.count; index++) {
    const seed = seedOf(plan, index);
    try {
      if (live(seed)) broken++;
    } catch (error) {
      const { stack } = error as Error;
      expect.fail(`seed ${seed}: ${stack}\nAgain: ${howToRepeat(seed, file)}`);
    }
  }
  if (plan.count < 1_000) return;
  expect(broken).toBeGreaterThan(plan.count / 10);
  expect(broken).toBeLessThan(plan.count);
});

/** Two who have a channel of their own, and pass a value over it whenever they are asked. */
class HealthyPair {
  readonly #exchange: Exchange<Uint8Array>;
  readonly #channel: number;
  readonly #seats;
  readonly #heard: string[] = [];
  #op = 0;

  constructor(exchange: Exchange<Uint8Array>) {
    this.#exchange = exchange;
    this.#channel = exchange.open({ capacity: 0, overflow: 'block', maxAttempts: 3 });
    const limits = { operations: 2, bytes: 1_000, sizeOf: (value: Uint8Array) => value.length };
    this.#seats = (['send', 'receive'] as const).map((side) => {
      const seat = exchange.seat((reply) => this.#heard.push(`${side}: ${reply.type}`), limits);
      seat.admit({ channel: this.#channel, side });
      return seat;
    });
  }

  leave(): void {
    for (const seat of this.#seats) seat.leave();
    for (const side of ['send', 'receive'] as const) this.#exchange.release(this.#channel, side);
  }

  meet(): void {
    const [sender, receiver] = this.#seats;
    const op = ++this.#op;
    const value = encode([0, '']);
    const how = { op, isPoll: false, isPriority: false };
    sender?.offer({ ...how, guards: [{ end: 1, value }] });
    receiver?.offer({ ...how, guards: [{ end: 1 }] });
    receiver?.taken(op, nobody);
    const heard = this.#heard.splice(0).join(', ');
    if (heard !== 'receive: deliver, send: completed') throw new Error(`the pair heard ${heard}`);
  }
}

/** @returns whether the madman was thrown out */
function live(seed: number): boolean {
  const random = new Random(seed);
  const exchange = new Exchange<Uint8Array>(packedLetter, {}, (below) => random.below(below));
  const terms = { overflow: 'block', maxAttempts: 1 + random.below(3) } as const;
  const shared = exchange.open({ ...terms, capacity: random.below(3) });
  const healthy = new HealthyPair(exchange);
  const others = exchange.open({ ...terms, capacity: 0 });
  // Values that carry receivers of each other's channels may wait for ever.
  const mayCircle = random.chance(0.3);
  const passengers: readonly Side[] = mayCircle ? ['send', 'receive'] : ['send'];
  const madmen = [0, 1].map(() => new Madman(exchange, [shared, others], random, passengers));
  for (let message = 0; message < messages; message++) {
    random.of(madmen).rave();
    exchange.checkInvariants();
    healthy.meet();
  }
  for (const { link } of madmen) release(exchange, [...link.seat.leave().values()]);
  exchange.checkInvariants();
  for (const channel of [shared, others]) {
    release(exchange, [
      { channel, side: 'send' },
      { channel, side: 'receive' },
    ]);
  }
  healthy.leave();
  const [left] = exchange.channels;
  if (left !== undefined && !mayCircle) throw new Error(`${left.name} is left behind`);
  return madmen.some(({ isBroken }) => isBroken);
}

function release(exchange: Exchange<Uint8Array>, ends: readonly ChannelEnd[]): void {
  for (const { channel, side } of ends) exchange.release(channel, side);
}
