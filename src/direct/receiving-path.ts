/**
 * The direct link of a receiving end (protocol 14.7, 14.8): here its process is the one that matches.
 *
 * | state     | a plain receive                    | any other operation                |
 * | --------- | ---------------------------------- | ---------------------------------- |
 * | `ready`   | is the supervisor's                | is the supervisor's                |
 * | `linked`  | stands in line here                | leaves, and is the supervisor's    |
 * | `leaving` | stands in line here; a poll is the supervisor's | is the supervisor's   |
 * | `over`    | –                                  | –                                  |
 *
 * The first value makes it `linked`: the receives that wait at the supervisor are asked back, and stand first in
 * line. `leaving` ends when nothing is asked back any more, and all that was said is with the kernel: then the whole
 * line goes to the supervisor, in order. What has come on the link and was given to nobody is forgotten; its sender knows that it was not taken.
 */
import type { OpNumber } from '../arbiter/events.ts';
import type { Cancel } from '../clock.ts';
import type { Offer, Taker } from '../party/authority.ts';
import type { Answer } from '../party/party.ts';
import { Queue } from '../queue.ts';
import type { EndNumber, Window } from '../wire/message.ts';
import type { DirectCarrier } from './carrier.ts';
import type { Flow, Path, PathServices } from './path.ts';
import { putRefused, putTaken, ValueReader } from './words.ts';

export interface ReceivingServices extends PathServices {
  readonly maxValueBytes: number;
  /** How much the sender may have unanswered. */
  readonly window: Window;
  /** Begins and ends the time in which what the party says of a delivered value is for this path. */
  readonly giving: (path: ReceivingPath | undefined) => void;
}

/**
 * A receive in line. `asked`: it was at the supervisor, which was asked to give it back. `unwanted`: so was this one,
 * and its code has recalled it since; the supervisor may have given it a value before, so it keeps its place until
 * the answer.
 */
interface Waiting {
  readonly op: OpNumber;
  place: 'asked' | 'unwanted' | 'here';
}

/** In milliseconds: so old is what the supervisor knows at most, if this process lets go of its thread. */
const flowInterval = 200;

export class ReceivingPath implements Path {
  readonly link: number;
  readonly #end: EndNumber;
  readonly #carrier: DirectCarrier;
  readonly #services: ReceivingServices;
  readonly #reader: ValueReader;
  #state: 'ready' | 'linked' | 'leaving' | 'over' = 'ready';
  readonly #waiting = new Queue<Waiting>();
  readonly #values = new Queue<Uint8Array>();
  /** Of these, in bytes. */
  #bytes = 0;
  /** The value that is being given to a receive. */
  #given: Uint8Array | undefined;
  /** Each is given its value when the word that it was taken is with the kernel. */
  readonly #unsecured = new Queue<Taker>();
  #taken = 0;
  #flowTimer: Cancel | undefined;
  /** What is done when it is over. */
  #last: () => void = () => {};

  constructor(link: number, end: EndNumber, carrier: DirectCarrier, services: ReceivingServices) {
    this.link = link;
    this.#end = end;
    this.#carrier = carrier;
    this.#services = services;
    this.#reader = new ValueReader(services.maxValueBytes, (value) => this.#arrived(value));
    services.met(link);
  }

  offer(offer: Offer<Uint8Array>): void {
    const isHere = this.#state === 'linked' || (this.#state === 'leaving' && !offer.isPoll);
    if (!isHere || !offer.mayBeDirect) {
      this.#services.supervisor.offer(offer);
      if (!offer.mayBeDirect) this.leave();
    } else if (offer.isPoll) {
      this.#poll(offer.op);
    } else {
      if (!this.give(offer.op, 0)) this.#waiting.push({ op: offer.op, place: 'here' });
      this.#match();
    }
  }

