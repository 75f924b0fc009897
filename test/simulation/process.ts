/** A process with its link to the supervisor: bytes in pipes, cut and moved when the world says so. */

import type { ChannelEnd, OpNumber, PartyId } from '../../src/arbiter/events.ts';
import type { DirectEvents } from '../../src/direct/carrier.ts';
import type { Meetings } from '../../src/direct/meetings.ts';
import { type Listener, Paths, type PathsPlan } from '../../src/direct/paths.ts';
import { handleOf } from '../../src/ends/pair.ts';
import type { Receiver } from '../../src/ends/receiver.ts';
import type { Sender } from '../../src/ends/sender.ts';
import type { Seat } from '../../src/exchange/seat.ts';
import { type Carrier, ProcessLink, type Welcome } from '../../src/link/process-link.ts';
import { type GivenEnd, SupervisorLink } from '../../src/link/supervisor-link.ts';
import type { Taker } from '../../src/party/authority.ts';
import { type Answer, Party } from '../../src/party/party.ts';
import { directFeature, type Settings, type Window } from '../../src/wire/message.ts';
import { Output } from '../../src/wire/output.ts';
import type { Random } from '../model/random.ts';
import type { SimulatedClock } from './clock.ts';
import { Code, type Temper, type Value } from './code.ts';
import { type Fifos, SimulatedDirectCarrier } from './fifo.ts';
import type { History, ValueId } from './history.ts';
import { type Near, openNear } from './near.ts';
import { inHandAt, type ObservedExchange, valueIn } from './observed-exchange.ts';
import { Pipe } from './pipe.ts';
import { reusingCodec } from './reusing-codec.ts';

const maxValueBytes = 1_000;

/**
 * `running`; `ended`: its code is no more, but what it wrote is still to be read; `buried`: the supervisor
 * has noticed.
 */
type ProcessState = 'running' | 'ended' | 'buried';

export interface ProcessPlan {
  readonly name: string;
  readonly ends: readonly GivenEnd[];
  readonly window: Window;
  /** Quick code gets its values before the word that they were taken has left the process. */
  readonly isQuick: boolean;
  readonly temper: Temper;
  /** In both directions of its link. */
  readonly pieceLength: number;
}

/** What a world has for direct links. */
export interface DirectLinks {
  readonly meetings: Meetings;
  readonly fifos: Fifos;
}

/** Notes in the history what goes directly. */
class ObservedPaths extends Paths {
  readonly #history: History;
  /** What is given to the code by the supervisor. */
  readonly #relayed = new Set<OpNumber>();
  readonly #direct = new Map<OpNumber, ValueId>();
  readonly #seat: Seat<Uint8Array>;

  constructor(
    link: ProcessLink,
    party: () => Listener,
    history: History,
    seat: Seat<Uint8Array>,
    plan: PathsPlan,
  ) {
    super(link, () => this.#listener(party()), plan);
    this.#history = history;
    this.#seat = seat;
  }

  override hear(answer: Answer<Uint8Array>): void {
    if (answer.type === 'deliver') this.#relayed.add(answer.op);
    super.hear(answer);
  }

  override taken(op: OpNumber, taker: Taker): void {
    const value = this.#direct.get(op);
    if (value === undefined) {
      super.taken(op, taker);
      return;
    }
    const channel = this.#history.sends[value]?.channel ?? 0;
    const given = () => {
      this.#history.taken.push({ value, channel });
      this.#history.direct.push(value);
      this.#history.tell(() => `${value} was taken directly`);
      taker.given();
    };
    super.taken(op, { given, lost: () => taker.lost() });
  }

  #listener(party: Listener): Listener {
    return {
      outstandingOn: (end) => party.outstandingOn(end),
      renumber: (op) => party.renumber(op),
      hear: (answer) => {
        if (answer.type === 'deliver' && !this.#relayed.has(answer.op)) this.#noteDelivery(answer);
        party.hear(answer);
      },
    };
  }

  #noteDelivery({ op, value: bytes, attempt }: Extract<Answer<Uint8Array>, { type: 'deliver' }>) {
    const value = valueIn(bytes);
    this.#direct.set(op, value);
    const at = this.#history.tick();
    this.#history.deliveries.push({ value, party: this.#seat.party, attempt, at });
    this.#history.tell(() => `${value} is delivered directly to party ${this.#seat.party}`);
  }
}

