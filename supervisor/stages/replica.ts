/**
 * One place of a stage: processes come and go in it, one after the other, and its ends stay.
 *
 * | state       | meaning                                                              |
 * | ----------- | -------------------------------------------------------------------- |
 * | `up`        | its process lives                                                    |
 * | `retiring`  | the same; it was asked to end in good order, and another follows     |
 * | `replacing` | it took too long for that, and was told to end; another follows      |
 * | `halting`   | its process was told to end; its group decides what follows          |
 * | `down`      | its process is dead; its group decides what follows                  |
 * | `over`      | its process is dead, and none will be started: its ends are given up |
 */
import type { ChannelEnd, Failure, Side } from '../../src/arbiter/events.ts';
import {
  ContractMismatchError,
  ContractUncheckedError,
  LimitError,
  type StageFailedError,
} from '../../src/errors.ts';
import type { Exchange } from '../../src/exchange/exchange.ts';
import type { GivenEnd } from '../../src/link/supervisor-link.ts';
import { type Death, failureOf, plainFailure, stoppedFailure } from '../death/death.ts';
import { ownAccountOf } from '../death/own-account.ts';
import type { Happening, OwnHappening } from '../events/events.ts';
import type { Incarnation, IncarnationEvents, Left } from '../process/incarnation.ts';
import type { Group, GroupFailure, Member } from '../restart/group.ts';
import type { RestartWhen } from '../restart/terms.ts';

/** How one ended, and who has to hear of it. */
export type ReplicaOutcome = 'ended' | 'failed' | 'stopped';

export interface ReplicaPlan {
  readonly stage: string;
  readonly replica: number;
  readonly ends: readonly GivenEnd[];
  readonly when: RestartWhen;
  readonly group: Group;
  readonly place: number;
}

export interface ReplicaEvents {
  /** A process for it: a spare that was waiting, or a new one. */
  readonly onStart: (ends: readonly GivenEnd[], events: IncarnationEvents) => Incarnation;
  readonly onReady: () => void;
  readonly onDeath: (death: Death) => void;
  readonly onCrash: (death: Death, error: StageFailedError) => void;
  /** It was recycled, and its process has ended: another follows. */
  readonly onRecycled: () => void;
  readonly onOver: (outcome: ReplicaOutcome, error: StageFailedError | undefined) => void;
  readonly tell: (happening: Happening) => void;
  /** Whether the stage has been told to end: then nothing is started again. */
  readonly isStopping: () => boolean;
  /** Whether a process of the stage has ever done anything with its ends. */
  readonly hasEverWorked: () => boolean;
}

/** How long, in milliseconds, a process has after SIGTERM, and one that recycles itself for what it has in hand. */
const haltGrace = 2_000;
const retireGrace = 5_000;

const dueInWords = {
  values: 'it has taken as many values as one process should (limits.values of the stage)',
  age: 'it is as old as one process should be (limits.age of the stage)',
} as const;

export class Replica implements Member {
  readonly #exchange: Exchange<Uint8Array>;
  readonly #plan: ReplicaPlan;
  readonly #events: ReplicaEvents;
  #state: 'up' | 'retiring' | 'replacing' | 'halting' | 'down' | 'over' = 'up';
  #incarnation: Incarnation;
  /** With those that a process closed or gave away marked so: they stay closed. */
  #ends: readonly GivenEnd[];
  #timer: NodeJS.Timeout | undefined;
  /** How its last process ended, if it did not end well. */
  #lastError: StageFailedError | undefined;

  constructor(exchange: Exchange<Uint8Array>, plan: ReplicaPlan, events: ReplicaEvents) {
    this.#exchange = exchange;
    this.#plan = plan;
    this.#events = events;
    this.#ends = plan.ends;
    plan.group.join(this, plan.place);
    this.#incarnation = this.#begin();
  }

  get name(): string {
    const { stage, replica } = this.#plan;
    return replica === 0 ? `stage "${stage}"` : `replica ${replica + 1} of stage "${stage}"`;
  }

  /** Its process, if it has one that is not dead. */
  get process(): Incarnation | undefined {
    return this.#incarnation.isDead ? undefined : this.#incarnation;
  }

  get isOver(): boolean {
    return this.#state === 'over';
  }

  /** Its stage is told to end: nothing waits for a restart any more. */
  stop(): void {
    if (this.#state === 'down') this.#end('stopped', undefined, this.#stopped());
  }

  /** Asks its process to end in good order; another takes its place at once. */
  recycle(why: string): void {
    if (this.#state !== 'up' || this.#incarnation.isDead || this.#events.isStopping()) return;
    this.#state = 'retiring';
    this.#tell({ type: 'recycling', why });
    this.#incarnation.retire();
    this.#within(retireGrace, () => {
      this.#state = 'replacing';
      this.#terminate();
    });
  }

  // ── as a member of its group ──────────────────────────────────────────────────────────────────────────

