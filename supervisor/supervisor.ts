import { systemClock } from '../platform/clock.ts';
import type { OwnHandles } from '../platform/idleness.ts';
import type { Observed, Statistics } from '../src/arbiter/channel-state.ts';
import type { ChannelEnd, ChannelId } from '../src/arbiter/events.ts';
import { Handle } from '../src/ends/handle.ts';
import { type Channel, handleOf, pairOf } from '../src/ends/pair.ts';
import type { Receiver } from '../src/ends/receiver.ts';
import type { Sender } from '../src/ends/sender.ts';
import {
  type ChannelOptions,
  checkDeadLetters,
  checkName,
  giveDeadLetters,
  termsOf,
} from '../src/ends/terms.ts';
import {
  RestartsExceededError,
  StageFailedError,
  TopologyError,
  UndeliveredError,
} from '../src/errors.ts';
import { Exchange } from '../src/exchange/exchange.ts';
import type { Reply, Seat } from '../src/exchange/seat.ts';
import { fitsWelcome, type GivenEnd } from '../src/link/supervisor-link.ts';
import { Party } from '../src/party/party.ts';
import { msgpackCodec, type Parcel } from '../src/value/codec.ts';
import { packedLetter } from '../src/value/letter.ts';
import { maxHeaderLength } from '../src/wire/frame.ts';
import type { NamedEnd } from '../src/wire/message.ts';
import type { StageCommand } from './command.ts';
import { Deadlocks, type OnDeadlock } from './deadlock/deadlocks.ts';
import { Host } from './deadlock/host.ts';
import { type Death, plainFailure } from './death/death.ts';
import { Events, type Happening } from './events/events.ts';
import { reaper } from './groups/reaper.ts';
import type { Incarnation } from './incarnation.ts';
import { type LimitOptions, limitsOf } from './limits/limits.ts';
import { isOrdinary, lineOf } from './log/line.ts';
import type { Log } from './log/log.ts';
import { logToStderr } from './log/plain.ts';
import { Relay } from './relay.ts';
import { type ReportedStage, reportOf } from './reports/report-of.ts';
import { type ReportOptions, Reports } from './reports/reports.ts';
import { startOf } from './reports/start.ts';
import { Group } from './restart/group.ts';
import {
  type GroupOptions,
  type IntensityOptions,
  intensityOf,
  type RestartOptions,
  type RestartWhen,
  type Strategy,
  strategyOf,
  whenOf,
} from './restart/terms.ts';
import { confinedCommand } from './sandbox/confine.ts';
import type { SandboxOptions } from './sandbox/sandbox.ts';
import type { SurroundingOptions } from './sandbox/surroundings.ts';
import { Stage, type StageReport } from './stage.ts';
import { type DrainOptions, notDrained, patienceOf, type StopOptions } from './stopping.ts';
import { Turns } from './turns.ts';

export interface SupervisorOptions {
  /** For messages. Default `supervisor`. */
  readonly name?: string;
  /**
   * Where the lines go that stages print, and what the supervisor has to say. Default: stderr, each with the
   * name of its stage (`logToStderr`). There are `prettyLog`, `jsonLog` and `plainLog`, too.
   */
  readonly log?: Log;
  /** Whether the log is also told what is ordinary: processes that start, are ready, end. Default false. */
  readonly verbose?: boolean;
  /** The most bytes that one encoded value may have. Default 64 MiB. */
  readonly maxValueBytes?: number;
  /**
   * What to do when processes wait for each other, and nobody else can help them. `report`, the default: the
   * log says who waits for whom. `fail`: besides, they are ended, and `finished()` rejects with a
   * DeadlockError.
   */
  readonly onDeadlock?: OnDeadlock;
  /**
   * A folder where each crash of a process is written down, with the values that it had in hand, for
   * `handover replay`. Default: nowhere.
   */
  readonly reports?: string | URL | ReportOptions;
}

/** What a stage is given, and what runs in its process. */
export type StageOptions = StageTerms & StageCommand;

