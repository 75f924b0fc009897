/**
 * The direct link of a sending end (protocol 14.5, 14.6).
 *
 * | state     | a plain send                        | any other operation             |
 * | --------- | ----------------------------------- | ------------------------------- |
 * | `joining` | is held back, in order              | leaves; then as in `leaving`    |
 * | `linked`  | is written to the link              | leaves; then as in `leaving`    |
 * | `leaving` | is held back, in order              | is held back, in order; a poll not for long |
 * | `over`    | –                                   | –                               |
 *
 * `joining` ends when nothing is outstanding at the supervisor any more, so that what is written comes after it
 * (R3). `leaving` ends when the supervisor has said that the receiver has left, and all that this one said was read:
 * what is unanswered then was not taken, and is offered to the supervisor.
 */
import type { OpNumber } from '../arbiter/events.ts';
import type { Cancel } from '../clock.ts';
import type { Offer } from '../party/authority.ts';
import type { Answer, Outstanding } from '../party/party.ts';
import { Queue } from '../queue.ts';
import type { EndNumber } from '../wire/message.ts';
import type { DirectCarrier } from './carrier.ts';
import type { Path, PathServices } from './path.ts';
import { pollPatience } from './polling-choices.ts';
import { AnswerReader, putValue } from './words.ts';

type SendOffer = Offer<Uint8Array>;

/** In milliseconds: what is held back does not wait longer than that for the next of those that are outstanding. */
const joinPatience = 100;
/** In milliseconds: of a receiver that is gone, somebody else may hold the pipe. */
const endPatience = 2_000;

