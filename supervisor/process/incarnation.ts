/** One process of a stage, from its start to its death. */
import { randomBytes } from 'node:crypto';
import type { OwnHandles } from '../../platform/idleness.ts';
import type { ChannelEnd, ChannelId, OpNumber, PartyId } from '../../src/arbiter/events.ts';
import type { Guest } from '../../src/direct/meetings.ts';
import {
  DeadlockError,
  HangError,
  LimitError,
  ProtocolError,
  TopologyError,
} from '../../src/errors.ts';
import type { Exchange } from '../../src/exchange/exchange.ts';
import { type GivenEnd, type Matchmaker, SupervisorLink } from '../../src/link/supervisor-link.ts';
import type { EndNumber, Window } from '../../src/wire/message.ts';
import type { Command } from '../command/command.ts';
import type { Participant, Places } from '../deadlock/participant.ts';
import { type Death, failureOf, plainFailure, stoppedFailure } from '../death/death.ts';
import { heldAt } from '../death/held.ts';
import { outOfMemoryKills } from '../death/out-of-memory.ts';
import type { Happening, OwnHappening } from '../events/events.ts';
import { ProcessGroup } from '../groups/process-group.ts';
import { Guardian } from '../limits/guardian.ts';
import type { LifetimeTerms } from '../limits/lifetime.ts';
import type { StageLimits } from '../limits/limits.ts';
import { needsPulse } from '../limits/pulse.ts';
import { GivenValues } from '../reports/given-value.ts';
import type { RestartWhen } from '../restart/terms.ts';
import { Captured } from './captured.ts';
import { type Life, type LifeEvent, lives } from './life.ts';
import type { LinkCarrier } from './link-carrier.ts';
import type { Linkage } from './linkage.ts';
import { Probes } from './probes.ts';
import { type Exit, spawn } from './spawn.ts';

/** How long, in milliseconds, a process and its link may outlive each other. */
const grace = 2_000;
/** How long, in milliseconds, it may take for the exit that it has said: its code has the last word there. */
const exitGrace = 10_000;

export interface IncarnationPlan {
  readonly stage: string;
  readonly command: Command;
  /** Within how many milliseconds it must say hello. */
  readonly startDeadline: number;
  readonly limits: StageLimits;
  readonly maxValueBytes: number;
  readonly window: Window;
  readonly when: RestartWhen;
  /** Whether to keep what it took last, for a report. */
  readonly isReported: boolean;
  /** Who decides which of its channels go directly; none do where nobody does. */
  readonly meetings: Matchmaker | undefined;
}

/** What its owner wants to know. */
export interface IncarnationEvents {
  /** It has said hello. */
  readonly onReady: () => void;
  /** It has done as much as its stage lets one process do, or is as old: another should take its place. */
  readonly onDue: (why: keyof LifetimeTerms) => void;
  /** The values that it held are on their way to others already. */
  readonly onDeath: (death: Death, left: Left) => void;
  readonly tell: (happening: Happening) => void;
}

/** The ends that a process had when it died; somebody else answers for them now. */
export interface Left {
  /** The names of those that it was given at its start, and still had. */
  readonly named: ReadonlySet<string>;
  /** Those that came in values, or that it made. */
  readonly others: readonly ChannelEnd[];
}

export class Incarnation implements Participant {
  readonly #exchange: Exchange<Uint8Array>;
  readonly #plan: IncarnationPlan;
  #events: IncarnationEvents;
  #replica = 0;
  readonly #link: SupervisorLink;
  readonly #carrier: LinkCarrier;
  readonly #guardian: Guardian;
  readonly #given: GivenValues;
  readonly #child;
  readonly #group: ProcessGroup;
  readonly #captured: Captured;
  readonly #probes: Probes;
  readonly #startedAt = performance.now();
  #life: Life = 'starting';
  #wasReady = false;
  #charge: Error | undefined;
  #wasSignalled = false;
  readonly #outOfMemoryKills = outOfMemoryKills();
  #cutOff: ProtocolError | undefined;
  #exit: Exit = { code: null, signal: null };
  #timer: NodeJS.Timeout;