  /** Gives a value to an operation that is not in line. @returns whether there is one, and nobody before it */
  give(op: OpNumber, guard: number): boolean {
    const isFree = this.#waiting.length === 0 && this.#given === undefined;
    if (this.#state !== 'linked' || !isFree || this.#values.length === 0) return false;
    this.#giveNext(op, guard);
    return true;
  }

  withdraw(op: OpNumber): boolean {
    const waiting = this.#waitingAs(op);
    if (waiting === undefined) return false;
    if (waiting.place !== 'here') {
      waiting.place = 'unwanted';
      return true;
    }
    this.#remove(waiting);
    this.#services.answer(withdrawn(op));
    return true;
  }

  hear(answer: Answer<Uint8Array>): boolean {
    const waiting = this.#waitingAs(answer.op);
    const asked = waiting?.place === 'here' ? undefined : waiting;
    const isBack = asked?.place === 'asked' && answer.type === 'withdrawn';
    if (isBack) asked.place = 'here';
    else if (asked !== undefined) this.#remove(asked);
    if (answer.type === 'failed' && (asked !== undefined || this.#isOfThisEnd(answer))) {
      this.#senderIsGone();
    }
    if (asked === undefined) return false;
    this.#match();
    this.#finishLeaving();
    return isBack;
  }

  leave(): void {
    if (this.#state !== 'ready' && this.#state !== 'linked') return;
    this.#state = 'leaving';
    this.#values.take();
    this.#finishLeaving();
  }

  close(): void {
    if (this.#state === 'over') return;
    this.#last = () => this.#services.supervisor.close(this.#end);
    this.leave();
  }

  tell(): void {
    if (this.#state === 'linked') this.#services.flow(this.link, this.#flow);
  }

  /** The same, if the supervisor is to hear of something anyway, and has not. */
  tellNews(): void {
    if (this.#flowTimer === undefined) return;
    this.#flowTimer();
    this.#flowTimer = undefined;
    this.tell();
  }

  read(chunk: Uint8Array): void {
    if (!this.#reader.read(chunk)) this.leave();
  }

  /** The sender writes no more. */
  ended(): void {
    this.leave();
  }

  /** The sender is dead. Some of what was to be said may have reached it before: what it was about is given. */
  unheard(): void {
    this.#senderIsGone();
  }

  // ── what the party says of the value that it is being given ───────────────────────────────────────────

  taken(taker: Taker): void {
    // What the party began at this moment may have ended the link.
    if (this.#state !== 'linked') {
      taker.lost();
      return;
    }
    this.#unsecured.push(taker);
    putTaken(this.#carrier.output);
    this.#carrier.secured(this.#secured);
  }

  refused(why: string): void {
    if (this.#state !== 'linked') return;
    putRefused(this.#carrier.output, why);
    this.#carrier.push();
  }

  /** Nobody is left who would take it. */
  returned(): void {
    this.leave();
  }

  // ──────────────────────────────────────────────────────────────────────────────────────────────────────

  readonly #secured = (): void => {
    const taker = this.#unsecured.shift();
    if (taker === undefined) return;
    this.#taken++;
    this.#noteFlow();
    taker.given();
    this.#finishLeaving();
  };

  /**
   * What was answered is given before anybody hears of the end (R9); what it has left here beside that, nobody was
   * given, and nobody is.
   */
  #senderIsGone(): void {
    this.leave();
    while (this.#unsecured.length > 0) this.#secured();
  }

  #arrived(value: Uint8Array): void {
    if (this.#state === 'ready') this.#link();
    if (this.#state !== 'linked') return;
    this.#values.push(value);
    this.#bytes += value.length;
    if (this.#isTooMuch) {
      this.leave();
      return;
    }
    this.#noteFlow();
    this.#match();
  }

  #link(): void {
    this.#state = 'linked';
    const outstanding = this.#services.outstandingOn(this.#end);
    const operations = outstanding?.operations ?? [];
    if (outstanding?.hasChoice !== false || operations.some(({ shape }) => shape === 'work')) {
      this.leave();
      return;
    }
    for (const { op, shape, state } of operations) {
      // A poll comes back by itself, and what was called off is not wanted any more.
      if (shape === 'boxed' || state === 'recalled') continue;
      this.#waiting.push({ op, place: 'asked' });
      this.#services.supervisor.withdraw(op, 'tentative');
    }
  }

  #match(): void {
    if (this.#given !== undefined) return;
    while (this.#state === 'linked' && this.#waiting.first?.place === 'here') {
      if (this.#values.length === 0) return;
      const { op } = this.#waiting.shift() as Waiting;
      this.#giveNext(op, 0);
    }
  }

  #giveNext(op: OpNumber, guard: number): void {
    const value = this.#values.shift();
    if (value === undefined) return;
    this.#given = value;
    this.#bytes -= value.length;
    this.#services.giving(this);
    this.#services.answer({ type: 'deliver', op, guard, attempt: 1, value });
    this.#services.giving(undefined);
    this.#given = undefined;
  }

  /** Code that asks again and again must not keep its process from reading what has come. */
  #poll(op: OpNumber): void {
    if (this.give(op, 0)) return;
    this.#services.later(0, () => {
      if (!this.give(op, 0)) this.#services.answer(withdrawn(op));
    });
  }

  #finishLeaving(): void {
    if (this.#state !== 'leaving' || this.#unsecured.length > 0) return;
    for (const { place } of this.#waiting) if (place !== 'here') return;
    this.#state = 'over';
    const { over, renumber, supervisor, parted, flow } = this.#services;
    over(this.#end);
    for (const { op } of this.#waiting.take()) {
      supervisor.offer({
        op: renumber(op),
        guards: [{ end: this.#end }],
        isPoll: false,
        isPriority: false,
        mayBeDirect: true,
      });
    }
    this.#flowTimer?.();
    this.#carrier.close(() => {
      // Now all that it has said is on its way, or nobody has taken what it was about.
      if (this.#taken > 0) flow(this.link, this.#flow);
      parted(this.link);
      this.#last();
    });
  }

  /** One value is always allowed, however large. */
  get #isTooMuch(): boolean {
    const { window, maxValueBytes } = this.#services;
    return this.#values.length > window.operations || this.#bytes > window.bytes + maxValueBytes;
  }

  #isOfThisEnd({ op }: Answer<Uint8Array>): boolean {
    const outstanding = this.#services.outstandingOn(this.#end);
    if (outstanding === undefined || outstanding.hasChoice) return true;
    return outstanding.operations.some((operation) => operation.op === op);
  }

  #waitingAs(op: OpNumber): Waiting | undefined {
    if (this.#waiting.length === 0) return undefined;
    for (const one of this.#waiting) if (one.op === op) return one;
    return undefined;
  }

  #remove(waiting: Waiting): void {
    for (const one of this.#waiting.take()) if (one !== waiting) this.#waiting.push(one);
  }

  #noteFlow(): void {
    if (this.#state !== 'linked') return;
    this.#flowTimer ??= this.#services.later(flowInterval, () => {
      this.#flowTimer = undefined;
      this.tell();
    });
  }

  get #flow(): Flow {
    const [waitingSenders, waitingReceivers] = [this.#values.length, this.#waiting.length];
    return { taken: this.#taken, waitingSenders, waitingReceivers };
  }
}

function withdrawn(op: OpNumber): Answer<Uint8Array> {
  return { type: 'withdrawn', op, guard: 0, attempts: 0 };
}
