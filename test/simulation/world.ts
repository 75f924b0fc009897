/** A whole system in memory, whose every move is chosen by a seed. */
import type { ChannelEnd, ChannelId, Failure, Overflow, Side } from '../../src/arbiter/events.ts';
import { Meetings } from '../../src/direct/meetings.ts';
import type { GivenEnd } from '../../src/link/supervisor-link.ts';
import { packedLetter } from '../../src/value/letter.ts';
import { Random } from '../model/random.ts';
import { SimulatedClock } from './clock.ts';
import type { Code } from './code.ts';
import { Fifos } from './fifo.ts';
import { History } from './history.ts';
import { Home } from './home.ts';
import { ObservedExchange, valueIn } from './observed-exchange.ts';
import { type DirectLinks, type ProcessPlan, SimulatedProcess } from './process.ts';

const sides: readonly Side[] = ['send', 'receive'];
const overflows: readonly Overflow[] = ['block', 'drop-newest', 'drop-oldest'];

/** Whether the exchange takes part in a move: only then can something be wrong with it. */
export type Move = 'none' | 'in a process' | 'at the exchange';

interface PossibleMove {
  readonly where: Exclude<Move, 'none'>;
  readonly make: () => void;
}

type Add = (make: () => void) => void;

export class World {
  readonly history: History;
  readonly exchange: ObservedExchange;
  readonly processes: SimulatedProcess[] = [];
  readonly home: Home | undefined;
  readonly #random: Random;
  readonly #clock = new SimulatedClock();
  readonly #channels: readonly ChannelId[];
  /** Whether processes may die in this schedule. */
  readonly isDangerous: boolean;
  readonly #direct: DirectLinks;
  /** Whether every channel is between two processes. */
  readonly #isPaired: boolean;
  /** Whether links are ended for no reason. */
  readonly #isRestless: boolean;
  #deaths = 0;
  #isClosing = false;

  constructor(seed: number, isTold = false) {
    const random = new Random(seed);
    this.#random = random;
    this.history = new History(isTold);
    this.exchange = new ObservedExchange(this.history, new Random(random.fork()), valueIn, {
      first: 0,
      owner: undefined,
      letterOf: packedLetter,
    });
    const fifos = new Fifos();
    const meetings = new Meetings(this.exchange, {
      makePipes: async () => fifos.make(),
      // Time that is only waited for passes at once here: mostly, the two are faster.
      later: (milliseconds, ring) =>
        random.chance(0.1) ? this.#clock.after(milliseconds, ring) : () => {},
      worthwhile: 0,
    });
    this.exchange.onRegrouped = (channel) => meetings.regrouped(channel);
    this.#direct = { meetings, fifos };
    this.isDangerous = random.chance(0.5);
    this.#isPaired = random.chance(0.4);
    this.#isRestless = random.chance(0.3);
    this.#channels = Array.from({ length: 1 + random.below(3) }, (_, index) => this.#open(index));
    this.home = !this.#isPaired && random.chance(0.3) ? this.#newHome() : undefined;
    const count = this.home === undefined ? 2 + random.below(3) : 1 + random.below(3);
    const given = this.#deal(count);
    for (const [index, ends] of given.entries()) this.#start(this.#planOf(`p${index + 1}`, ends));
    for (const channel of this.#channels) {
      for (const side of sides) this.exchange.release(channel, side);
    }
  }

  get codes(): readonly Code[] {
    const codes = this.processes.filter(({ isRunning }) => isRunning).map(({ code }) => code);
    return this.home === undefined ? codes : [this.home.code, ...codes];
  }

  /** Makes one move, if there is one. */
  move(): Move {
    const moves = this.#moves();
    if (moves.length === 0) return 'none';
    const { where, make } = this.#random.of(moves);
    make();
    return where;
  }

  /** From now on all close what they have. */
  beginToClose(): void {
    this.#isClosing = true;
  }

  // ── the moves that are possible now ───────────────────────────────────────────────────────────────────

  #moves(): readonly PossibleMove[] {
    const moves: PossibleMove[] = [];
    const inside = (make: () => void) => moves.push({ where: 'in a process', make });
    const outside = (make: () => void) => moves.push({ where: 'at the exchange', make });
    for (const process of this.processes) this.#movesOf(process, inside, outside);
    if (this.home !== undefined) this.#movesOfCode(this.home.code, outside);
    // Mostly, what can go on does so before time passes.
    const isTime = moves.length === 0 || this.#random.chance(0.2);
    if (isTime && this.#clock.isWaitedFor) outside(() => this.#clock.advance());
    return moves;
  }