export class SimulatedProcess {
  readonly plan: ProcessPlan;
  readonly code: Code;
  readonly link: SupervisorLink;
  /** Where the operations on its own channels meet, if it has any. */
  readonly near: Near | undefined;
  state: ProcessState = 'running';
  isWelcomed = false;
  readonly #history: History;
  readonly #random: Random;
  readonly #party: Party<Uint8Array>;
  readonly #processLink: ProcessLink;
  readonly #paths: ObservedPaths;
  /** Those of direct links. */
  readonly #direct = new Set<SimulatedDirectCarrier>();
  readonly #clock;
  /** Written by the process, and lost if it dies now. */
  readonly #unsent = new Pipe();
  readonly #toSupervisor = new Pipe();
  readonly #toProcess = new Pipe();
  readonly #carrier: Carrier = {
    output: new Output(),
    push: () => this.#put(this.#carrier.output.take()),
    secured: (then) => {
      if (this.plan.isQuick) then();
      else this.#unsecured.push({ behind: 0, then });
    },
  };
  /** Who waits until all has left but what was written after they asked. */
  #unsecured: { behind: number; readonly then: () => void }[] = [];
  /** What the supervisor complained about. */
  broken: Error | undefined;

  constructor(
    plan: ProcessPlan,
    exchange: ObservedExchange,
    history: History,
    random: Random,
    clock: SimulatedClock,
    { meetings, fifos }: DirectLinks,
  ) {
    this.plan = plan;
    this.#history = history;
    this.#random = random;
    this.#clock = clock.forProcess();
    this.code = new Code(plan.name, history, random, clock, !plan.isQuick, plan.temper);
    this.near = random.chance(0.5) ? openNear(this.code, history, random, clock) : undefined;
    const settings: Settings = {
      stage: plan.name,
      replica: 0,
      maxValueBytes,
      window: plan.window,
    };
    this.link = new SupervisorLink(
      exchange,
      { token: plan.name, ...settings, meetings },
      {
        onOutput: () => writeAll(this.link.output.take(), this.#toProcess),
        onIdle: () => {},
        onHello: () => {
          this.link.output.pieceLength = plan.pieceLength;
        },
        onBroken: (error) => {
          this.broken = error;
        },
      },
    );
    this.link.welcome({ settings, ends: plan.ends });
    this.#processLink = new ProcessLink(this.#carrier, {
      onWelcome: (welcome) => this.#welcomed(welcome),
      onAnswer: (answer) => this.#paths.hear(answer),
      onMeet: (meet) => this.#paths.meet(meet),
      onPart: (link) => this.#paths.part(link),
      onResume: (link) => this.#paths.resume(link),
      onProbe: () => {},
      onShutdown: () => {},
      onRetire: () => {},
      onBroken: (error) => {
        throw error;
      },
    });
    this.#paths = new ObservedPaths(this.#processLink, () => this.#party, history, this.link.seat, {
      maxValueBytes,
      window: plan.window,
      open: (readPath, writePath, events) => this.#openDirect(fifos, readPath, writePath, events),
      later: (milliseconds, ring) =>
        this.#clock.after(milliseconds, () => {
          // It rings when what had come by then was read.
          for (const carrier of this.#direct) while (carrier.canHear) carrier.hear(this.#random);
          ring();
        }),
    });
    this.#party = new Party(this.#paths, {
      codec: reusingCodec,
      isLinked: true,
      clock: this.#clock,
      window: plan.window,
      maxValueBytes,
      handleOf,
    });
    this.#carrier.output.pieceLength = plan.pieceLength;
    this.#processLink.hello('simulated', plan.name, [directFeature]);
  }

  get isRunning(): boolean {
    return this.state === 'running';
  }

  get canFlush(): boolean {
    return this.isRunning && this.#unsent.length > 0;
  }

  /** Whether large values wait for their turn to be written, by the process or to it. */
  get canSendPiece(): boolean {
    return this.isRunning && !this.#carrier.output.isEmpty;
  }

  get canBeSentPiece(): boolean {
    return this.isRunning && !this.link.output.isEmpty;
  }

  get canBeHeard(): boolean {
    return this.state !== 'buried' && this.#toSupervisor.length > 0;
  }

  get canHear(): boolean {
    return this.isRunning && this.#toProcess.length > 0;
  }

  get party(): PartyId {
    return this.link.seat.party;
  }

  /** Whether it does nothing any more unless it is told something, and nothing is on its way. */
  get isIdle(): boolean {
    const { code } = this;
    const hasPieces = this.canSendPiece || this.canBeSentPiece;
    const hasTraffic =
      hasPieces || this.canFlush || this.canBeHeard || this.canHear || this.#unsecured.length > 0;
    const wantsNothing = !code.wantsToAct && !code.hasWork && !this.canExit;
    return (
      this.isWelcomed &&
      !hasTraffic &&
      // What comes by a direct link, the exchange does not know.
      !this.link.isLinked &&
      wantsNothing &&
      this.#party.isPatient &&
      this.near?.channels.isPatient !== false
    );
  }

  /** All that it wrote was read, and there will be no more. */
  get canBeBuried(): boolean {
    return this.state === 'ended' && this.#toSupervisor.length === 0;
  }

  /** Some of what was written goes to the kernel: from now on it arrives, whatever happens. */
  flush(): void {
    this.#toSupervisor.write(this.#unsent.read(this.#some(this.#unsent.length)));
    while (this.#unsecured[0] !== undefined && this.#unsecured[0].behind >= this.#unsent.length) {
      this.#unsecured.shift()?.then();
    }
  }

  sendPiece(): void {
    this.#put(this.#carrier.output.next().parts);
  }

  beSentPiece(): void {
    writeAll(this.link.output.next().parts, this.#toProcess);
  }

  beHeard(): void {
    const chunk = this.#toSupervisor.read(this.#some(this.#toSupervisor.length));
    this.link.read(chunk);
    overwrite(chunk);
  }

  hear(): void {
    const chunk = this.#toProcess.read(this.#some(this.#toProcess.length));
    this.#processLink.read(chunk);
    overwrite(chunk);
  }

  /** Those of its direct links over which something can go on. */
  get directLinks(): readonly SimulatedDirectCarrier[] {
    return [...this.#direct];
  }

  /** Stops at once, in the middle of whatever it does. */
  die(): void {
    this.#history.tell(() => `${this.plan.name} dies`);
    this.code.who.isDead = true;
    this.#stop();
  }

  /** Ends well: it has closed its ends, and its last words have left. */
  get canExit(): boolean {
    const hasNothingLeft = !this.code.hasEnds && this.code.isIdle;
    return this.isRunning && this.isWelcomed && hasNothingLeft && this.#hasLeft;
  }

  get #hasLeft(): boolean {
    return this.#unsent.length === 0 && !this.canSendPiece;
  }

  exit(): void {
    this.#history.tell(() => `${this.plan.name} exits`);
    this.#stop();
  }

  /** The supervisor notices. The ends that it still had go to whoever answers for them. */
  bury(): readonly ChannelEnd[] {
    this.state = 'buried';
    this.link.end();
    for (const value of inHandAt(this.link.seat)) {
      this.#history.deaths.push({ value, at: this.#history.tick() });
    }
    const died = this.#history.tick();
    const delivered = new Set(this.#history.deliveries.map(({ value }) => value));
    for (const operation of this.link.seat.operations().values()) {
      if (operation.state !== 'waiting' || operation.guards[0]?.side !== 'send') continue;
      const { value } = operation.guards[0];
      const id = valueIn(value);
      if (!delivered.has(id)) this.#history.vanished.set(id, died);
    }
    this.#history.tell(() => `the supervisor buries ${this.plan.name}`);
    const failure = { code: 'STAGE_FAILED', message: `${this.plan.name} died` };
    this.link.fallSilent();
    return [...this.link.seat.leave(failure).values()];
  }

  /** Mostly all of it, otherwise up to anywhere. */
  #some(length: number): number {
    return this.#random.chance(0.5) ? length : 1 + this.#random.below(length);
  }

  #stop(): void {
    this.state = 'ended';
    this.#clock.stop();
    for (const carrier of this.#direct) carrier.die();
    this.#unsent.clear();
    this.#toProcess.clear();
    this.#unsecured = [];
  }

  #openDirect(
    fifos: Fifos,
    readPath: string,
    writePath: string,
    events: DirectEvents,
  ): SimulatedDirectCarrier | undefined {
    const [input, output] = [fifos.find(readPath), fifos.find(writePath)];
    if (input === undefined || output === undefined) return undefined;
    const carrier = new SimulatedDirectCarrier(input, output, events);
    this.#direct.add(carrier);
    return carrier;
  }

  #put(parts: readonly Uint8Array[]): void {
    const before = this.#unsent.length;
    writeAll(parts, this.#unsent);
    for (const waiting of this.#unsecured) waiting.behind += this.#unsent.length - before;
  }

  #welcomed({ ends }: Welcome): void {
    this.isWelcomed = true;
    for (const [index, { end, side, channel: name }] of ends.entries()) {
      const channel = this.plan.ends[index]?.channel ?? 0;
      const handle = handleOf(this.#party, this.#party.end(end, side, name));
      this.code.give(channel, handle as Sender<Value> | Receiver<Value>);
    }
  }
}

function writeAll(parts: readonly Uint8Array[], pipe: Pipe): void {
  for (const part of parts) pipe.write(part);
}

/** As the next chunk does, where one buffer serves all. */
function overwrite(chunk: Uint8Array): void {
  chunk.fill(0xaa);
}
