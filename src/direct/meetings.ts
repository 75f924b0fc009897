/**
 * Which channels have direct links, on the side of the supervisor (protocol 14.3, 14.9).
 *
 * Of a link, each side has a state; the link is over when both are `away`.
 *
 * | state    | meaning                                          | a message `parted`, or its death |
 * | -------- | ------------------------------------------------ | -------------------------------- |
 * | `aside`  | it has not been told of the link, and never may be | –                              |
 * | `called` | it was told to open its pipes                    | `away`                           |
 * | `there`  | it has opened them                               | `away`                           |
 * | `away`   | it has left, is dead, or was never told          | –                                |
 *
 * A link begins with the receiver `called`; when that is `there`, with the sender; when both are, the names of the
 * pipes go. When the channel is not one of two processes any more, or one of them stays away, who is still there is
 * told to part.
 */
import type { Observed } from '../arbiter/channel-state.ts';
import type { ChannelId, DirectLines, Side } from '../arbiter/events.ts';
import type { Cancel } from '../clock.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { Seat } from '../exchange/seat.ts';
import type { Meet } from '../wire/message.ts';
import type { Flow } from './path.ts';

/** A process that can have direct links. */
export interface Guest {
  readonly seat: Seat<Uint8Array>;
  meet(meet: Omit<Meet, 'type'>): void;
  part(link: number): void;
  resume(link: number): void;
}

/** Two pipes, by name. */
export interface DirectPipes {
  readonly toReceiver: string;
  readonly toSender: string;
  /** Nobody opens them any more. May be called more than once. */
  release(): void;
}

export interface MeetingsPlan {
  /** `undefined` where there can be none. */
  readonly makePipes: () => Promise<DirectPipes | undefined>;
  /** Calls back after so many milliseconds; keeps nothing alive. */
  readonly later: (milliseconds: number, ring: () => void) => Cancel;
  /** After so many values a channel is worth a link. */
  readonly worthwhile: number;
}

interface Meeting {
  readonly link: number;
  readonly channel: ChannelId;
  readonly sender: Attendance;
  readonly receiver: Attendance;
  readonly observed: Observed;
  phase: 'meeting' | 'parting';
  pipes: DirectPipes | undefined;
  /** So many values it is known to have carried. */
  carried: number;
  /** What waits at its receiver, as far as it is known. */
  lines: DirectLines;
  stopWaiting: Cancel;
}

interface Attendance {
  readonly guest: Guest;
  readonly end: number;
  state: 'aside' | 'called' | 'there' | 'away';
}

/** When a channel is looked at next: how many values it has carried then, and how long the last wait was. */
interface Patience {
  readonly due: number;
  readonly step: number;
}

const nobodyWaits: DirectLines = { waitingSenders: 0, waitingReceivers: 0 };

/** How long, in milliseconds, the two may take to open their pipes. */
const openingTime = 2_000;
/** A link that ends has been worth it when it has carried so many times what it took to get it. */
const worth = 16;

export class Meetings {
  readonly #exchange: Exchange<Uint8Array>;
  readonly #plan: MeetingsPlan;
  /** Those that are there, with what they take part in. */
  readonly #guests = new Map<Guest, Set<Meeting>>();
  readonly #meetings = new Map<ChannelId, Meeting>();
  readonly #patience = new WeakMap<Observed, Patience>();
  /** Pipes that are just being made. */
  readonly #making = new Set<Promise<void>>();
  #lastLink = 0;
  #isClosed = false;

  constructor(exchange: Exchange<Uint8Array>, plan: MeetingsPlan) {
    this.#exchange = exchange;
    this.#plan = plan;
  }

  /** A process that can have links is welcomed. */
  arrived(guest: Guest): void {
    this.#guests.set(guest, new Set());
  }

  /** A process is dead: it has fallen silent. */
  died(guest: Guest): void {
    const meetings = this.#guests.get(guest) ?? [];
    this.#guests.delete(guest);
    for (const meeting of [...meetings]) this.#away(meeting, sideOf(meeting, guest));
  }