  /** It starts, and says hello; its turn comes with `welcome`. Until then it is a spare. */
  constructor(
    exchange: Exchange<Uint8Array>,
    plan: IncarnationPlan,
    linkage: Linkage,
    events: IncarnationEvents,
  ) {
    this.#exchange = exchange;
    this.#plan = plan;
    this.#events = events;
    const token = randomBytes(16).toString('hex');
    const { command, stage, maxValueBytes, window, limits, meetings } = plan;
    this.#group = new ProcessGroup(token, (trouble) => this.#complain(trouble));
    const { child, openLink, pulse } = spawn(command, linkage, token, needsPulse(limits), (exit) =>
      this.#exited(exit),
    );
    this.#child = child;
    this.#group.started(child.pid);
    this.#link = new SupervisorLink(
      exchange,
      { token, stage, maxValueBytes, window, meetings },
      {
        onOutput: () => this.#carrier.push(),
        onHello: (features) => this.#greeted(features),
        onIdle: (answer) => this.#probes.answered(answer),
        onBroken: (error) => this.kill(error),
      },
    );
    this.#probes = new Probes(this.#link);
    this.#carrier = openLink(child, this.#link.output, {
      onRead: (chunk) => this.#link.read(chunk),
      onEnd: () => this.#linkEnded(),
      onUnheard: () => this.#unheard(),
      onUnread: (messages) =>
        this.kill(new ProtocolError(`it does not read its link: ${messages} messages wait for it`)),
    });
    this.#given = new GivenValues(exchange, this.#link);
    if (plan.isReported) this.#link.seat.watch(this.#given);
    this.#guardian = new Guardian(child, this.#link.seat, pulse, plan, {
      onBreach: (error) => this.#breached(error),
      onDue: (why) => this.#events.onDue(why),
      channelOf: (op) => this.#channelOf(op),
    });
    this.#captured = new Captured(child, (stream, line) =>
      this.#tell({ type: 'printed', stream, line }),
    );
    this.#timer = setTimeout(() => this.#startDeadlineOver(), plan.startDeadline);
    // Not before its owner has it: whoever is told may end everything.
    queueMicrotask(() => this.#tell({ type: 'started' }));
  }

  /** Its turn has come: it works for this replica, with these ends, and somebody else hears of it. */
  welcome(replica: number, ends: readonly GivenEnd[], events: IncarnationEvents): void {
    const { stage, maxValueBytes, window, when } = this.#plan;
    const restart = when === 'never' ? {} : { restart: when };
    this.#replica = replica;
    this.#events = events;
    this.#link.welcome({ settings: { stage, replica, maxValueBytes, window, ...restart }, ends });
    this.#carrier.flush();
    if (this.#life !== 'spare') return;
    this.#advance('welcome');
    this.#guardian.welcomed();
    events.onReady();
  }

  /** Whether it could begin at once. */
  get isSpare(): boolean {
    return this.#life === 'spare';
  }

  get processId(): number | undefined {
    return this.#child.pid;
  }

  get life(): Life {
    return this.#life;
  }

  get name(): string {
    const { stage } = this.#plan;
    const replica = this.#replica;
    return replica === 0 ? `stage "${stage}"` : `replica ${replica + 1} of stage "${stage}"`;
  }

  get isDead(): boolean {
    return this.#life === 'dead';
  }

  /** By which the exchange knows it. */
  get party(): PartyId {
    return this.#link.seat.party;
  }

  /** Grows with everything that it says or hears. */
  get activity(): number {
    return this.#link.seat.activity;
  }

  get isLinked(): boolean {
    return this.#link.isLinked;
  }

  /** As it takes part in direct links. */
  get guest(): Guest {
    return this.#link;
  }

  /** Whether it has ever done anything with its ends; of one that was given none, whether it was welcomed. */
  get hasWorked(): boolean {
    const hasNothingToTouch = !this.#link.isWaiting && this.#link.named.length === 0;
    return this.activity > 0 || (hasNothingToTouch && this.#wasReady);
  }

  /** The handles of the supervisor's process that belong to it. */
  get handles(): OwnHandles {
    const hasExited = this.#life === 'exited' || this.#life === 'dead';
    const sockets = [...this.#captured.sockets, ...this.#carrier.sockets].filter(
      ({ destroyed }) => !destroyed,
    );
    const held = hasExited ? sockets : [this.#child, ...sockets];
    return {
      types: [...sockets.map(() => 'PipeWrap'), ...(hasExited ? [] : ['ProcessWrap'])],
      rest: () => {
        for (const handle of held) handle.unref();
        return () => {
          for (const handle of held) handle.ref();
        };
      },
    };
  }

  /**
   * Asks whether it is idle, and where its code waits. `undefined` when it is not, cannot tell, or has died
   * before it could answer.
   */
  async probe(wantsPlaces: boolean): Promise<Places | undefined> {
    return this.#life === 'running' ? this.#probes.ask(wantsPlaces) : undefined;
  }

  /** Asks it to come to an end by itself. */
  shutdown(): void {
    this.#link.shutdown();
    this.#carrier.flush();
  }

  /** Asks it to finish what it has, to take nothing new, and to end. */
  retire(): void {
    this.#link.retire();
    this.#carrier.flush();
  }

  /** Sends a signal to it and its descendants, unless it has exited. */
  signal(name: 'SIGTERM' | 'SIGKILL'): void {
    if (this.#life === 'exited' || this.#life === 'dead') return;
    this.#wasSignalled = true;
    this.#group.signal(name);
  }

  /** Ends it at once, and says why. */
  kill(charge: Error): void {
    this.#charge ??= charge;
    this.#carrier.flush();
    this.signal('SIGKILL');
  }

  #breached(charge: LimitError | HangError | TopologyError): void {
    if (charge instanceof HangError) {
      const { what, milliseconds } = charge;
      this.#tell({ type: 'hang', what, milliseconds });
    } else if (charge instanceof LimitError) {
      const { limit, allowed, used } = charge;
      this.#tell({ type: 'limit', limit, allowed, used });
    }
    this.kill(charge);
  }

  #greeted(features: readonly string[]): void {
    // Of one that has exited already, the time runs that its link may still have.
    if (this.#life === 'starting') clearTimeout(this.#timer);
    this.#wasReady = true;
    const isSpare = this.#link.isWaiting;
    this.#advance(isSpare ? 'hello' : 'welcome');
    this.#guardian.greeted(features);
    if (!isSpare) this.#guardian.welcomed();
    const milliseconds = performance.now() - this.#startedAt;
    this.#tell({ type: 'ready', milliseconds, isSpare });
    this.#events.onReady();
  }

  /**
   * The code of this process may have kept it from reading, for example while it started many stages: what has
   * arrived is read first.
   */
  #startDeadlineOver(): void {
    setImmediate(() => {
      if (this.#life === 'starting') this.#tooLate();
    });
  }

  #tooLate(): void {
    this.kill(
      new TopologyError(
        `it did not say hello within ${this.#plan.startDeadline} ms: ${this.#plan.command.greeting} (startDeadline of the stage)`,
      ),
    );
  }

  #exited(exit: Exit): void {
    if (this.#life === 'exited' || this.#life === 'dead') return;
    if (exit.cause !== undefined) {
      this.#charge ??= new TopologyError(`it could not be started (${exit.cause})`);
      this.#carrier.destroy();
    }
    this.#exit = exit;
    this.#guardian.stop();
    this.#group.end();
    // Somebody else may hold the link open: a descendant in a session of its own.
    if (this.#advance('exit') === 'exited') this.#within(grace, () => this.#carrier.destroy());
  }

  #linkEnded(): void {
    this.#cutOff = this.#link.end();
    if (this.#advance('link-end') !== 'unlinked') return;
    if (this.#link.exitCode !== undefined) this.#within(exitGrace, () => this.#exitHangs());
    else {
      this.#within(grace, () =>
        this.kill(new TopologyError(`it closed its link and went on for ${grace} ms`)),
      );
    }
  }

  /** All that it had to say was heard, its code is at its end: what is left of it harms nobody but who waits. */
  #exitHangs(): void {
    this.#complain(
      `process ${this.processId} was to exit with code ${this.#link.exitCode}, and had not come to the end of it ${exitGrace} ms later: it was killed, and counts as exited`,
    );
    this.#group.signal('SIGKILL');
  }

  /** What it said itself holds for one that was killed amid its exit. */
  get #ownExit(): Exit {
    const said = this.#link.exitCode;
    const wasCutShort = this.#exit.signal === 'SIGKILL' && this.#charge === undefined;
    return said !== undefined && wasCutShort ? { code: said, signal: null } : this.#exit;
  }

  /** Soon its link ends, too; unless it is only deaf. */
  #unheard(): void {
    if (!['starting', 'spare', 'running'].includes(this.#life)) return;
    this.#within(grace, () =>
      this.kill(
        new TopologyError(`it closed what it should read from, and went on for ${grace} ms`),
      ),
    );
  }

  #within(milliseconds: number, act: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(act, milliseconds);
  }

  #advance(event: LifeEvent): Life {
    const before = this.#life;
    this.#life = lives[before][event];
    if (this.#life === 'dead' && before !== 'dead') void this.#die();
    return this.#life;
  }

  async #die(): Promise<void> {
    clearTimeout(this.#timer);
    this.#probes.end();
    const held = heldAt(this.#link.seat, (channel) => this.#channelName(channel));
    const inHand = this.#given.inHand();
    const { hasWorked } = this;
    const { takenCount } = this.#link.seat;
    const hasInHand = held.some(({ what }) => what === 'receiving');
    this.#link.fallSilent();
    await this.#captured.end();
    const { code, signal } = this.#ownExit;
    const death: Death = {
      stage: this.#plan.stage,
      replica: this.#replica,
      processId: this.processId,
      exitCode: code ?? undefined,
      signal: signal ?? undefined,
      wasReady: this.#wasReady,
      hasWorked,
      // What it took plainly, and died of, is no progress.
      hasProgressed: takenCount > (hasInHand || code === 0 ? 0 : 1),
      greeting: this.#plan.command.greeting,
      wasSignalled: this.#wasSignalled,
      allowed: this.#plan.limits,
      outOfMemoryKills: outOfMemoryKills() - this.#outOfMemoryKills,
      charge: this.#charge,
      cutOff: this.#cutOff,
      stderr: this.#captured.stderr,
      held,
      inHand,
      takenLast: this.#given.takenLast(),
      milliseconds: performance.now() - this.#startedAt,
    };
    const error = failureOf(death);
    const ends = this.#wasEnded
      ? this.#link.seat.leave(stoppedFailure(death.stage), true)
      : this.#link.seat.leave(error && plainFailure(error));
    this.#events.onDeath(death, this.#leftOf(ends));
  }

  /** Whether it was ended for reasons of others: no value that it had in hand is to blame. */
  get #wasEnded(): boolean {
    const isCharged = this.#charge !== undefined && !(this.#charge instanceof DeadlockError);
    return this.#wasSignalled && !isCharged;
  }

  #leftOf(ends: ReadonlyMap<EndNumber, ChannelEnd>): Left {
    const named = this.#link.named.filter(({ end }) => ends.has(end));
    const numbers = new Set(named.map(({ end }) => end));
    return {
      named: new Set(named.map(({ name }) => name)),
      others: [...ends].filter(([number]) => !numbers.has(number)).map(([, end]) => end),
    };
  }

  #complain(message: string): void {
    this.#events.tell({ type: 'trouble', stage: this.#plan.stage, message });
  }

  #channelOf(op: OpNumber): string | undefined {
    const operation = this.#link.seat.operations().get(op);
    const guard = operation?.guards[Math.max(0, operation.committed)];
    return guard && this.#channelName(guard.channel);
  }

  #channelName(channel: ChannelId): string {
    return this.#exchange.observe(channel)?.name ?? `#${channel}`;
  }

  #tell(happening: OwnHappening): void {
    const { stage } = this.#plan;
    const who = { stage, replica: this.#replica, processId: this.processId };
    this.#events.tell({ ...who, ...happening } as Happening);
  }
}
