/** A named part of the program that runs as one process, or as several replicas of one. */
import type { Side } from '../../src/arbiter/events.ts';
import type { StageFailedError } from '../../src/errors.ts';
import type { Exchange } from '../../src/exchange/exchange.ts';
import type { GivenEnd, Matchmaker } from '../../src/link/supervisor-link.ts';
import type { Window } from '../../src/wire/message.ts';
import type { Command } from '../command/command.ts';
import type { Death } from '../death/death.ts';
import type { Happening } from '../events/events.ts';
import type { StageLimits } from '../limits/limits.ts';
import { Incarnation, type IncarnationEvents } from '../process/incarnation.ts';
import { LinkReserve } from '../process/link-reserve.ts';
import type { Group } from '../restart/group.ts';
import type { RestartWhen } from '../restart/terms.ts';
import { Replica, type ReplicaOutcome } from './replica.ts';
import { Spares } from './spares.ts';

export interface StagePlan {
  readonly name: string;
  readonly command: Command;
  /** One list for each replica; a replica answers for its own. */
  readonly ends: readonly (readonly GivenEnd[])[];
  readonly when: RestartWhen;
  readonly group: Group;
  /** How many processes wait, started, to take the place of one that dies. */
  readonly spares: number;
  readonly startDeadline: number;
  readonly limits: StageLimits;
  readonly isReported: boolean;
  readonly meetings: Matchmaker | undefined;
  readonly maxValueBytes: number;
  readonly window: Window;
}

/**
 * How a stage is doing. `ended`: every replica ended well. `stopped`: it was told to end, and did not end well.
 */
export type StageOutcome = 'running' | ReplicaOutcome;

/** What became of a stage. */
export interface StageReport {
  readonly name: string;
  readonly outcome: StageOutcome;
  /** Of each replica, in order, how its last process ended: undefined while it runs. */
  readonly exits: readonly (ProcessExit | undefined)[];
  /** How many processes were started in the place of one that failed, or that ended and is to run always. */
  readonly restarts: number;
  /** How many processes were started in the place of one that was recycled. */
  readonly recycled: number;
}

/** An end that a stage was given, under the name that its code knows. */
export interface StageEnd {
  readonly name: string;
  readonly channel: string;
  readonly side: Side;
  /** Of its channel, if that has one: a JSON Schema, as JSON. */
  readonly contract?: string;
}

export interface ProcessExit {
  readonly processId: number | undefined;
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly milliseconds: number;
}

export interface StageEvents {
  readonly tell: (happening: Happening) => void;
  readonly onCrash: (death: Death, error: StageFailedError) => void;
  readonly onFailed: (error: StageFailedError) => void;
  /** Its last process is dead, and no other will be started. */
  readonly onOver: () => void;
}

export class Stage {
  readonly name: string;
  readonly #plan: StagePlan;
  readonly #exchange: Exchange<Uint8Array>;
  readonly #events: StageEvents;
  readonly #spares: Spares;
  readonly #links = new LinkReserve();
  readonly #replicas: readonly Replica[];
  readonly #exits: (ProcessExit | undefined)[];
  #outcome: StageOutcome = 'running';
  #phase: 'running' | 'stopping' | 'over' = 'running';
  #hasEverWorked = false;
  #starts = 0;
  #recycled = 0;