  start(): void {
    if (this.#state !== 'down') return;
    // Whoever was told how its last process ended may have ended everything.
    if (this.#events.isStopping()) this.stop();
    else this.#incarnation = this.#begin();
  }

  halt(): void {
    if (this.#state === 'down' || this.#state === 'over') return;
    this.#state = 'halting';
    this.#terminate();
  }

  giveUp({ group, error }: GroupFailure): void {
    if (this.#state !== 'down') return;
    if (this.#lastError !== undefined) {
      // Its group has told of it.
      this.#end('failed', undefined, plainFailure(this.#lastError));
      return;
    }
    const why = `stage "${this.#plan.stage}" was stopped, for ${group} failed: ${error.message}`;
    this.#end('stopped', undefined, this.#stopped(why));
  }

  resting(delay: number, restart: number): void {
    this.#tell({ type: 'restarting', delay, restart });
  }

  // ── one process after the other ───────────────────────────────────────────────────────────────────────

  #begin(): Incarnation {
    this.#state = 'up';
    this.#lastError = undefined;
    return this.#events.onStart(this.#ends, {
      onReady: () => this.#events.onReady(),
      onDue: (why) => this.recycle(dueInWords[why]),
      onDeath: (death, left) => this.#died(death, left),
      tell: (happening) => this.#events.tell(happening),
    });
  }

  #died(death: Death, { named, others }: Left): void {
    clearTimeout(this.#timer);
    const error = failureOf(death);
    this.#ends = this.#ends.map((end) => ({ ...end, isClosed: !named.has(end.name) }));
    this.#events.onDeath(death);
    // What its code was given in values, or made, goes with it.
    this.#release(others, error && plainFailure(error));
    const { milliseconds } = death;
    if (this.#events.isStopping()) {
      this.#stoppedWith(error, milliseconds);
    } else if (this.#state === 'halting') {
      this.#tell({ type: 'stopped', milliseconds, why: 'another of its group failed' });
      this.#state = 'down';
      this.#plan.group.down(this);
    } else if (this.#state === 'replacing') {
      this.#tell({ type: 'stopped', milliseconds, why: 'it took too long to end for a successor' });
      this.#succeed();
    } else if (error !== undefined) {
      this.#crashed(death, error);
    } else {
      this.#tell({ type: 'ended', milliseconds });
      this.#endedWell(death);
    }
  }

  #stoppedWith(error: StageFailedError | undefined, milliseconds: number): void {
    if (error === undefined) {
      this.#tell({ type: 'ended', milliseconds });
      this.#end('ended');
    } else {
      this.#tell({ type: 'stopped', milliseconds, why: 'everything is ended' });
      this.#end('stopped', undefined, this.#stopped());
    }
  }

  #crashed(death: Death, error: StageFailedError): void {
    this.#lastError = error;
    const breach = death.charge === undefined ? error.cause : undefined;
    if (breach instanceof LimitError) {
      const { limit, allowed, used } = breach;
      this.#tell({ type: 'limit', limit, allowed, used });
    }
    this.#tell({ type: 'crashed', milliseconds: death.milliseconds, failure: plainFailure(error) });
    this.#events.onCrash(death, error);
    if (this.#plan.when === 'never' || this.#hasLeft) {
      const last = this.#plan.when === 'never' ? error : error.withoutSuccessor();
      this.#end('failed', last, plainFailure(last));
      return;
    }
    // What has never got so far as to work would not do so the next time; unless it was killed on the way.
    const isHopeless =
      misfits(death.charge) || (!this.#events.hasEverWorked() && ownAccountOf(death) !== 'killed');
    this.#failed(error, isHopeless, death.hasProgressed);
  }

  #endedWell({ hasProgressed }: Death): void {
    if (this.#state === 'retiring') {
      this.#succeed();
    } else if (this.#plan.when === 'always' && this.#mayGetMore()) {
      const error = new Error(`${this.name} ended well, and is to run always`);
      this.#failed(error, false, hasProgressed);
    } else {
      this.#end('ended');
    }
  }

  #failed(error: Error, isFatal: boolean, hasProgressed: boolean): void {
    this.#state = 'down';
    if (this.#events.isStopping()) this.stop();
    else this.#plan.group.failed(this, error, isFatal, hasProgressed);
  }

  #succeed(): void {
    if (this.#hasLeft) {
      this.#end('ended');
      return;
    }
    this.#state = 'down';
    this.#events.onRecycled();
    this.start();
  }

  /**
   * Whether its processes have closed, or given away, all that the stage was given: another could do nothing but
   * fail, or end.
   */
  get #hasLeft(): boolean {
    return this.#ends.length > 0 && this.#ends.every(({ isClosed }) => isClosed === true);
  }

  /** A process that has nothing to receive any more would only end again. */
  #mayGetMore(): boolean {
    const inputs = this.#ends.filter(({ side }) => side === 'receive');
    if (this.#hasLeft) return false;
    return (
      inputs.length === 0 ||
      inputs.some(({ channel, isClosed }) => {
        const counts = this.#exchange.observe(channel)?.statistics;
        if (isClosed === true || counts === undefined) return false;
        return counts.senders + counts.waitingSenders + counts.buffered + counts.inHand > 0;
      })
    );
  }

  /** Its ends end as it did: well, or with a failure that whoever meets it will see (R9). */
  #end(outcome: ReplicaOutcome, error?: StageFailedError, failure?: Failure): void {
    this.#state = 'over';
    this.#release(
      this.#ends.filter(({ isClosed }) => isClosed !== true),
      failure,
    );
    this.#events.onOver(outcome, error);
    this.#plan.group.over(this);
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

  #stopped(message = `stage "${this.#plan.stage}" was stopped`): Failure {
    return stoppedFailure(this.#plan.stage, message);
  }

  #terminate(): void {
    this.#incarnation.signal('SIGTERM');
    this.#within(haltGrace, () => this.#incarnation.signal('SIGKILL'));
  }

  #within(milliseconds: number, act: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(act, milliseconds);
  }

  #tell(happening: OwnHappening): void {
    const { stage, replica } = this.#plan;
    const { processId } = this.#incarnation;
    this.#events.tell({ stage, replica, processId, ...happening } as Happening);
  }
}

/** Whether the stage does not fit its channels: the next process of it would not, either. */
function misfits(charge: Error | undefined): boolean {
  return charge instanceof ContractMismatchError || charge instanceof ContractUncheckedError;
}
