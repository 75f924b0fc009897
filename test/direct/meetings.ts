/**
 * What a supervisor has in tests in place of its own meetings: the same, which begin and end as the mode says. All
 * that a mode does, the supervisor may do at any time (protocol 14.9), so no promise depends on it.
 */
import type { ChannelId } from '../../src/arbiter/events.ts';
import {
  type Guest,
  type MeetingsPlan,
  Meetings as OwnMeetings,
} from '../../src/direct/meetings.ts';
import type { Flow } from '../../src/direct/path.ts';
import type { Exchange } from '../../src/exchange/exchange.ts';
import { Random } from '../model/random.ts';
import { schedules } from '../model/schedules.ts';
import { type DirectMode, directMode } from './mode.ts';

/** What a supervisor plans with that was told nothing. */
const ordinarilyWorthwhile = 32;

/** In milliseconds: a link that is to be parted lives no longer than that. */
const longestLife = 40;
/** In milliseconds: so long a process has no new link, for each takes a program of the system's. */
const rest = 20;
/** The same, at most, when links are parted for no reason. */
const longestRest = 120;

const random = new Random(schedules(1).first);

export class Meetings extends OwnMeetings {
  readonly #mode: DirectMode;
  readonly #random = new Random(random.fork());
  readonly #later: MeetingsPlan['later'];
  readonly #guests = new Set<Guest>();
  /** Those that have just been considered, and whether they were to be again since. */
  readonly #resting = new Map<Guest, 'nothing since' | 'to be considered'>();
  #isAllDue = false;

  constructor(exchange: Exchange<Uint8Array>, plan: MeetingsPlan) {
    // What a test has said itself is left to it.
    const mode = plan.worthwhile === ordinarilyWorthwhile ? directMode() : 'ordinary';
    super(exchange, mode === 'ordinary' ? plan : { ...plan, worthwhile: 0 });
    this.#mode = mode;
    this.#later = plan.later;
  }

  override arrived(guest: Guest): void {
    if (this.#mode === 'never') return;
    super.arrived(guest);
    this.#guests.add(guest);
    this.#considerAll();
  }

  override died(guest: Guest): void {
    this.#guests.delete(guest);
    super.died(guest);
  }

  override consider(receiver: Guest): void {
    if (this.#mode === 'ordinary') super.consider(receiver);
    else if (this.#resting.has(receiver)) this.#resting.set(receiver, 'to be considered');
    else if (this.#mode === 'restless' && this.#random.chance(0.1)) this.#partSome();
    else this.#considerAndRest(receiver);
  }

  override regrouped(channel: ChannelId): void {
    super.regrouped(channel);
    this.#considerAll();
  }

  override met(guest: Guest, link: number): void {
    super.met(guest, link);
    if (this.#mode !== 'restless') return;
    // Also between the two, and in the turn in which both are there.
    if (this.#random.chance(0.1)) this.#partSome();
    else this.#later(this.#random.below(longestLife), () => this.#partSome());
  }

  override flow(guest: Guest, link: number, flow: Flow): void {
    super.flow(guest, link, flow);
    if (this.#mode === 'restless' && this.#random.chance(0.3)) this.#partSome();
  }

  #considerAndRest(receiver: Guest): void {
    super.consider(receiver);
    this.#resting.set(receiver, 'nothing since');
    this.#later(this.#mode === 'restless' ? this.#random.below(longestRest) : rest, () => {
      const since = this.#resting.get(receiver);
      this.#resting.delete(receiver);
      if (since === 'to be considered') this.consider(receiver);
    });
  }

  /** Once what happens now is over: the ends are counted, and nobody is in the middle of anything. */
  #considerAll(): void {
    if (this.#mode === 'ordinary' || this.#mode === 'never' || this.#isAllDue) return;
    this.#isAllDue = true;
    this.#later(0, () => {
      this.#isAllDue = false;
      for (const guest of this.#guests) this.consider(guest);
    });
  }

  #partSome(): void {
    this.partAmong(new Set([...this.#guests].filter(() => this.#random.chance(0.9))));
  }
}
