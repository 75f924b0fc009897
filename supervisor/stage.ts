/** A named part of the program that runs as one process, or as several replicas of one. */
import type { ChannelEnd, Failure, Side } from '../src/arbiter/events.ts';
import type { StageFailedError } from '../src/errors.ts';
import type { Exchange } from '../src/exchange/exchange.ts';
import type { GivenEnd } from '../src/link/supervisor-link.ts';
import type { Window } from '../src/wire/message.ts';
import type { Command } from './command.ts';
import { type Death, failureOf, plainFailure } from './death.ts';
import { Incarnation } from './incarnation.ts';
import type { Log } from './log.ts';

export interface StagePlan {
  readonly name: string;
  readonly command: Command;
  /** One list for each replica; a replica answers for its own. */
  readonly ends: readonly (readonly GivenEnd[])[];
  readonly startDeadline: number;
  readonly maxValueBytes: number;
  readonly window: Window;
}

/**
 * How a stage is doing. `ended`: every replica ended well. `stopped`: it was told to end, and did not end well.
 */
export type StageOutcome = 'running' | 'ended' | 'failed' | 'stopped';

/** What became of a stage. */
export interface StageReport {
  readonly name: string;
  readonly outcome: StageOutcome;
  /** Of each replica, in order: undefined while it runs. */
  readonly exits: readonly (ProcessExit | undefined)[];
}

/** An end that a stage was given, under the name that its code knows. */
export interface StageEnd {
  readonly name: string;
  readonly channel: string;
  readonly side: Side;
}

export interface ProcessExit {
  readonly processId: number | undefined;
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly milliseconds: number;
}

export interface StageEvents {
  readonly log: Log;
  readonly onFailed: (error: StageFailedError) => void;
  /** Its last process is dead. */
  readonly onOver: () => void;
}

export class Stage {
  readonly name: string;
  readonly #plan: StagePlan;
  readonly #exchange: Exchange<Uint8Array>;
  readonly #events: StageEvents;
  readonly #processes: readonly Incarnation[];
  readonly #exits: (ProcessExit | undefined)[];
  #outcome: StageOutcome = 'running';
  #phase: 'running' | 'stopping' | 'over' = 'running';

  constructor(exchange: Exchange<Uint8Array>, plan: StagePlan, events: StageEvents) {
    this.name = plan.name;
    this.#plan = plan;
    this.#exchange = exchange;
    this.#events = events;
    this.#exits = plan.ends.map(() => undefined);
    this.#processes = plan.ends.map((ends, replica) => this.#start(ends, replica));
  }

  /** Process ids of the replicas that run, in order. */
  get processIds(): readonly number[] {
    return this.#processes
      .filter((_, replica) => this.#exits[replica] === undefined)
      .flatMap((incarnation) => incarnation.processId ?? []);
  }

  /** The ends that it was given: each of its replicas has them. */
  get ends(): readonly StageEnd[] {
    const [ends = []] = this.#plan.ends;
    return ends.map(({ name, channelName, side }) => ({ name, channel: channelName, side }));
  }

  get report(): StageReport {
    return { name: this.name, outcome: this.#outcome, exits: [...this.#exits] };
  }

  /** Its processes that are not dead. */
  get processes(): readonly Incarnation[] {
    return this.#processes.filter(({ isDead }) => !isDead);
  }

  get isOver(): boolean {
    return this.#phase === 'over';
  }

  /** Whether nothing comes into it over channels: a pipeline drains from here. */
  get isSource(): boolean {
    return this.#plan.ends.every((ends) => ends.every((end) => end.side === 'send'));
  }

  /** Asks its processes to come to an end by themselves. */
  shutdown(): void {
    this.#each((incarnation) => incarnation.shutdown());
  }

  signal(name: 'SIGTERM' | 'SIGKILL'): void {
    this.#each((incarnation) => incarnation.signal(name));
  }

  #each(act: (incarnation: Incarnation) => void): void {
    if (this.#phase === 'over') return;
    this.#phase = 'stopping';
    for (const incarnation of this.#processes) act(incarnation);
  }

  #start(ends: readonly GivenEnd[], replica: number): Incarnation {
    const { command, name, startDeadline, maxValueBytes, window } = this.#plan;
    return new Incarnation(
      this.#exchange,
      { command, ends, startDeadline, settings: { stage: name, replica, maxValueBytes, window } },
      {
        log: this.#events.log,
        onReady: () => {},
        onDeath: (death, left) => this.#died(replica, death, left),
      },
    );
  }

  /** Its ends end as it did: well, or with a failure that whoever meets it will see (R9). */
  #died(replica: number, death: Death, left: readonly ChannelEnd[]): void {
    const { processId, exitCode, signal, milliseconds } = death;
    this.#exits[replica] = { processId, exitCode, signal, milliseconds };
    const error = failureOf(death);
    const wasStopped = error !== undefined && this.#phase === 'stopping';
    if (wasStopped) {
      if (this.#outcome === 'running') this.#outcome = 'stopped';
    } else if (error !== undefined) {
      this.#outcome = 'failed';
      this.#events.onFailed(error);
    }
    this.#release(left, error && failureFor(error, wasStopped));
    if (this.#exits.some((exit) => exit === undefined)) return;
    if (this.#outcome === 'running') this.#outcome = 'ended';
    this.#phase = 'over';
    this.#events.onOver();
  }

  /** Receivers last: what the dead one held goes back before its channel may lose its last receiver. */
  #release(ends: readonly ChannelEnd[], failure: Failure | undefined): void {
    const sides: readonly Side[] = ['send', 'receive'];
    for (const side of sides) {
      for (const end of ends) {
        if (end.side === side) this.#exchange.release(end.channel, end.side, failure);
      }
    }
  }
}

function failureFor(error: StageFailedError, wasStopped: boolean): Failure {
  if (!wasStopped) return plainFailure(error);
  return {
    code: 'STAGE_STOPPED',
    message: `stage "${error.stage}" was stopped`,
    stage: error.stage,
  };
}
