/** A party whose authority is the test itself: it sees what the party says, and answers when it likes. */
import type { Statistics } from '../../../src/arbiter/channel-state.ts';
import type { Failure, OpNumber, Side, WithdrawalKind } from '../../../src/arbiter/events.ts';
import type { Held } from '../../../src/ends/handle.ts';
import { handleOf } from '../../../src/ends/pair.ts';
import { Receiver } from '../../../src/ends/receiver.ts';
import { Sender } from '../../../src/ends/sender.ts';
import type { Authority, Offer, Taker } from '../../../src/party/authority.ts';
import { type Answer, Party, type PartySettings } from '../../../src/party/party.ts';
import { msgpackCodec } from '../../../src/value/codec.ts';
import type { EndNumber, PassedEnd } from '../../../src/wire/message.ts';
import { SimulatedClock } from '../../simulation/clock.ts';
import { decode, encode } from '../../support/codec.ts';

export const statistics: Statistics = {
  capacity: 0,
  senders: 1,
  receivers: 1,
  waitingSenders: 0,
  waitingReceivers: 0,
  buffered: 0,
  inHand: 0,
  taken: 0,
  discarded: 0,
  deadLetters: 0,
  isDirect: false,
};

type FailedReason = Extract<Answer<Uint8Array>, { type: 'failed' }>['reason'];

export class Desk implements Authority<Uint8Array> {
  readonly clock = new SimulatedClock();
  readonly party: Party<Uint8Array>;
  /** What the party has said since the last look, in short. */
  #said: string[] = [];
  /** Who is given a value when the word that it was taken has left. */
  #unsecured: Taker[] = [];
  /** Whether that word leaves at once. */
  isSecureAtOnce = true;
  readonly busy: boolean[] = [];
  #ends = 0;

  constructor(settings: Partial<Omit<PartySettings<Uint8Array>, 'codec' | 'clock'>> = {}) {
    const usual = { window: { operations: 2, bytes: 1_000 }, maxValueBytes: 100, handleOf };
    this.party = new Party(
      this,
      { ...usual, ...settings, codec: msgpackCodec, clock: this.clock },
      (isBusy) => this.busy.push(isBusy),
    );
  }

  sender<T>(): Sender<T> {
    return new Sender<T>(this.#held('send'));
  }

  receiver<T>(): Receiver<T> {
    return new Receiver<T>(this.#held('receive'));
  }

  said(): readonly string[] {
    const said = this.#said;
    this.#said = [];
    return said;
  }

  secure(): void {
    for (const taker of this.#unsecured.splice(0)) taker.given();
  }

  // ── what the test answers ─────────────────────────────────────────────────────────────────────────────

  deliver(op: OpNumber, value: unknown, attempt = 1): void {
    const encoded = encode(value);
    this.party.hear({ type: 'deliver', op, guard: 0, attempt, value: encoded });
  }

  /** A value whose bytes are these, and the ends that are said to be in it. */
  deliverWithEnds(op: OpNumber, value: readonly number[], ends: readonly PassedEnd[]): void {
    const bytes = Uint8Array.from(value);
    this.party.hear({ type: 'deliver', op, guard: 0, attempt: 1, value: bytes, ends });
  }

  deliverNonsense(op: OpNumber): void {
    const value = new Uint8Array([0x92, 1]);
    this.party.hear({ type: 'deliver', op, guard: 0, attempt: 1, value });
  }

  complete(op: OpNumber): void {
    this.party.hear({ type: 'completed', op, guard: 0 });
  }

  late(op: OpNumber): void {
    this.party.hear({ type: 'late', op });
  }

  withdrawn(op: OpNumber, attempts = 0): void {
    this.party.hear({ type: 'withdrawn', op, guard: 0, attempts });
  }

  fail(op: OpNumber, reason: FailedReason, attempts = 0): void {
    this.party.hear({ type: 'failed', op, guard: 0, attempts, reason });
  }

  // ── what the party says ───────────────────────────────────────────────────────────────────────────────

  offer({ op, guards, isPoll }: Offer<Uint8Array>): void {
    const how = isPoll ? 'try ' : '';
    const whats = guards.map((guard) => {
      if (!('value' in guard)) return `receive on ${guard.end}`;
      if (guard.ends !== undefined) return `send ends ${guard.ends.join(', ')} on ${guard.end}`;
      const value = JSON.stringify(decode(guard.value));
      return `send ${value.length > 20 ? 'much' : value} on ${guard.end}`;
    });
    this.#said.push(`${op}: ${how}${whats.join(' or ')}`);
  }

  withdraw(op: OpNumber, kind: WithdrawalKind): void {
    this.#said.push(`${op}: withdraw, ${kind}`);
  }

  taken(op: OpNumber, taker: Taker): void {
    this.#said.push(`${op}: taken`);
    if (this.isSecureAtOnce) taker.given();
    else this.#unsecured.push(taker);
  }

  keepsNothing(): boolean {
    return true;
  }

  returned(op: OpNumber): void {
    this.#said.push(`${op}: returned`);
  }

  abandoned(op: OpNumber, { code, message }: Failure): void {
    this.#said.push(`${op}: abandoned, ${code} ${message.slice(0, 40)}`);
  }

  refused(op: OpNumber, why: string): void {
    this.#said.push(`${op}: refused, ${why.slice(0, 40)}`);
  }

  close(end: EndNumber): void {
    this.#said.push(`close ${end}`);
  }

  inspect(end: EndNumber): Promise<Statistics> {
    this.#said.push(`inspect ${end}`);
    return Promise.resolve(statistics);
  }

  #held(side: Side): Held {
    const end = this.party.end(++this.#ends, side, 'lines');
    return { party: this.party, end } as unknown as Held;
  }
}

/** What has become of a promise by now: the microtasks that are due have run. */
export async function now<T>(promise: Promise<T>): Promise<T | 'waiting' | Error> {
  const waiting = Symbol('waiting');
  const turns = (async () => {
    for (let turn = 0; turn < 10; turn++) await null;
    return waiting;
  })();
  try {
    const outcome = await Promise.race([promise, turns]);
    return outcome === waiting ? 'waiting' : (outcome as T);
  } catch (error) {
    return error as Error;
  }
}
