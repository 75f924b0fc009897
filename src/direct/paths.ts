/**
 * What decides the operations of a process: its supervisor, except for the ends whose channels have a direct link
 * (protocol, section 14). To the party it is one authority; nothing in its code tells the two apart.
 */
import type { Statistics } from '../arbiter/channel-state.ts';
import type { Failure, OpNumber, WithdrawalKind } from '../arbiter/events.ts';
import type { Cancel } from '../clock.ts';
import type { Authority, Offer, Taker } from '../party/authority.ts';
import type { Answer, Outstanding, Party } from '../party/party.ts';
import type { EndNumber, Meet, Window } from '../wire/message.ts';
import type { DirectEvents, OpenDirect } from './carrier.ts';
import type { Flow, Path, PathServices } from './path.ts';
import { PollingChoices } from './polling-choices.ts';
import { ReceivingPath } from './receiving-path.ts';
import { SendingPath } from './sending-path.ts';

/** The supervisor, as far as it matters here. */
export interface Relaying extends Authority<Uint8Array> {
  met(link: number): void;
  parted(link: number): void;
  flow(link: number, flow: Flow): void;
}

/** The party, as far as it matters here. */
export type Listener = Pick<Party<Uint8Array>, 'hear' | 'outstandingOn' | 'renumber'>;

export interface PathsPlan {
  readonly open: OpenDirect;
  readonly maxValueBytes: number;
  /** How much may be outstanding on one end. */
  readonly window: Window;
  /** Calls back after so many milliseconds; keeps nothing alive. */
  readonly later: (milliseconds: number, ring: () => void) => Cancel;
}

export class Paths implements Authority<Uint8Array> {
  readonly #supervisor: Relaying;
  readonly #plan: PathsPlan;
  readonly #party: () => Listener;
  readonly #paths = new Map<EndNumber, SendingPath | ReceivingPath>();
  readonly #polls: PollingChoices;
  /** That which gives a value to the party now. */
  #giving: ReceivingPath | undefined;
  #receives: 'as it likes' | 'nothing new' = 'as it likes';