  /** Values flow to a process: perhaps one of its channels is worth a link. */
  consider(receiver: Guest): void {
    if (this.#isClosed || !this.#guests.has(receiver)) return;
    for (const { channel, side } of receiver.seat.ends()) {
      if (side === 'receive' && !this.#meetings.has(channel)) this.#tryToBegin(channel, receiver);
    }
  }

  /** How often a process has to take values until it is worth to consider it. */
  get interval(): number {
    return Math.max(1, this.#plan.worthwhile);
  }

  met(guest: Guest, link: number): void {
    const found = this.#find(guest, link);
    if (found === undefined || found.side.state !== 'called') return;
    const { meeting, side } = found;
    side.state = 'there';
    if (meeting.phase === 'parting') return;
    const { sender, receiver, channel } = meeting;
    if (side === receiver) {
      // What somebody else has left there would be overtaken, and wait.
      const isClear = this.#exchange.holdsOnlySendsOf(sender.guest.seat.party, channel);
      if (isClear) this.#call(meeting, sender);
      else this.#part(meeting);
    } else this.#allAreThere(meeting);
  }

  parted(guest: Guest, link: number): void {
    const found = this.#find(guest, link);
    if (found !== undefined) this.#away(found.meeting, found.side);
  }

  flow(guest: Guest, link: number, { taken, ...lines }: Flow): void {
    const found = this.#find(guest, link);
    if (found === undefined) return;
    const { meeting, side } = found;
    // Of two who exchange values neither is still, whichever of them says so.
    partner(meeting, side).guest.seat.activity++;
    // What waits, the receiver knows; the sender may know earlier what was taken.
    if (side === meeting.receiver) meeting.lines = lines;
    const more = Math.max(0, taken - meeting.carried);
    meeting.carried += more;
    this.#exchange.goesDirectly(meeting.channel, more, meeting.lines);
  }

  /** The ends of a channel with a link are not those that they were. */
  regrouped(channel: ChannelId): void {
    const meeting = this.#meetings.get(channel);
    if (meeting === undefined) return;
    const { sender, receiver } = meeting;
    const isOfTwo =
      meeting.observed.statistics.senders === 1 &&
      meeting.observed.statistics.receivers === 1 &&
      has(sender.guest, channel, 'send') &&
      has(receiver.guest, channel, 'receive');
    if (!isOfTwo) this.#part(meeting);
  }

  /** Whether a process has a link, or is about to. */
  isLinked(guest: Guest): boolean {
    const meetings = this.#guests.get(guest);
    return meetings !== undefined && meetings.size > 0;
  }

  /** Ends the links between these: their operations are the supervisor's again. */
  partAmong(guests: ReadonlySet<Guest>): void {
    for (const meeting of [...this.#meetings.values()]) {
      if (guests.has(meeting.sender.guest) && guests.has(meeting.receiver.guest)) {
        this.#part(meeting);
      }
    }
  }

  /** Ends all links, for good. */
  close(): void {
    this.#isClosed = true;
    for (const meeting of [...this.#meetings.values()]) this.#part(meeting);
  }

  /** Resolves when no pipes are being made: what makes them is a process, too. */
  async settled(): Promise<void> {
    await Promise.all(this.#making);
  }

  #tryToBegin(channel: ChannelId, receiver: Guest): void {
    const observed = this.#exchange.observe(channel);
    if (observed === undefined) return;
    const { taken } = observed.statistics;
    const { due, step } = this.#patience.get(observed) ?? { due: 0, step: this.#plan.worthwhile };
    if (taken < due) return;
    const sender = this.#partnerOf(observed, receiver);
    if (sender === undefined) {
      this.#patience.set(observed, { due: taken + step, step: step * 2 });
      return;
    }
    this.#begin(observed, sender, receiver);
  }

  /** Who has the only sender, where the channel is fit for a link to this receiver. */
  #partnerOf(observed: Observed, receiver: Guest): Guest | undefined {
    const { id, terms } = observed;
    const { senders, receivers } = observed.statistics;
    if (terms.capacity > 0 || senders !== 1 || receivers !== 1) return undefined;
    for (const guest of this.#guests.keys()) {
      if (guest === receiver || !has(guest, id, 'send')) continue;
      return this.#exchange.holdsOnlySendsOf(guest.seat.party, id) ? guest : undefined;
    }
    return undefined;
  }

  #begin(observed: Observed, sender: Guest, receiver: Guest): void {
    const channel = observed.id;
    const meeting: Meeting = {
      link: ++this.#lastLink,
      channel,
      observed,
      sender: attendance(sender, channel, 'send'),
      receiver: attendance(receiver, channel, 'receive'),
      phase: 'meeting',
      pipes: undefined,
      carried: 0,
      lines: nobodyWaits,
      stopWaiting: () => {},
    };
    this.#meetings.set(channel, meeting);
    for (const guest of [sender, receiver]) this.#guests.get(guest)?.add(meeting);
    this.#exchange.goesDirectly(channel, 0, nobodyWaits);
    const making = this.#plan.makePipes().then((pipes) => {
      this.#making.delete(making);
      if (pipes === undefined || meeting.phase === 'parting') {
        pipes?.release();
        this.#part(meeting);
        return;
      }
      meeting.pipes = pipes;
      meeting.stopWaiting = this.#plan.later(openingTime, () => this.#part(meeting));
      this.#call(meeting, meeting.receiver);
    });
    this.#making.add(making);
  }

  #call({ link, pipes, receiver }: Meeting, side: Attendance): void {
    if (side.state !== 'aside' || pipes === undefined) return;
    side.state = 'called';
    const { toReceiver, toSender } = pipes;
    const [readPath, writePath] =
      side === receiver ? [toReceiver, toSender] : [toSender, toReceiver];
    side.guest.meet({ link, end: side.end, readPath, writePath });
  }

  #allAreThere({ pipes, stopWaiting }: Meeting): void {
    stopWaiting();
    pipes?.release();
  }