  constructor(exchange: Exchange<Uint8Array>, plan: StagePlan, events: StageEvents) {
    this.name = plan.name;
    this.#plan = plan;
    this.#exchange = exchange;
    this.#events = events;
    this.#exits = plan.ends.map(() => undefined);
    this.#spares = new Spares(plan.spares, {
      start: (spareEvents) => this.#start(spareEvents),
      tell: events.tell,
      onCrash: events.onCrash,
      onGone: () => this.#settle(),
    });
    const place = plan.group.nextPlace();
    this.#replicas = plan.ends.map((ends, replica) => this.#replica(ends, replica, place));
  }

  /** Process ids of the replicas that run, in order. */
  get processIds(): readonly number[] {
    return this.#replicas.flatMap(({ process }) => process?.processId ?? []);
  }

  /** The ends that it was given: each of its replicas has them. */
  get ends(): readonly StageEnd[] {
    const [ends = []] = this.#plan.ends;
    return ends.map(stageEndOf);
  }

  get report(): StageReport {
    const recycled = this.#recycled;
    const restarts = Math.max(0, this.#starts - this.#plan.ends.length - recycled);
    return { name: this.name, outcome: this.#outcome, exits: [...this.#exits], restarts, recycled };
  }

  /** Its processes that are not dead, spares included. */
  get processes(): readonly Incarnation[] {
    return [...this.#replicas.flatMap(({ process }) => process ?? []), ...this.#spares.processes];
  }

  get isOver(): boolean {
    return this.#phase === 'over';
  }

  /** Whether nothing comes into it over channels: a pipeline drains from here. */
  get isSource(): boolean {
    return this.#plan.ends.every((ends) => ends.every((end) => end.side === 'send'));
  }

  /**
   * Replaces its processes in good order: each finishes what it has, takes nothing new, and is
   * followed by another with the same ends. Nothing is lost by it, and it counts as no restart. One that
   * takes longer than 5 seconds for that is ended.
   */
  recycle(): void {
    for (const replica of this.#replicas) replica.recycle('stage.recycle() was called');
  }

  /** Asks its processes to come to an end by themselves. None is started again. */
  shutdown(): void {
    this.#stop((incarnation) => incarnation.shutdown());
  }

  signal(name: 'SIGTERM' | 'SIGKILL'): void {
    this.#stop((incarnation) => incarnation.signal(name));
  }

  #stop(act: (incarnation: Incarnation) => void): void {
    if (this.#phase === 'over') return;
    this.#phase = 'stopping';
    this.#spares.stop();
    this.#links.close();
    for (const replica of this.#replicas) {
      if (replica.process === undefined) replica.stop();
      else act(replica.process);
    }
  }

  #replica(ends: readonly GivenEnd[], replica: number, place: number): Replica {
    const { name, when, group } = this.#plan;
    return new Replica(
      this.#exchange,
      { stage: name, replica, ends, when, group, place },
      {
        onStart: (given, events) => this.#take(replica, given, events),
        onReady: () => this.#ready(),
        onRecycled: () => this.#recycled++,
        onDeath: (death) => this.#died(replica, death),
        onCrash: this.#events.onCrash,
        onOver: (outcome, error) => this.#replicaOver(outcome, error),
        tell: this.#events.tell,
        isStopping: () => this.#phase !== 'running',
        hasEverWorked: () => this.#hasEverWorked || this.processes.some((one) => one.hasWorked),
      },
    );
  }

  /** A process for a replica: a spare if there is one. */
  #take(replica: number, ends: readonly GivenEnd[], events: IncarnationEvents): Incarnation {
    this.#starts++;
    this.#exits[replica] = undefined;
    const incarnation = this.#spares.take() ?? this.#start(events);
    incarnation.welcome(replica, ends, events);
    return incarnation;
  }

  #start(events: IncarnationEvents): Incarnation {
    const { name: stage, ...plan } = this.#plan;
    return new Incarnation(this.#exchange, { stage, ...plan }, this.#links.take(), events);
  }

  #ready(): void {
    if (this.#phase !== 'running') return;
    this.#spares.fill();
    if (this.#plan.when !== 'never') this.#links.fill();
  }

  #died(replica: number, death: Death): void {
    const { processId, exitCode, signal, milliseconds, hasWorked } = death;
    this.#hasEverWorked ||= hasWorked;
    this.#exits[replica] = { processId, exitCode, signal, milliseconds };
  }

  #replicaOver(outcome: ReplicaOutcome, error: StageFailedError | undefined): void {
    if (outcome === 'failed' || (outcome === 'stopped' && this.#outcome === 'running')) {
      this.#outcome = outcome;
    }
    if (error !== undefined) this.#events.onFailed(error);
    this.#settle();
  }

  /** It is over with its last replica; then no spare is needed, and when those are gone, all is. */
  #settle(): void {
    if (this.#phase === 'over' || !this.#replicas.every(({ isOver }) => isOver)) return;
    this.#spares.stop();
    this.#links.close();
    if (this.#spares.processes.length > 0) return;
    if (this.#outcome === 'running') this.#outcome = 'ended';
    this.#phase = 'over';
    this.#events.onOver();
  }
}

/** An end that was given, as it is told. */
export function stageEndOf({ name, channelName: channel, side, contract }: GivenEnd): StageEnd {
  return contract === undefined ? { name, channel, side } : { name, channel, side, contract };
}
