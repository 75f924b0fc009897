/**
 * Stages that are restarted by one rule. Groups nest: one that has failed is a failed member of the group
 * around it. What is to be done is said by `Repairs`; this does it.
 *
 * | state     | meaning                                                              |
 * | --------- | -------------------------------------------------------------------- |
 * | `working` | members are restarted when they fail                                 |
 * | `failing` | it has failed, or goes with one that has: its members are told to end |
 * | `down`    | all of them are at their end; the group around it decides            |
 * | `over`    | nothing is started any more                                          |
 */
import { type RepairStep, Repairs } from './repairs.ts';
import type { Intensity, Strategy } from './terms.ts';

/** What a group restarts: a process of a stage, or a group. */
export interface Member {
  readonly name: string;
  /** It is down, and starts again. `restart`: which one of the period. */
  start(): void;
  /** It is to come down; its group hears `down` or `over`. */
  halt(): void;
  /** It is down, and will be started no more. */
  giveUp(reason: GroupFailure): void;
  /** It will be started again in so many milliseconds. */
  resting(milliseconds: number, restart: number): void;
}

/** Why a group is given up. */
export interface GroupFailure {
  readonly group: string;
  readonly error: Error;
}

export interface GroupPlan {
  readonly name: string;
  readonly strategy: Strategy;
  readonly intensity: Intensity;
  /** The error of a group that failed: its last failures, oldest first. */
  readonly errorOf: (failures: readonly Error[]) => Error;
  /** Of the outermost: it has failed, its members are down, and will now be given up. */
  readonly onFailed: (failure: GroupFailure) => void;
}

export class Group implements Member {
  readonly #plan: GroupPlan;
  readonly #around: Group | undefined;
  readonly #repairs: Repairs<Member>;
  /** Of the repairs that rest, by their numbers. */
  readonly #timers = new Map<number, NodeJS.Timeout>();
  #state: 'working' | 'failing' | 'down' | 'over' = 'working';
  /** What brought it down; nothing when it only goes with another. */
  #cause: { readonly error: Error; readonly isFatal: boolean } | undefined;
  #failures: Error[] = [];
  #places = 0;

  constructor(plan: GroupPlan, around?: Group) {
    this.#plan = plan;
    this.#around = around;
    this.#repairs = new Repairs(plan.strategy, plan.intensity, Math.random);
    around?.join(this);
  }

  get name(): string {
    return this.#plan.name;
  }

  get intensity(): Intensity {
    return this.#plan.intensity;
  }

  /** Whether members may still join. */
  get isWorking(): boolean {
    return this.#state === 'working';
  }

  /** A new place in the order of making; replicas of a stage share one. */
  nextPlace(): number {
    return this.#places++;
  }

  join(member: Member, place = this.nextPlace()): void {
    this.#repairs.join(member, place);
  }

  /**
   * A member has failed by itself, and is down.
   * @param isFatal it would fail again however often it is started: the whole group gives up at once
   * @param hasProgressed since its last start
   */
  failed(member: Member, error: Error, isFatal: boolean, hasProgressed = false): void {
    this.#failures = [...this.#failures, error].slice(-mostFailures);
    if (this.#state !== 'working') this.#take(this.#repairs.down(member));
    else if (isFatal) {
      this.#repairs.down(member);
      this.#fail(error, true);
    } else {
      this.#take(this.#repairs.failed(member, performance.now(), hasProgressed));
    }
    this.#settle();
  }

  /** A member is down, as it was told. */
  down(member: Member): void {
    this.#take(this.#repairs.down(member));
    this.#settle();
  }

  /** A member is over. */
  over(member: Member): void {
    this.#take(this.#repairs.over(member));
    this.#clearTimers((repair) => !this.#repairs.isResting(repair));
    this.#settle();
  }

  // ── as a member of the group around it ────────────────────────────────────────────────────────────────

  start(): void {
    this.#state = 'working';
    this.#cause = undefined;
    for (const member of this.#repairs.renew()) member.start();
  }

  halt(): void {
    if (this.#state !== 'working') return;
    this.#bringDown();
    this.#settle();
  }

  giveUp(reason: GroupFailure): void {
    this.#state = 'over';
    this.#clearTimers();
    for (const member of this.#repairs.left) member.giveUp(reason);
  }

  resting(milliseconds: number, restart: number): void {
    for (const member of this.#repairs.left) member.resting(milliseconds, restart);
  }

  // ── doing ─────────────────────────────────────────────────────────────────────────────────────────────

  #take(steps: readonly RepairStep<Member>[]): void {
    if (this.#state !== 'working') return;
    for (const step of steps) this.#do(step);
  }

  #do(step: RepairStep<Member>): void {
    switch (step.type) {
      case 'halt':
        for (const member of step.members) member.halt();
        break;
      case 'start':
        for (const member of step.members) member.start();
        break;
      case 'rest':
        for (const member of step.members) member.resting(step.milliseconds, step.restart);
        this.#rest(step.repair, step.milliseconds);
        break;
      case 'fail':
        this.#fail(this.#plan.errorOf(this.#failures), false);
        break;
    }
  }

  #rest(repair: number, milliseconds: number): void {
    // At once, not in the next turn: whoever waits for the values of the dead waits for this.
    if (milliseconds === 0) {
      this.#take(this.#repairs.rested(repair));
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(repair);
      this.#take(this.#repairs.rested(repair));
    }, milliseconds);
    this.#timers.set(repair, timer);
  }

  #fail(error: Error, isFatal: boolean): void {
    this.#cause = { error, isFatal };
    this.#bringDown();
  }

  #bringDown(): void {
    this.#state = 'failing';
    this.#clearTimers();
    for (const member of this.#repairs.up) member.halt();
  }

  /** When no member is up any more, the group around it hears; or, around the outermost, everybody. */
  #settle(): void {
    if (this.#state === 'failing' && this.#repairs.up.length === 0) this.#isDown();
    if (this.#state !== 'down' || this.#repairs.left.length > 0) return;
    this.#state = 'over';
    this.#around?.over(this);
  }

  #isDown(): void {
    this.#state = 'down';
    if (this.#cause === undefined) {
      this.#around?.down(this);
      return;
    }
    const { error, isFatal } = this.#cause;
    if (this.#around !== undefined) this.#around.failed(this, error, isFatal);
    else this.#end({ group: this.name, error });
  }

  #end(failure: GroupFailure): void {
    this.#plan.onFailed(failure);
    this.giveUp(failure);
  }

  /** They keep the program alive: nobody waits for a repair that is no more. */
  #clearTimers(isOver: (repair: number) => boolean = () => true): void {
    for (const [repair, timer] of this.#timers) {
      if (!isOver(repair)) continue;
      clearTimeout(timer);
      this.#timers.delete(repair);
    }
  }
}

/** So many are kept for the error, the last ones. */
const mostFailures = 32;
