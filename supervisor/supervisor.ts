import { systemClock, watchClock } from '../platform/clock.ts';
import { compileJsonSchema } from '../platform/json-schema.ts';
import type { Observed, Statistics } from '../src/arbiter/channel-state.ts';
import type { ChannelEnd, ChannelId } from '../src/arbiter/events.ts';
import type { Contract } from '../src/contracts/contract.ts';
import { contractFrom, contractOf } from '../src/contracts/make.ts';
import type { InputOf, JsonSchema, StandardSchema } from '../src/contracts/schema.ts';
import { Meetings } from '../src/direct/meetings.ts';
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
import { type StageFailedError, TopologyError } from '../src/errors.ts';
import { Exchange } from '../src/exchange/exchange.ts';
import type { Reply, Seat } from '../src/exchange/seat.ts';
import { Party } from '../src/party/party.ts';
import { msgpackCodec, type Parcel } from '../src/value/codec.ts';
import { packedLetter } from '../src/value/letter.ts';
import { Deadlocks } from './deadlock/deadlocks.ts';
import { Host } from './deadlock/host.ts';
import type { Death } from './death/death.ts';
import { Events, type Happening } from './events/events.ts';
import { reaper } from './groups/reaper.ts';
import { limitsOf, type StageLimits } from './limits/limits.ts';
import { isOrdinary, lineOf } from './log/line.ts';
import { logToStderr } from './log/plain.ts';
import {
  checkStage,
  checkSupervisor,
  type DirectOptions,
  type StageGroup,
  type StageOptions,
  type SupervisorOptions,
  type SupervisorReport,
  sizeOf,
  startDeadlineOf,
} from './options.ts';
import type { Outside } from './outside.ts';
import { startInOrder } from './pipeline/ordered.ts';
import { Relay } from './pipeline/relay.ts';
import { makeDirectPipes } from './process/direct-pipes.ts';
import { type ReportedStage, reportOf } from './reports/report-of.ts';
import { Reports } from './reports/reports.ts';
import { startOf } from './reports/start.ts';
import type { Group } from './restart/group.ts';
import { Groups } from './restart/groups.ts';
import type { GroupOptions } from './restart/terms.ts';
import { confinedCommand } from './sandbox/confine.ts';
import { Giving } from './stages/giving.ts';
import { Stage, stageEndOf } from './stages/stage.ts';
import { Stages } from './stages/stages.ts';
import {
  checkedDrain,
  type DrainOptions,
  notDrained,
  patienceOf,
  type StopOptions,
} from './stopping.ts';
import { Verdict } from './verdict.ts';