export interface StageTerms extends LimitOptions, SurroundingOptions, SandboxOptions {
  /** The ends that it gets, by the names under which its code asks for them. Each moves to the stage. */
  readonly ends?: Readonly<Record<string, Sender<never> | Receiver<unknown>>>;
  /** How many processes run it, each with the same ends. Default 1. */
  readonly replicas?: number;
  /**
   * When a process that ended is started again; then the stage keeps the ends that it was given, and whoever
   * deals with it only waits a little longer. Default `never`. In a group, how often is for the group to say.
   */
  readonly restart?: RestartWhen | RestartOptions;
  /** How many processes wait, started, to take the place of one that dies. Default 0. */
  readonly spare?: number;
  /** Within how many milliseconds a process must have said hello: imported handover/child. Default 30,000. */
  readonly startDeadline?: number;
}

/** Stages that are restarted by one rule. */
export interface StageGroup {
  readonly name: string;
  /** The same as `supervisor.stage()`, in this group. */
  stage(name: string, options: StageOptions): Stage;
  /** A group in this group. */
  group(name: string, options?: GroupOptions): StageGroup;
}

export interface SupervisorReport {
  readonly stages: readonly StageReport[];
}

/** Between the supervisor and one end of a process; see `Window`. */
const window = { operations: 64, bytes: 1024 * 1024 };
/** A frame's length is a 32-bit number, and includes the header. */
const mostValueBytes = 2 ** 32 - 1 - maxHeaderLength;
const unlimited = Number.POSITIVE_INFINITY;

/**
 * Starts stages as processes, and owns the channels between them. Its own code can hold ends as well.
 *
 * @example
 * await using supervisor = new Supervisor();
 * const lines = supervisor.channel<string>('lines');
 * supervisor.stage('printer', { module: new URL('./printer.ts', import.meta.url), ends: { lines: lines.receiver } });
 * await lines.sender.send('hello');
 * lines.sender.close();
 * await supervisor.finished();
 */
export class Supervisor implements AsyncDisposable {
  readonly name: string;
  readonly #maxValueBytes: number;
  readonly #exchange: Exchange<Uint8Array>;
  readonly #seat: Seat<Uint8Array>;
  readonly #party: Party<Uint8Array>;
  readonly #channels = new Map<string, Observed>();
  /** What happens to the stages, and to the values between them. */
  readonly events = new Events();
  readonly #stages = new Map<string, Stage>();
  readonly #groups = new Map<string, StageGroup>();
  readonly #failures: (StageFailedError | RestartsExceededError)[] = [];
  /** Values that were accepted and found no receiver, by channel. */
  readonly #undelivered = new Map<string, number>();
  readonly #waiting: (() => void)[] = [];
  readonly #relays: Relay[] = [];
  readonly #deadlocks: Deadlocks;
  readonly #crashReports: Reports | undefined;

