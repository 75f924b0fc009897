import type {
  ArbiterEvent,
  ChannelEnd,
  ChannelId,
  Failure,
  Guard,
  Overflow,
  PartyId,
  Side,
} from '../../src/arbiter/events.ts';
import type { NaiveArbiter, NaiveOperation } from './naive-arbiter.ts';
import type { Random } from './random.ts';

type Event = ArbiterEvent<string>;
type Naive = NaiveArbiter<string>;

const sides: readonly Side[] = ['send', 'receive'];
const overflows: readonly Overflow[] = ['block', 'drop-newest', 'drop-oldest'];

const failures: readonly Failure[] = [
  { code: 'STAGE_FAILED', message: 'killed by SIGKILL', signal: 'SIGKILL' },
  { code: 'STAGE_FAILED', message: 'exited with code 3', exitCode: 3 },
];

/** Makes up what happens next, with an eye on what is going on, so that most of it means something. */
export class EventMaker {
  readonly #random: Random;
  readonly #parties: readonly PartyId[];
  readonly #channels: number;
  /** How often ends and parties go, out of about a hundred. */
  readonly #wildness: number;
  /** How many offers are offered elsewhere, too. */
  readonly #sharing: number;
  #opened = 0;
  /** Dead, and not yet gone. */
  #silent: PartyId | undefined;
  #values = 0;
  #ops = 0;

  constructor(random: Random) {
    this.#random = random;
    this.#parties = [1, 2, 3, 4].slice(0, 1 + random.below(4));
    this.#channels = 1 + random.below(3);
    this.#wildness = random.of([0, 2, 6, 15]);
    this.#sharing = random.of([0, 0, 0.3, 0.7]);
  }

  next(now: Naive): Event {
    if (this.#opened < this.#channels) return this.#open(now);
    if (this.#silent !== undefined && this.#random.chance(0.3)) return this.#gone(this.#silent);
    const kind = this.#random.weighted({
      offer: 50,
      answer: 30,
      free: this.#sharing > 0 ? 20 : 0,
      withdraw: 12,
      gone: this.#wildness,
      release: this.#wildness,
      hold: this.#wildness,
      open: 1,
      lie: 3,
    });
    switch (kind) {
      case 'offer':
        return this.#offer(now, ++this.#ops);
      case 'answer':
        return this.#answer(now) ?? this.#offer(now, ++this.#ops);
      case 'free':
        return this.#free(now) ?? this.#offer(now, ++this.#ops);
      case 'withdraw':
        return this.#withdraw(now) ?? this.#offer(now, ++this.#ops);
      case 'gone':
        return this.#die();
      case 'release':
      case 'hold':
        return this.#end(kind, now) ?? this.#open(now);
      case 'open':
        return this.#open(now);
      case 'lie':
        return this.#lie(now);
    }
  }