/** Between the supervisor and one end of a process; see `Window`. */
const window = { operations: 64, bytes: 1024 * 1024 };
const unlimited = Number.POSITIVE_INFINITY;
/** Before that, a link of its own is not worth the trouble. */
const worthwhile = 32;

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
  /** As they were said, by the names of their channels. */
  readonly #schemas = new Map<string, JsonSchema>();
  /** Those that this code has made, by their text. */
  readonly #contracts = new Map<string, Contract>();
  /** What happens to the stages, and to the values between them. */
  readonly events = new Events();
  readonly #stages: Stages;
  readonly #giving: Giving;
  readonly #verdict = new Verdict();
  readonly #groups = new Groups({
    verdict: this.#verdict,
    tell: (happening) => this.#tell(happening),
    stageIn: (around, name, options) => this.#stageIn(around, name, options),
  });
  readonly #relays: Relay[] = [];
  readonly #deadlocks: Deadlocks;
  readonly #crashReports: Reports | undefined;
  /** Nothing where all values go through here. */
  readonly #meetings: Meetings | undefined;

  constructor(options: SupervisorOptions = {}) {
    checkSupervisor(options);
    const {
      name = 'supervisor',
      log = logToStderr,
      verbose = false,
      maxValueBytes = 64 * 1024 * 1024,
      onDeadlock = 'report',
      reports,
      direct = true,
    } = options;
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
        this.#verdict.undelivered(channelName);
        this.#tell({ type: 'discarded', channel: channelName, reason });
      },
      onRetried: ({ channel, attempts, failure }) => {
        for (const relay of this.#relays) relay.mishap(channel, 'retried');
        this.#tell({ type: 'redelivered', channel: this.#nameOf(channel), attempts, failure });
      },
      onRegrouped: ({ channel }) => this.#meetings?.regrouped(channel),
      onBuried: ({ channel, deadLetters, attempts, failures }) => {
        for (const relay of this.#relays) relay.mishap(channel, 'buried');
        this.#tell({
          type: 'dead-lettered',
          channel: this.#nameOf(channel),
          deadLetters: this.#nameOf(deadLetters),
          attempts,
          failures,
        });
      },
    });
    this.#meetings = direct ? this.#newMeetings(direct) : undefined;
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
      contractFrom: (channel, text) => this.#contractFrom(channel, text),
    });
    this.#giving = new Giving(this.#exchange, this.#seat, this.#party, maxValueBytes, window);
    this.#stages = new Stages(async () => {
      await this.#crashReports?.settled();
      await this.#meetings?.settled();
      await reaper.dismiss();
    });
    const host = new Host(this.#seat, this.#party, () => this.#stages.handles);
    this.#deadlocks = new Deadlocks(
      {
        exchange: this.#exchange,
        processes: () => this.#stages.processes,
        others: () => [host, ...this.#relays.map(({ participant }) => participant)],
        partAmong: (guests) => this.#meetings?.partAmong(guests),
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
  channel<S extends StandardSchema>(
    name: string | undefined,
    options: ChannelOptions<InputOf<S>> & { readonly contract: S },
  ): Channel<InputOf<S>>;
  channel<T>(name?: string, options?: ChannelOptions<T>): Channel<T>;
  channel<T>(name?: string, options: ChannelOptions<T> = {}): Channel<T> {
    checkName(name);
    if (name !== undefined && this.#channels.has(name)) {
      throw new TopologyError(`there is a channel "${name}" already: give each its own name`);
    }
    const called = name ?? 'without a name';
    const contract = this.#contractOf(called, options);
    const terms = termsOf(called, options, contract);
    const deadLetters = checkDeadLetters(called, options, this.#party);
    const letters = deadLetters && this.#seat.endOf(deadLetters.number)?.channel;
    const channel = this.#exchange.open(terms, name, letters);
    giveDeadLetters(called, deadLetters);
    const observed = this.#exchange.observe(channel) as Observed;
    if (name !== undefined) {
      this.#channels.set(name, observed);
      if (contract?.schema !== undefined) this.#schemas.set(name, contract.schema);
    }
    return pairOf(this.#seat, this.#party, channel, observed.name, contract);
  }

  #contractOf(channel: string, options: ChannelOptions<never>): Contract | undefined {
    if (options?.contract === undefined) return undefined;
    const contract = contractOf(`channel "${channel}"`, options.contract, compileJsonSchema);
    if (contract.text !== undefined) this.#contracts.set(contract.text, contract);
    return contract;
  }

  /** Of an end that came in a value: what checks it may be known already. */
  #contractFrom(channel: string, text: string): Contract {
    const known = this.#contracts.get(text);
    return known ?? contractFrom(`channel "${channel}"`, text, compileJsonSchema);
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
    return this.#groups.make(undefined, name, options);
  }

  #stageIn(around: Group | undefined, name: string, options: StageOptions): Stage {
    checkStage(name, options);
    const { ends = {}, restart = 'never' } = options;
    if (this.#stages.has(name)) {
      throw new TopologyError(`there is a stage "${name}" already: give each its own name`);
    }
    const { replicas, spares } = sizeOf(name, options);
    const startDeadline = startDeadlineOf(name, options);
    const { when, group } = this.#groups.ruleFor(name, restart, around);
    const limits = limitsOf(name, options);
    const command = confinedCommand(name, options, limits);
    const handles = this.#giving.check(name, ends);
    const given = [...handles].map(([end, handle]) => this.#giving.give(name, end, handle));
    const reported = {
      start: startOf(name, options, limits, command.folder),
      ends: given.map(stageEndOf),
    };
    const stage = new Stage(
      this.#exchange,
      {
        name,
        command,
        ends: this.#giving.copies(given, replicas),
        when,
        group,
        spares,
        startDeadline,
        limits,
        isReported: this.#crashReports !== undefined,
        meetings: this.#meetingsOf(limits),
        maxValueBytes: this.#maxValueBytes,
        window,
      },
      {
        tell: (happening) => this.#tell(happening),
        onCrash: (death, error) => this.#report(death, error, reported),
        onFailed: (error) => this.#verdict.failed(error),
        onOver: () => this.#stageOver(),
      },
    );
    this.#stages.add(stage);
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
    const relay = new Relay(this.#exchange, `what keeps "${name}" in order`);
    this.#relays.push(relay);
    const give = (stage: string, end: string, handle: Handle) =>
      this.#giving.give(stage, end, handle);
    const likeInput = (joint: string) => this.#channelLike(input, joint);
    const likeOutput = (joint: string) => this.#channelLike(output, joint);
    const services = { supervisor: this, relay, give, likeInput, likeOutput };
    return startInOrder(services, name, options, input, output);
  }

  /**
   * The ends of two channels for code that brings values in from elsewhere, and takes others out, as bytes. Only that code
   * knows what it waits for: it is never part of a deadlock.
   *
   * @param who for people
   * @internal `handover stage` has them
   */
  outside(who: string, input: Sender<never>, output: Receiver<unknown>): Outside {
    const relay = new Relay(this.#exchange, who);
    const into = this.#giving.give(who, 'input', input);
    const from = this.#giving.give(who, 'output', output);
    return {
      input: relay.sender(into, into.channelName),
      output: relay.receiver(from, from.channelName),
      break: (end, message) => relay.break(end, { code: 'STAGE_FAILED', message }),
    };
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
    await this.#stages.over();
    const error = this.#deadlocks.failure ?? this.#verdict.error;
    if (error !== undefined) throw error;
    return this.report();
  }

  /** Every stage, in the order in which they were made. */
  get stages(): readonly Stage[] {
    return this.#stages.all;
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
    return { stages: this.#stages.reports };
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

  /** The contracts of channels with a name, as JSON Schema: what stages in other languages are built against. */
  contracts(): ReadonlyMap<string, JsonSchema> {
    return this.#schemas;
  }

  /**
   * Lets the program come to its end: what is inside is still handed over, and nothing new comes in. The senders
   * of this code are closed, and stages that only send are asked to end; the others end when their input does.
   * Resolves when all is over; how the stages ended is in the report. Nothing is killed.
   *
   * @throws NotDrainedError when stages still run at the deadline: which, and what they wait for
   * @throws RangeError when the deadline is no time; TopologyError when there is another option
   */
  async drain(options: DrainOptions = {}): Promise<SupervisorReport> {
    const { deadline = Number.POSITIVE_INFINITY } = checkedDrain(options);
    if (!(deadline >= 0)) {
      throw new RangeError(`deadline must be a number of milliseconds, not ${deadline}`);
    }
    // From here on all that waits is known here.
    this.#meetings?.close();
    this.#endSources();
    if (await this.#stages.overWithin(deadline)) return this.report();
    throw notDrained(deadline, this.#stages.running, this.#deadlocks.blocked());
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
      await this.#stages.overWithin(drain);
    }
    if (terminate > 0) {
      for (const stage of this.#stages.running) stage.signal('SIGTERM');
      await this.#stages.overWithin(terminate);
    }
    for (const stage of this.#stages.running) stage.signal('SIGKILL');
    await this.#stages.over();
    return this.report();
  }

  /** Leaving the scope of `await using` ends what still runs, without draining. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop({ drain: 0 });
  }

  #newMeetings(direct: true | DirectOptions): Meetings {
    const { after = worthwhile } = direct === true ? {} : direct;
    return new Meetings(this.#exchange, {
      makePipes: makeDirectPipes,
      later: (milliseconds, ring) => watchClock.after(milliseconds, ring),
      worthwhile: after,
    });
  }

  #channelLike(handle: Receiver<unknown> | Sender<never>, name: string): Channel<Parcel> {
    const { end } = Handle.heldFor(handle);
    const { channel: other } = this.#seat.endOf(end.number) as ChannelEnd;
    const observed = this.#exchange.observe(this.#exchange.openLike(other, name)) as Observed;
    this.#channels.set(name, observed);
    return pairOf(this.#seat, this.#party, observed.id, name);
  }

  /** What a process takes is counted here, and seen here, where somebody wants to know. */
  #meetingsOf({ values }: StageLimits): Meetings | undefined {
    const mustPass = this.#crashReports !== undefined || values !== undefined;
    return mustPass ? undefined : this.#meetings;
  }

  #tell(happening: Happening): void {
    this.events.emit(happening);
  }

  #hear(reply: Reply<Uint8Array>): void {
    if (reply.type === 'violation') throw new Error(`a bug in handover: ${reply.problem}`);
    this.#party.hear(reply);
  }

  #nameOf(channel: ChannelId): string {
    const named = [...this.#channels.values()].find(({ id }) => id === channel);
    return (named ?? this.#exchange.observe(channel))?.name ?? `channel ${channel}`;
  }

  #stageOver(): void {
    if (!this.#stages.areOver) return;
    this.#deadlocks.stop();
    this.#stages.release();
    if (this.#crashReports === undefined) this.events.over(true);
    else void this.#crashReports.settled().then(() => this.events.over(this.#stages.areOver));
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

  #endSources(): void {
    this.#party.closeSenders();
    for (const stage of this.#stages.running) if (stage.isSource) stage.shutdown();
  }
}