  /** Who has not been told never is; who is there hears that it is over. */
  #part(meeting: Meeting): void {
    const { link, sender, receiver } = meeting;
    if (meeting.phase === 'meeting') {
      meeting.phase = 'parting';
      this.#allAreThere(meeting);
      for (const side of [sender, receiver]) {
        if (side.state === 'aside') side.state = 'away';
        else if (side.state !== 'away') side.guest.part(link);
      }
    }
    this.#endIfOver(meeting);
  }

  #away(meeting: Meeting, side: Attendance): void {
    if (side.state === 'away') return;
    side.state = 'away';
    const { sender, receiver, link } = meeting;
    if (side === receiver && this.#guests.has(sender.guest)) sender.guest.resume(link);
    this.#part(meeting);
  }

  #endIfOver(meeting: Meeting): void {
    const { channel, sender, receiver, observed, carried } = meeting;
    if (this.#meetings.get(channel) !== meeting) return;
    if (sender.state !== 'away' || receiver.state !== 'away') return;
    this.#meetings.delete(channel);
    for (const { guest } of [sender, receiver]) this.#guests.get(guest)?.delete(meeting);
    this.#exchange.goesDirectly(channel, 0, undefined);
    this.#wait(observed, carried);
  }

  /** The next link of the channel comes the later, the less this one was worth. */
  #wait(observed: Observed, carried: number): void {
    const before = this.#patience.get(observed)?.step ?? this.#plan.worthwhile;
    const step = carried > worth * before ? this.#plan.worthwhile : before * 2;
    this.#patience.set(observed, { due: observed.statistics.taken + step, step });
  }

  #find(guest: Guest, link: number): { meeting: Meeting; side: Attendance } | undefined {
    for (const meeting of this.#guests.get(guest) ?? []) {
      if (meeting.link === link) return { meeting, side: sideOf(meeting, guest) };
    }
    return undefined;
  }
}

function attendance(guest: Guest, channel: ChannelId, side: Side): Attendance {
  return { guest, end: guest.seat.numberOf(channel, side) ?? 0, state: 'aside' };
}

function sideOf({ sender, receiver }: Meeting, guest: Guest): Attendance {
  return sender.guest === guest ? sender : receiver;
}

function partner({ sender, receiver }: Meeting, side: Attendance): Attendance {
  return side === sender ? receiver : sender;
}

function has({ seat }: Guest, channel: ChannelId, side: Side): boolean {
  return seat.numberOf(channel, side) !== undefined;
}