  #open(now: Naive): Event {
    const capacity = this.#random.below(3);
    const overflow = capacity === 0 ? 'block' : this.#random.of(overflows);
    const maxAttempts = 1 + this.#random.below(3);
    const channel = ++this.#opened;
    const terms = { capacity, overflow, maxAttempts };
    const senders = heldEnds(now).filter(({ side }) => side === 'send');
    if (senders.length === 0 || this.#random.chance(0.4)) return { type: 'open', channel, terms };
    return { type: 'open', channel, terms, deadLetters: this.#random.of(senders).channel };
  }

  /** Mostly at once; or what it has in hand is so for a while. */
  #die(): Event {
    if (this.#silent !== undefined) return this.#gone(this.#silent);
    const party = this.#party();
    if (this.#parties.length === 1 || this.#random.chance(0.7)) return this.#gone(party);
    this.#silent = party;
    return { type: 'silent', party };
  }

  #gone(party: PartyId): Event {
    if (party === this.#silent) this.#silent = undefined;
    const wasEnded = this.#random.chance(0.3);
    if (this.#random.chance(0.3)) return { type: 'gone', party, wasEnded };
    return { type: 'gone', party, wasEnded, failure: this.#random.of(failures) };
  }

  #offer(now: Naive, op: number): Event {
    const guards: Guard<string>[] = [];
    const count = this.#random.weighted({ 1: 12, 2: 5, 3: 3 });
    while (guards.length < Number(count)) guards.push(this.#guard(now));
    return {
      type: 'offer',
      party: this.#party(),
      op,
      guards,
      choice: this.#random.of(['random', 'priority']),
      patience: this.#random.chance(0.2) ? 'poll' : 'wait',
      isShared: this.#random.chance(this.#sharing),
    };
  }

  #guard(now: Naive): Guard<string> {
    const open = now.channels.map(({ id }) => id);
    const isLie = open.length === 0 || this.#random.chance(0.005);
    const channel: ChannelId = isLie ? 99 : this.#random.of(open);
    if (this.#random.chance(0.5)) return { side: 'receive', channel };
    const value = `v${++this.#values}`;
    return { side: 'send', channel, value, ends: this.#passengers(now) };
  }

  /** Ends that go with a value: of those that somebody has. */
  #passengers(now: Naive): readonly ChannelEnd[] | undefined {
    const held = heldEnds(now);
    if (held.length === 0 || !this.#random.chance(0.25)) return undefined;
    return Array.from({ length: this.#random.of([1, 1, 2]) }, () => this.#random.of(held));
  }

  #answer(now: Naive): Event | undefined {
    const receive = this.#one(now, ({ state }) => state === 'holding');
    if (receive === undefined) return undefined;
    const { party, op } = receive;
    const type = this.#random.weighted({ taken: 10, returned: 5, abandoned: 5, refused: 2 });
    if (type === 'abandoned') {
      return { type, party, op, failure: { code: 'WORK_FAILED', message: `failed in ${op}` } };
    }
    return type === 'refused' ? { type, party, op, why: 'no number' } : { type, party, op };
  }

  /** Who is asked says mostly yes. */
  #free(now: Naive): Event | undefined {
    const asked = this.#one(now, ({ elsewhere }) => elsewhere === 'asked');
    if (asked === undefined) return undefined;
    const { party, op } = asked;
    if (this.#random.chance(0.7)) return { type: 'free', party, op };
    return { type: 'withdraw', party, op, kind: this.#random.of(['final', 'tentative']) };
  }

  #withdraw(now: Naive): Event | undefined {
    const operation = this.#one(now, () => true);
    if (operation === undefined) return undefined;
    const { party, op } = operation;
    return { type: 'withdraw', party, op, kind: this.#random.of(['final', 'tentative']) };
  }

  #end(type: 'hold' | 'release', now: Naive): Event | undefined {
    const ends = heldEnds(now);
    if (ends.length === 0) return undefined;
    const { channel, side } = this.#random.of(ends);
    if (type === 'hold' || this.#random.chance(0.6)) return { type, channel, side };
    return { type, channel, side, failure: this.#random.of(failures) };
  }

  #lie(now: Naive): Event {
    const party = this.#party();
    const op = 1 + this.#random.below(this.#ops + 2);
    const type = this.#random.of([
      'taken',
      'returned',
      'refused',
      'free',
      'withdraw',
      'offer',
    ] as const);
    switch (type) {
      case 'refused':
        return { type, party, op, why: 'a lie' };
      case 'withdraw':
        return { type, party, op, kind: 'final' };
      case 'offer':
        return this.#random.chance(0.2)
          ? { type, party, op, guards: [], choice: 'random', patience: 'wait' }
          : this.#offer(now, op);
      default:
        return { type, party, op };
    }
  }

  #party(): PartyId {
    return this.#random.of(this.#parties.filter((party) => party !== this.#silent));
  }

  #one(
    now: Naive,
    isWanted: (operation: NaiveOperation<string>) => boolean,
  ): NaiveOperation<string> | undefined {
    const some = now.operations.filter(
      (other) => other.owner === 'sender' && other.party !== this.#silent && isWanted(other),
    );
    return some.length === 0 ? undefined : this.#random.of(some);
  }
}

/** Those that somebody has, and that are not only inside values. */
function heldEnds({ channels }: Naive): readonly ChannelEnd[] {
  return channels.flatMap(({ id, senders, receivers }) =>
    sides
      .filter((side) => (side === 'send' ? senders : receivers) > 0)
      .map((side) => ({ channel: id, side })),
  );
}