export class SendingPath implements Path {
  readonly link: number;
  readonly #end: EndNumber;
  readonly #carrier: DirectCarrier;
  readonly #services: PathServices;
  readonly #answers = new AnswerReader({
    onTaken: () => this.#answered(),
    onRefused: (why) => this.#refused(why),
  });
  #state: 'joining' | 'linked' | 'leaving' | 'over' = 'joining';
  /** Outstanding at the supervisor since before the link. */
  readonly #older: Set<OpNumber>;
  #taken = 0;
  /** Written to the link, and not answered. */
  readonly #unanswered = new Queue<SendOffer>();
  /** Those of them that their code wants back. */
  readonly #recalled = new Set<OpNumber>();
  #held: SendOffer[] = [];
  /** What has to come before it is over. */
  readonly #missing = new Set<'end' | 'resume'>(['end', 'resume']);
  #stopWaiting: Cancel = () => {};
  /** What is done when it is over. */
  #last: () => void = () => {};

  constructor(
    link: number,
    end: EndNumber,
    carrier: DirectCarrier,
    { operations }: Outstanding<Uint8Array>,
    services: PathServices,
  ) {
    this.link = link;
    this.#end = end;
    this.#carrier = carrier;
    this.#services = services;
    this.#older = new Set(operations.map(({ op }) => op));
    services.met(link);
    this.#linkIfAlone();
  }

  offer(offer: SendOffer): void {
    if (this.#state === 'linked' && offer.mayBeDirect) {
      this.#write(offer);
      return;
    }
    this.#hold(offer);
    if (!offer.mayBeDirect) this.leave();
  }

  withdraw(op: OpNumber): boolean {
    if (this.#drop(op)) {
      this.#services.answer(withdrawn(op));
      return true;
    }
    if (!this.#isUnanswered(op)) return false;
    this.#recalled.add(op);
    this.leave();
    return true;
  }

  hear({ type, op }: Answer<Uint8Array>): boolean {
    if (this.#state === 'joining' && endings.has(type) && this.#older.delete(op)) {
      if (this.#held.length > 0) this.#beImpatient();
      this.#linkIfAlone();
    }
    return false;
  }

  leave(): void {
    if (this.#state !== 'joining' && this.#state !== 'linked') return;
    this.#state = 'leaving';
    this.#stopWaiting();
    this.#carrier.closeOutput();
  }

  close(): void {
    this.#last = () => this.#services.supervisor.close(this.#end);
    this.leave();
  }

  tell(): void {
    if (this.#taken === 0) return;
    const waitingSenders = this.#unanswered.length;
    this.#services.flow(this.link, { taken: this.#taken, waitingSenders, waitingReceivers: 0 });
  }

  read(chunk: Uint8Array): void {
    // Of who says what is no answer, all that follows says nothing.
    if (!this.#answers.read(chunk)) this.leave();
  }

  /** The receiver says no more. */
  ended(): void {
    if (!this.#missing.has('end')) return;
    this.leave();
    this.#carrier.close(() => {});
    this.tell();
    this.#services.parted(this.link);
    this.#came('end');
  }

  /** The receiver does not read any more: what it has said before is still to be read. */
  unheard(): void {
    this.leave();
  }

  /** The receiver has left, or is dead. */
  resume(): void {
    this.leave();
    this.#stopWaiting = this.#services.later(endPatience, () => this.ended());
    this.#came('resume');
  }

  #came(what: 'end' | 'resume'): void {
    this.#missing.delete(what);
    if (this.#missing.size > 0 || this.#state === 'over') return;
    this.#state = 'over';
    this.#stopWaiting();
    const { over, answer, renumber, supervisor } = this.#services;
    const unanswered = this.#unanswered.take();
    const wanted = unanswered.filter(({ op }) => !this.#recalled.has(op));
    for (const offer of [...wanted, ...this.#held]) {
      supervisor.offer({ ...offer, op: renumber(offer.op) });
    }
    this.#held = [];
    over(this.#end);
    // What the party begins because of these comes after all that, and finds the supervisor.
    for (const { op } of unanswered) if (this.#recalled.has(op)) answer(withdrawn(op));
    this.#last();
  }

  #linkIfAlone(): void {
    if (this.#older.size > 0) return;
    this.#state = 'linked';
    this.#stopWaiting();
    const held = this.#held;
    this.#held = [];
    for (const offer of held) this.#write(offer);
  }

  #write(offer: SendOffer): void {
    const [guard] = offer.guards;
    if (guard === undefined || !('value' in guard)) return;
    this.#unanswered.push(offer);
    putValue(this.#carrier.output, guard.value);
    this.#carrier.push();
  }

  #isUnanswered(op: OpNumber): boolean {
    for (const offer of this.#unanswered) if (offer.op === op) return true;
    return false;
  }

  #answered(): void {
    const offer = this.#unanswered.shift();
    if (offer === undefined) {
      this.leave();
      return;
    }
    this.#taken++;
    this.#services.answer({ type: 'completed', op: offer.op, guard: 0 });
  }

  #refused(why: string): void {
    const offer = this.#unanswered.shift();
    if (offer === undefined) {
      this.leave();
      return;
    }
    const reason = { kind: 'refused', why } as const;
    this.#services.answer({ type: 'failed', op: offer.op, guard: 0, attempts: 0, reason });
  }

  /** It waits for the link to begin or to end: neither for long, if somebody may need it for that. */
  #hold(offer: SendOffer): void {
    if (this.#state === 'joining' && this.#held.length === 0) this.#beImpatient();
    this.#held.push(offer);
    if (!offer.isPoll) return;
    this.#services.later(pollPatience, () => {
      if (this.#drop(offer.op)) this.#services.answer(withdrawn(offer.op));
    });
  }

  /** As long as what is outstanding gets fewer, what is held back would have to wait behind it anyway. */
  #beImpatient(): void {
    this.#stopWaiting();
    this.#stopWaiting = this.#services.later(joinPatience, () => this.leave());
  }

  /** @returns whether it was held back */
  #drop(op: OpNumber): boolean {
    const held = this.#held.filter((offer) => offer.op !== op);
    const wasHeld = held.length < this.#held.length;
    this.#held = held;
    return wasHeld;
  }
}

const endings: ReadonlySet<Answer<Uint8Array>['type']> = new Set([
  'completed',
  'withdrawn',
  'failed',
]);

function withdrawn(op: OpNumber): Answer<Uint8Array> {
  return { type: 'withdrawn', op, guard: 0, attempts: 0 };
}