  /** @param party for which it decides; it is asked for when there is something to be heard */
  constructor(supervisor: Relaying, party: () => Listener, plan: PathsPlan) {
    this.#supervisor = supervisor;
    this.#party = party;
    this.#plan = plan;
    this.#polls = new PollingChoices({
      hasLink: (end) => this.#paths.has(end),
      offer: (choice) => supervisor.offer({ ...choice, op: party().renumber(choice.op) }),
      missed: (op) => party().hear({ type: 'withdrawn', op, guard: 0, attempts: 0 }),
      later: plan.later,
    });
  }

  // ── what the party says ───────────────────────────────────────────────────────────────────────────────

  offer(offer: Offer<Uint8Array>): void {
    if (this.#paths.size === 0) {
      this.#supervisor.offer(offer);
      return;
    }
    const [first] = offer.guards;
    const isChoice = offer.isPriority || offer.guards.length > 1;
    const path = isChoice || first === undefined ? undefined : this.#paths.get(first.end);
    if (path !== undefined) {
      path.offer(offer);
      return;
    }
    if (offer.isPoll && offer.guards.some(({ end }) => this.#paths.has(end))) {
      this.#polls.hold(offer);
      // What has come by then is read before.
      this.#plan.later(0, () => this.#poll(offer));
      return;
    }
    // Any other choice waits for nobody; what comes back because of it has later numbers.
    this.#supervisor.offer(offer);
    this.#leaveAll(offer);
  }

  /** A choice that only polls: what is here already is for it; else the links are in its way. */
  #poll(choice: Offer<Uint8Array>): void {
    if (!this.#polls.holds(choice.op)) return;
    for (const [place, { end }] of choice.guards.entries()) {
      const path = this.#paths.get(end);
      if (!(path instanceof ReceivingPath) || !path.give(choice.op, place)) continue;
      this.#polls.withdraw(choice.op);
      return;
    }
    this.#leaveAll(choice);
    this.#polls.releaseFree();
  }

  #leaveAll({ guards }: Offer<Uint8Array>): void {
    for (const { end } of guards) this.#paths.get(end)?.leave();
  }

  withdraw(op: OpNumber, kind: WithdrawalKind): void {
    for (const path of this.#paths.values()) if (path.withdraw(op)) return;
    if (!this.#polls.withdraw(op)) this.#supervisor.withdraw(op, kind);
  }

  taken(op: OpNumber, taker: Taker): void {
    if (this.#giving === undefined) this.#supervisor.taken(op, taker);
    else this.#giving.taken(taker);
  }

  keepsNothing(): boolean {
    // What has gone over a link is in the memory of others now.
    return true;
  }

  returned(op: OpNumber): void {
    if (this.#giving === undefined) this.#supervisor.returned(op);
    else this.#giving.leave();
  }

  abandoned(op: OpNumber, failure: Failure): void {
    this.#supervisor.abandoned(op, failure);
  }

  refused(op: OpNumber, why: string): void {
    if (this.#giving === undefined) this.#supervisor.refused(op, why);
    else this.#giving.refused(why);
  }

  close(end: EndNumber): void {
    const path = this.#paths.get(end);
    if (path === undefined) this.#supervisor.close(end);
    else path.close();
  }

  inspect(end: EndNumber): Promise<Statistics> {
    this.#paths.get(end)?.tell();
    return this.#supervisor.inspect(end);
  }

  // ── what the supervisor says ──────────────────────────────────────────────────────────────────────────

  hear(answer: Answer<Uint8Array>): void {
    if (this.#paths.size > 0) {
      for (const path of this.#paths.values()) if (path.hear(answer)) return;
    }
    this.#party().hear(answer);
  }

  meet({ link, end, readPath, writePath }: Meet): void {
    const outstanding = this.#party().outstandingOn(end);
    if (outstanding === undefined || !this.#mayMeet(outstanding) || this.#paths.has(end)) {
      this.#supervisor.parted(link);
      return;
    }
    let path: SendingPath | ReceivingPath | undefined;
    const carrier = this.#plan.open(readPath, writePath, {
      onRead: (chunk) => path?.read(chunk),
      onEnd: () => path?.ended(),
      onUnheard: () => path?.unheard(),
    } satisfies DirectEvents);
    if (carrier === undefined) {
      this.#supervisor.parted(link);
      return;
    }
    const services = this.#services();
    path =
      outstanding.side === 'send'
        ? new SendingPath(link, end, carrier, outstanding, services)
        : new ReceivingPath(link, end, carrier, {
            ...services,
            maxValueBytes: this.#plan.maxValueBytes,
            window: this.#plan.window,
            giving: (giving) => {
              this.#giving = giving;
            },
          });
    this.#paths.set(end, path);
  }

  /** What has gone over the links is not kept for later: the supervisor is about to hear that nothing goes on here. */
  tellNews(): void {
    for (const path of this.#paths.values()) {
      if (path instanceof ReceivingPath) path.tellNews();
    }
  }

  part(link: number): void {
    this.#of(link)?.leave();
  }

  resume(link: number): void {
    const path = this.#of(link);
    if (path instanceof SendingPath) path.resume();
  }

  // ──────────────────────────────────────────────────────────────────────────────────────────────────────

  #mayMeet({ side, hasChoice }: Outstanding<Uint8Array>): boolean {
    return !hasChoice && (side === 'send' || this.#receives === 'as it likes');
  }

  /** From now on the process takes nothing new: others may. */
  receiveNothingNew(): void {
    this.#receives = 'nothing new';
    for (const path of [...this.#paths.values()]) {
      if (path instanceof ReceivingPath) path.leave();
    }
  }

  #of(link: number): Path | undefined {
    return [...this.#paths.values()].find((path) => path.link === link);
  }

  #services(): PathServices {
    return {
      supervisor: this.#supervisor,
      met: (link) => this.#supervisor.met(link),
      parted: (link) => this.#supervisor.parted(link),
      flow: (link, flow) => this.#supervisor.flow(link, flow),
      answer: (answer) => this.#party().hear(answer),
      outstandingOn: (end) => this.#party().outstandingOn(end),
      renumber: (op) => this.#party().renumber(op),
      later: this.#plan.later,
      over: (end) => {
        this.#paths.delete(end);
        this.#polls.releaseFree();
      },
    };
  }
}