  constructor({
    name = 'supervisor',
    log = logToStderr,
    verbose = false,
    maxValueBytes = 64 * 1024 * 1024,
    onDeadlock = 'report',
    reports,
  }: SupervisorOptions = {}) {
    if (!(maxValueBytes >= 0 && maxValueBytes <= mostValueBytes)) {
      throw new TopologyError(
        `maxValueBytes must be between 0 and ${mostValueBytes} (what a frame can say), not ${maxValueBytes}`,
      );
    }
    if (onDeadlock !== 'report' && onDeadlock !== 'fail') {
      throw new TopologyError(`onDeadlock must be 'report' or 'fail', not ${String(onDeadlock)}`);
    }
    this.name = name;
    this.#crashReports = reports === undefined ? undefined : new Reports(reports);
    this.events.listen((event) => {
      if (verbose || !isOrdinary(event)) log(lineOf(event, name));
    });
    this.#maxValueBytes = maxValueBytes;
    this.#exchange = new Exchange(packedLetter, {
      onDiscarded: ({ channel, reason }) => {
        if (reason === 'overflow') return;
        const channelName = this.#nameOf(channel);
        this.#undelivered.set(channelName, (this.#undelivered.get(channelName) ?? 0) + 1);
        this.#tell({ type: 'discarded', channel: channelName, reason });
      },
      onRetried: ({ channel, attempts, failure }) =>
        this.#tell({ type: 'redelivered', channel: this.#nameOf(channel), attempts, failure }),
      onBuried: ({ channel, deadLetters, attempts, failures }) =>
        this.#tell({
          type: 'dead-lettered',
          channel: this.#nameOf(channel),
          deadLetters: this.#nameOf(deadLetters),
          attempts,
          failures,
        }),
    });
    this.#seat = this.#exchange.seat((reply) => this.#hear(reply), {
      operations: unlimited,
      bytes: unlimited,
      sizeOf: (value) => value.length,
    });
    this.#party = new Party(this.#seat, {
      codec: msgpackCodec,
      clock: systemClock,
      window,
      maxValueBytes,
      handleOf,
    });
    const host = new Host(this.#seat, this.#party, () => this.#handles());
    this.#deadlocks = new Deadlocks(
      {
        exchange: this.#exchange,
        processes: () => this.#processes(),
        others: () => [host, ...this.#relays.map(({ participant }) => participant)],
        onFound: (message) => this.#tell({ type: 'deadlock', message }),
      },
      onDeadlock,
    );
  }

  /**
   * A channel between processes. Its two ends belong to the code that asked, until they are given to a
   * stage, or sent away inside a value: a channel ends when all its senders are closed, this code's included.
   *
   * @param name for reports and errors. Without: one of many, such as for replies; it is forgotten when it
   *   is over
   * @throws TopologyError when the name is taken, or the options make no channel
   * @throws EndMovedError, EndClosedError when the sender for dead letters was given away or closed before
   */
  channel<T>(name?: string, options: ChannelOptions<T> = {}): Channel<T> {
    checkName(name);
    if (name !== undefined && this.#channels.has(name)) {
      throw new TopologyError(`there is a channel "${name}" already: give each its own name`);
    }
    const called = name ?? 'without a name';
    const terms = termsOf(called, options);
    const deadLetters = checkDeadLetters(called, options, this.#party);
    const letters = deadLetters && this.#seat.endOf(deadLetters.number)?.channel;
    const channel = this.#exchange.open(terms, name, letters);
    giveDeadLetters(called, deadLetters);
    const observed = this.#exchange.observe(channel) as Observed;
    if (name !== undefined) this.#channels.set(name, observed);
    return pairOf(this.#seat, this.#party, channel, observed.name);
  }

  /**
   * Starts a module or a command as a stage: one process, or several replicas that share its ends.
   *
   * @throws TopologyError when the name is taken, there is nothing to run, or an end cannot be given
   * @throws EndMovedError, EndClosedError when an end was given away or closed before
   */
  stage(name: string, options: StageOptions): Stage {
    return this.#stageIn(undefined, name, options);
  }

  /**
   * A group: stages that are restarted by one rule. Make its stages with `group.stage()`, and groups inside it
   * with `group.group()`. When it has failed more often than it may, all its stages are ended; a group inside
   * another has then failed as one of its members.
   *
   * @throws TopologyError when the name is taken, or the options make no group
   */
  group(name: string, options: GroupOptions = {}): StageGroup {
    return this.#groupIn(undefined, name, options);
  }

  #groupIn(around: Group | undefined, name: string, options: GroupOptions): StageGroup {
    if (this.#groups.has(name)) {
      throw new TopologyError(`there is a group "${name}" already: give each its own name`);
    }
    const strategy = strategyOf(`group "${name}"`, options);
    const group = this.#groupOf(`group "${name}"`, strategy, options, around);
    const made: StageGroup = {
      name,
      stage: (stage, plan) => this.#stageIn(group, stage, plan),
      group: (inner, plan = {}) => this.#groupIn(group, inner, plan),
    };
    this.#groups.set(name, made);
    return made;
  }

  #groupOf(
    who: string,
    strategy: Strategy,
    options: IntensityOptions,
    around: Group | undefined,
  ): Group {
    const intensity = intensityOf(who, options);
    const { restarts, within } = intensity;
    return new Group(
      {
        name: who,
        strategy,
        intensity,
        errorOf: (failures) =>
          new RestartsExceededError(who, restarts, within, failures.slice(-restarts - 1)),
        onFailed: ({ group, error }) => this.#groupFailed(group, error),
      },
      around,
    );
  }

  #stageIn(around: Group | undefined, name: string, options: StageOptions): Stage {
    const {
      ends = {},
      replicas = 1,
      startDeadline = 30_000,
      restart = 'never',
      spare = 0,
    } = options;
    if (this.#stages.has(name)) {
      throw new TopologyError(`there is a stage "${name}" already: give each its own name`);
    }
    if (!Number.isSafeInteger(replicas) || replicas < 1) {
      throw new TopologyError(`stage "${name}": replicas must be 1 or more, not ${replicas}`);
    }
    if (!Number.isSafeInteger(spare) || spare < 0) {
      throw new TopologyError(`stage "${name}": spare must be 0 or more, not ${spare}`);
    }
    if (
      around !== undefined &&
      typeof restart === 'object' &&
      Object.keys(restart).some(isIntensity)
    ) {
      throw new TopologyError(
        `stage "${name}" is in a group, which says how often its stages are restarted: give restarts, within and backoff to the group`,
      );
    }
    if (around?.isWorking === false) {
      throw new TopologyError(
        `stage "${name}": ${around.name} has failed, and takes no more stages`,
      );
    }
    const who = `stage "${name}"`;
    const when = whenOf(who, restart);
    const group =
      around ??
      this.#groupOf(who, 'one-for-one', typeof restart === 'string' ? {} : restart, undefined);
    const limits = limitsOf(name, options);
    const command = confinedCommand(name, options, limits);
    const handles = this.#checkEnds(name, ends);
    this.#checkWelcome(name, handles);
    const given = [...handles].map(([end, handle]) => this.#give(name, end, handle));
    const copies = Array.from({ length: replicas }, (_, replica) => {
      if (replica > 0) for (const { channel, side } of given) this.#exchange.hold(channel, side);
      return given;
    });
    const reported = {
      start: startOf(name, options, limits, command.folder),
      ends: given.map(({ name: end, channelName, side }) => ({
        name: end,
        channel: channelName,
        side,
      })),
    };
    const stage = new Stage(
      this.#exchange,
      {
        name,
        command,
        ends: copies,
        when,
        group,
        spares: spare,
        startDeadline,
        limits,
        isReported: this.#crashReports !== undefined,
        maxValueBytes: this.#maxValueBytes,
        window,
      },
      {
        tell: (happening) => this.#tell(happening),
        onCrash: (death, error) => this.#report(death, error, reported),
        onFailed: (error) => this.#failed(error),
        onOver: () => this.#stageOver(),
      },
    );
    this.#stages.set(name, stage);
    this.events.over(false);
    this.#deadlocks.watch();
    return stage;
  }

  /**
   * Starts several replicas of a module as stages `name.1`, `name.2`, …, and keeps their order: what they
   * send as `output` comes in the order of what they were given as `input`. Each must send exactly one value
   * for each that it receives.
   *
   * @internal `pipeline` with `ordered` starts them
   * @throws what `stage` throws
   */
  orderedReplicas(
    name: string,
    options: StageOptions,
    input: Receiver<unknown>,
    output: Sender<never>,
  ): readonly Stage[] {
    const { replicas = 1, ends, ...rest } = options;
    const relay = new Relay(this.#exchange, `what keeps "${name}" in order`);
    this.#relays.push(relay);
    const relayed = (handle: Handle) => this.#give(name, 'relay', handle);
    const stages: Stage[] = [];
    const places = Array.from({ length: replicas }, (_, index) => {
      const replica = `${name}.${index + 1}`;
      const into = this.channel<Parcel>(`${input.channel} (${replica})`);
      const out = this.channel<Parcel>(`${output.channel} (${replica})`);
      const dealt = relayed(into.sender);
      const collected = relayed(out.receiver);
      stages.push(
        this.stage(replica, {
          ...rest,
          ends: {
            ...(index === replicas - 1 ? ends : copiesOf(ends)),
            input: into.receiver,
            output: out.sender,
          },
        }),
      );
      return {
        input: relay.sender(dealt, dealt.channelName),
        output: relay.receiver(collected, collected.channelName),
      };
    });
    const from = relayed(input);
    const to = relayed(output);
    const turns = new Turns(
      name,
      relay,
      relay.receiver(from, from.channelName),
      relay.sender(to, to.channelName),
      places,
    );
    void turns.run();
    return stages;
  }

  /**
   * Resolves when every stage has ended well.
   *
   * @throws DeadlockError stages waited for each other, and `onDeadlock` is `fail`
   * @throws StageFailedError the first that failed; `others` are those that failed after it
   * @throws RestartsExceededError the same, of a group, or of a stage that is restarted
   * @throws UndeliveredError a buffer was left with values that nobody took
   */
  async finished(): Promise<SupervisorReport> {
    await this.#allOver();
    if (this.#deadlocks.failure !== undefined) throw this.#deadlocks.failure;
    const [first, ...others] = this.#failures;
    if (first !== undefined) {
      throw first.followedBy(others.filter((other) => other instanceof StageFailedError));
    }
    if (this.#undelivered.size > 0) throw new UndeliveredError(new Map(this.#undelivered));
    return { stages: this.#reports() };
  }

  /** Every stage, in the order in which they were made. */
  get stages(): readonly Stage[] {
    return [...this.#stages.values()];
  }

  /**
   * Who waits for whom right now, one line each:
   * `stage "parser" (process 4711) waits to receive on "lines": only stage "reader" could help it`.
   */
  explain(): string {
    return this.#deadlocks.explain();
  }

  /** How every stage is doing now. */
  report(): SupervisorReport {
    return { stages: this.#reports() };
  }

  /**
   * Every channel by name, in the order in which they were made; one that is over keeps its counts. Those
   * that stages made, or that were made without a name, come last, while they are not over.
   */
  statistics(): ReadonlyMap<string, Statistics> {
    const all = new Map<string, Statistics>();
    for (const [name, { statistics }] of this.#channels) all.set(name, statistics);
    for (const { id, name, statistics } of this.#exchange.channels) {
      if (this.#channels.get(name)?.id === id) continue;
      all.set(all.has(name) ? `${name} #${id}` : name, statistics);
    }
    return all;
  }

  /**
   * Lets the program come to its end: what is inside is still handed over, and nothing new comes in. The senders
   * of this code are closed, and stages that only send are asked to end; the others end when their input does.
   * Resolves when all is over; how the stages ended is in the report. Nothing is killed.
   *
   * @throws NotDrainedError when stages still run at the deadline: which, and what they wait for
   * @throws RangeError when the deadline is no time
   */
  async drain({
    deadline = Number.POSITIVE_INFINITY,
  }: DrainOptions = {}): Promise<SupervisorReport> {
    if (!(deadline >= 0)) {
      throw new RangeError(`deadline must be a number of milliseconds, not ${deadline}`);
    }
    this.#endSources();
    if (await this.#allOverWithin(deadline)) return { stages: this.#reports() };
    throw notDrained(deadline, this.#running(), this.#deadlocks.blocked());
  }

  /**
   * Ends everything: sources first, so that what is inside can drain; then SIGTERM; then SIGKILL.
   * Resolves when no process is left. Never throws: how stages ended is in the report.
   */
  async stop(options: StopOptions = {}): Promise<SupervisorReport> {
    const { drain, terminate } = patienceOf(options);
    this.#deadlocks.stop();
    this.#party.closeSenders();
    if (drain > 0) {
      this.#endSources();
      await this.#allOverWithin(drain);
    }
    if (terminate > 0) {
      for (const stage of this.#running()) stage.signal('SIGTERM');
      await this.#allOverWithin(terminate);
    }
    for (const stage of this.#running()) stage.signal('SIGKILL');
    await this.#allOver();
    return { stages: this.#reports() };
  }

  /** Leaving the scope of `await using` ends what still runs, without draining. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop({ drain: 0 });
  }

  /** Takes the right to an end from this code; the stage answers for it from now on. */
  #give(stage: string, name: string, handle: Handle): GivenEnd {
    const { end } = Handle.move(handle, `stage "${stage}"`);
    const { channel, side } = this.#seat.endOf(end.number) as ChannelEnd;
    if (end.copies > 1) this.#exchange.hold(channel, side);
    else this.#seat.surrender(end.number);
    this.#party.surrender(end as never);
    return { name, channel, side, channelName: end.channel };
  }

  #checkEnds(stage: string, ends: Readonly<Record<string, unknown>>): Map<string, Handle> {
    const handles = new Map<string, Handle>();
    for (const [name, end] of Object.entries(ends)) {
      const wrong = (what: string) =>
        new TopologyError(`stage "${stage}": the end "${name}" ${what}`);
      if (!(end instanceof Handle)) {
        throw wrong('is not an end: give the sender or the receiver of a channel');
      }
      if (Handle.partyOf(end) !== (this.#party as unknown)) {
        throw wrong(
          `belongs to "${end.channel}", which is not a channel of this supervisor: make it with supervisor.channel()`,
        );
      }
      if ([...handles.values()].includes(end)) {
        throw wrong(`of "${end.channel}" is given twice: give a clone() to each name`);
      }
      Handle.checkMovable(end, `stage "${stage}"`, handles.values());
      handles.set(name, end);
    }
    return handles;
  }

  /** Before anything is given away: what a process is told at its start has to fit. */
  #checkWelcome(stage: string, handles: ReadonlyMap<string, Handle>): void {
    const ends = [...handles].map(
      ([name, { channel }]): NamedEnd => ({ name, channel, side: 'receive', end: 0xffff }),
    );
    const settings = { stage, replica: 0xffff, maxValueBytes: this.#maxValueBytes, window };
    if (fitsWelcome(settings, ends)) return;
    throw new TopologyError(
      `stage "${stage}": its ${ends.length} ends are more than a stage can be told at its start (64 KiB of names in all). Use fewer ends, or shorter names`,
    );
  }

  #failed(error: StageFailedError): void {
    this.#failures.push(error);
  }

  #tell(happening: Happening): void {
    this.events.emit(happening);
  }

  #groupFailed(group: string, error: Error): void {
    if (error instanceof StageFailedError) {
      this.#failed(error);
      const message = `${group} is not started again: "${error.stage}" has never got so far as to work`;
      this.#tell({ type: 'group-failed', group, message, failures: [plainFailure(error)] });
    } else if (error instanceof RestartsExceededError) {
      const failures = error.failures.map((one) =>
        one instanceof StageFailedError
          ? plainFailure(one)
          : { code: 'ENDED', message: one.message },
      );
      this.#failures.push(error);
      this.#tell({ type: 'group-failed', group, message: error.message, failures });
    }
  }

  #hear(reply: Reply<Uint8Array>): void {
    if (reply.type === 'violation') throw new Error(`a bug in handover: ${reply.problem}`);
    this.#party.hear(reply);
  }

  #nameOf(channel: ChannelId): string {
    const named = [...this.#channels.values()].find(({ id }) => id === channel);
    return (named ?? this.#exchange.observe(channel))?.name ?? `channel ${channel}`;
  }

  #reports(): readonly StageReport[] {
    return [...this.#stages.values()].map((stage) => stage.report);
  }

  #isAllOver(): boolean {
    return [...this.#stages.values()].every((stage) => stage.isOver);
  }

  /** Those that belong to its processes. */
  #handles(): OwnHandles {
    const all = this.#processes().map(({ handles }) => handles);
    return {
      types: all.flatMap(({ types }) => types),
      rest: () => {
        const holds = all.map(({ rest }) => rest());
        return () => {
          for (const takeHold of holds) takeHold();
        };
      },
    };
  }

  #processes(): readonly Incarnation[] {
    return [...this.#stages.values()].flatMap(({ processes }) => processes);
  }

  #stageOver(): void {
    if (!this.#isAllOver()) return;
    this.#deadlocks.stop();
    for (const resolve of this.#waiting.splice(0)) resolve();
    if (this.#crashReports === undefined) this.events.over(true);
    else void this.#crashReports.settled().then(() => this.events.over(this.#isAllOver()));
    void reaper.dismiss();
  }

  #report(death: Death, error: StageFailedError, reported: ReportedStage): void {
    const { stage, replica, processId } = death;
    const who = { stage, replica, processId };
    this.#crashReports?.write(reportOf(death, error, reported, this.#crashReports.withValues), {
      onWritten: (file) => this.#tell({ type: 'reported', ...who, file }),
      onTrouble: (message) => this.#tell({ type: 'trouble', message }),
    });
  }

  /** Resolves when no process is left. */
  async #allOver(): Promise<void> {
    if (!this.#isAllOver()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    await this.#crashReports?.settled();
    await reaper.dismiss();
  }

  /** Whether it was in time. */
  #allOverWithin(milliseconds: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const cancel =
      milliseconds === unlimited ? () => {} : systemClock.after(milliseconds, () => resolve(false));
    void this.#allOver().then(() => {
      cancel();
      resolve(true);
    });
    return promise;
  }

  #running(): readonly Stage[] {
    return [...this.#stages.values()].filter((stage) => !stage.isOver);
  }

  #endSources(): void {
    this.#party.closeSenders();
    for (const stage of this.#running()) if (stage.isSource) stage.shutdown();
  }
}

function copiesOf(ends: StageOptions['ends'] = {}): NonNullable<StageOptions['ends']> {
  return Object.fromEntries(Object.entries(ends).map(([name, end]) => [name, end.clone()]));
}

function isIntensity(option: string): boolean {
  return option !== 'when';
}