  #movesOf(process: SimulatedProcess, inside: Add, outside: Add): void {
    if (process.canFlush) inside(() => process.flush());
    for (const carrier of process.directLinks) {
      if (carrier.canFlush) inside(() => carrier.flush(this.#random));
      if (carrier.canHear) inside(() => carrier.hear(this.#random));
    }
    if (process.canSendPiece) inside(() => process.sendPiece());
    if (process.canBeSentPiece) outside(() => process.beSentPiece());
    if (process.canBeHeard) outside(() => process.beHeard());
    if (process.canHear) inside(() => process.hear());
    if (process.canBeBuried) outside(() => this.#bury(process));
    if (!process.isRunning) return;
    if (process.isWelcomed) this.#movesOfCode(process.code, inside);
    if (!this.#isClosing && this.#random.chance(0.2)) outside(() => this.#switch(process));
    if (process.canExit) inside(() => process.exit());
    const mayDie = this.isDangerous && this.#deaths < 3 && this.#random.chance(0.04);
    if (mayDie) inside(() => this.#kill(process));
  }

  /** Of what goes through the supervisor, something goes directly from now on, or the other way round. */
  #switch({ link }: SimulatedProcess): void {
    if (!this.#isRestless || this.#random.chance(0.6)) this.#direct.meetings.consider(link);
    else this.#direct.meetings.partAmong(new Set(this.processes.map((one) => one.link)));
  }

  #movesOfCode(code: Code, add: Add): void {
    if (code.wantsToAct && !this.#isClosing) add(() => code.act());
    if (code.hasWork) add(() => code.finishWork());
    if (code.hasSignals && this.#random.chance(0.2)) add(() => code.abort());
    if (this.#isClosing && code.hasEnds) add(() => code.closeOne());
  }

  // ── births and deaths ─────────────────────────────────────────────────────────────────────────────────

  #kill(process: SimulatedProcess): void {
    this.#deaths++;
    process.die();
  }

  #bury(process: SimulatedProcess): void {
    const ends = process.bury();
    if (!process.code.who.isDead) {
      if (process.broken !== undefined) throw process.broken;
      this.#release(ends, undefined);
      return;
    }
    const fate = this.#isClosing
      ? 'fails'
      : this.#random.weighted({ restarts: 2, fails: 2, 'ends well': 1 });
    this.history.tell(() => `${process.plan.name}: its stage ${fate}`);
    if (fate !== 'restarts') {
      const message = `${process.plan.name} was killed`;
      this.#release(ends, fate === 'fails' ? { code: 'STAGE_FAILED', message } : undefined);
      return;
    }
    const given = ends.map((end) => named(end));
    this.#start({ ...process.plan, name: `${process.plan.name}'`, ends: given });
  }

  #release(ends: readonly ChannelEnd[], failure: Failure | undefined): void {
    for (const { channel, side } of ends) {
      if (failure !== undefined) this.history.channels.get(channel)?.failures[side].push(failure);
      this.exchange.release(channel, side, failure);
    }
  }

  #start(plan: ProcessPlan): void {
    this.history.tell(() => `${plan.name} starts with ${JSON.stringify(plan)}`);
    const random = new Random(this.#random.fork());
    this.processes.push(
      new SimulatedProcess(plan, this.exchange, this.history, random, this.#clock, this.#direct),
    );
  }

  // ── how it begins ─────────────────────────────────────────────────────────────────────────────────────

  /** @param before how many channels there are: the last of them may be for dead letters */
  #open(before: number): ChannelId {
    const capacity = this.#isPaired ? 0 : this.#random.of([0, 0, 1, 2]);
    const overflow = capacity === 0 ? 'block' : this.#random.of(overflows);
    const terms = { capacity, overflow, maxAttempts: 1 + this.#random.below(3) };
    const deadLetters = before > 0 && this.#random.chance(0.6) ? before : undefined;
    const channel = this.exchange.open(terms, undefined, deadLetters);
    this.history.tell(
      () => `channel ${channel}: ${JSON.stringify(terms)}, dead letters to ${deadLetters}`,
    );
    return channel;
  }

  #newHome(): Home {
    const random = new Random(this.#random.fork());
    const home = new Home(this.exchange, this.history, random, this.#clock);
    for (const channel of this.#channels) {
      const some = sides.filter(() => this.#random.chance(0.6));
      for (const side of some) {
        this.exchange.hold(channel, side);
        home.give(channel, side);
      }
    }
    return home;
  }

  /** Every end of every channel goes to somebody, some to several. */
  #deal(processes: number): readonly (readonly GivenEnd[])[] {
    const hands: GivenEnd[][] = Array.from({ length: processes }, () => []);
    for (const channel of this.#channels) {
      for (const side of sides) {
        const sure = this.#random.below(processes);
        for (const [index, hand] of hands.entries()) {
          if (index !== sure && (this.#isPaired || !this.#random.chance(0.3))) continue;
          this.exchange.hold(channel, side);
          hand.push(named({ channel, side }));
        }
      }
    }
    return hands;
  }

  #planOf(name: string, ends: readonly GivenEnd[]): ProcessPlan {
    const operations = 1 + this.#random.below(3);
    const bytes = this.#random.chance(0.3) ? 40 : 10_000;
    const pieceLength = this.#random.of([Number.POSITIVE_INFINITY, 30, 12]);
    const isQuick = this.#random.chance(0.3);
    const temper = this.#isPaired && this.#random.chance(0.7) ? 'calm' : 'lively';
    return { name, ends, window: { operations, bytes }, isQuick, pieceLength, temper };
  }
}

function named({ channel, side }: ChannelEnd): GivenEnd {
  return { channel, side, name: `${side} ${channel}`, channelName: `channel ${channel}` };
}
