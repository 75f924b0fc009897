/**
 * The restarts of one group, as pure steps: what happened to a member and when goes in, what to do comes out.
 *
 * A failure is answered by a *repair*: the member, and those that go with it by the group's strategy, are
 * brought down; when all of them are, the group waits its backoff; then they are started together. One repair
 * is one restart, however many members it takes along: those that fail while they are in it, fail because of it.
 *
 * | a member is | meaning                                                    |
 * | ----------- | ---------------------------------------------------------- |
 * | `up`        | it runs                                                    |
 * | `down`      | it is at its end, and in a repair                          |
 * | `over`      | it has ended for good: nothing starts it again             |
 *
 * | a repair is | meaning                                                    | then                                     |
 * | ----------- | ---------------------------------------------------------- | ---------------------------------------- |
 * | `halting`   | some of its members are still up, and were told to end     | `resting`, when the last is down         |
 * | `resting`   | all are down; the backoff runs                             | its members are started, and it is over  |
 *
 * Two repairs that have a member in common become one. Strategies, and the limit of restarts within a period,
 * are those of Erlang's supervisors (OTP, `supervisor` behaviour); a cascade counts once there only for
 * one-for-all and rest-for-one.
 */
import type { Backoff, Intensity, Strategy } from './terms.ts';

/** What to do. */
export type RepairStep<M> =
  /** End these; each will be `down`, or `over`. */
  | { readonly type: 'halt'; readonly members: readonly M[] }
  /** Call `rested` with this repair after so many milliseconds; it is restart number so and so of the period. */
  | {
      readonly type: 'rest';
      readonly repair: number;
      readonly members: readonly M[];
      readonly milliseconds: number;
      readonly restart: number;
    }
  | { readonly type: 'start'; readonly members: readonly M[] }
  /** One restart too many. The group does nothing more by itself. */
  | { readonly type: 'fail' };

interface Repair<M> {
  readonly members: Set<M>;
  readonly number: number;
  readonly milliseconds: number;
  readonly restart: number;
  is: 'halting' | 'resting';
}

export class Repairs<M> {
  readonly #strategy: Strategy;
  readonly #intensity: Intensity;
  readonly #random: () => number;
  /** With the place of each in the order of making: members with the same place are replicas of one stage. */
  readonly #members = new Map<M, { readonly place: number; is: 'up' | 'down' | 'over' }>();
  #repairs: Repair<M>[] = [];
  /** The failures that were answered within the period. */
  #answered: { readonly member: M; readonly at: number }[] = [];
  #lastRepair = 0;
  #hasFailed = false;

  /** @param random from 0 to below 1: for the jitter */
  constructor(strategy: Strategy, intensity: Intensity, random: () => number) {
    this.#strategy = strategy;
    this.#intensity = intensity;
    this.#random = random;
  }

  /** Somebody joins, and is up. */
  join(member: M, place: number): void {
    this.#members.set(member, { place, is: 'up' });
  }

  /**
   * A member has failed by itself, and is to be started again.
   *
   * @param at in milliseconds of any steady clock
   * @param hasProgressed since its last start: then what it failed of before counts no more
   */
  failed(member: M, at: number, hasProgressed = false): readonly RepairStep<M>[] {
    const wasTaken = this.#repairs.some(({ members }) => members.has(member));
    if (this.#hasFailed || wasTaken) return this.down(member);
    this.#set(member, 'down');
    const { restarts, within } = this.#intensity;
    const counts = (one: { readonly member: M; readonly at: number }) =>
      at - one.at < within && !(hasProgressed && one.member === member);
    this.#answered = [...this.#answered.filter(counts), { member, at }];
    if (this.#answered.length > restarts) {
      this.#hasFailed = true;
      this.#repairs = [];
      return [{ type: 'fail' }];
    }
    return this.#repair(member);
  }

  /** A member is at its end, as it was told. */
  down(member: M): readonly RepairStep<M>[] {
    this.#set(member, 'down');
    return this.#proceed();
  }

  /** A member has ended for good. */
  over(member: M): readonly RepairStep<M>[] {
    this.#set(member, 'over');
    for (const { members } of this.#repairs) members.delete(member);
    this.#repairs = this.#repairs.filter(({ members }) => members.size > 0);
    return this.#proceed();
  }

  /** The backoff of a repair is over. Of one that is no more, nothing follows. */
  rested(number: number): readonly RepairStep<M>[] {
    const repair = this.#repairs.find((one) => one.number === number);
    if (repair === undefined) return [];
    this.#repairs = this.#repairs.filter((one) => one !== repair);
    for (const member of repair.members) this.#set(member, 'up');
    return [{ type: 'start', members: [...repair.members] }];
  }

  /** The group is started again as a whole: what was, does not count any more. */
  renew(): readonly M[] {
    this.#hasFailed = false;
    this.#answered = [];
    this.#repairs = [];
    const members = [...this.#members]
      .filter(([, { is }]) => is !== 'over')
      .map(([member]) => member);
    for (const member of members) this.#set(member, 'up');
    return members;
  }

  /** Whether its backoff runs: it may have become part of another, or have lost all its members. */
  isResting(number: number): boolean {
    return this.#repairs.some((repair) => repair.number === number && repair.is === 'resting');
  }

  /** Those that run. */
  get up(): readonly M[] {
    return [...this.#members].filter(([, { is }]) => is === 'up').map(([member]) => member);
  }

  /** Those that have not ended for good. */
  get left(): readonly M[] {
    return [...this.#members].filter(([, { is }]) => is !== 'over').map(([member]) => member);
  }

  #repair(member: M): readonly RepairStep<M>[] {
    const affected = new Set([member, ...this.#goingWith(member)]);
    const merged = this.#repairs.filter(({ members }) => !members.isDisjointFrom(affected));
    const members = merged.reduce((all, repair) => all.union(repair.members), affected);
    const restart = this.#answered.filter((one) => members.has(one.member)).length;
    const milliseconds = backoffOf(this.#intensity.backoff, restart, this.#random());
    const number = ++this.#lastRepair;
    this.#repairs = this.#repairs.filter((repair) => !merged.includes(repair));
    this.#repairs.push({ members, number, milliseconds, restart, is: 'halting' });
    const up = [...members].filter((one) => this.#members.get(one)?.is === 'up');
    const halt: readonly RepairStep<M>[] = up.length > 0 ? [{ type: 'halt', members: up }] : [];
    return [...halt, ...this.#proceed()];
  }

  /** Repairs of which all members are down begin to rest. */
  #proceed(): readonly RepairStep<M>[] {
    const steps: RepairStep<M>[] = [];
    for (const repair of this.#repairs) {
      const members = [...repair.members];
      const isDown = members.every((member) => this.#members.get(member)?.is === 'down');
      if (repair.is === 'resting' || !isDown) continue;
      repair.is = 'resting';
      const { number, milliseconds, restart } = repair;
      steps.push({ type: 'rest', repair: number, members, milliseconds, restart });
    }
    return steps;
  }

  #goingWith(member: M): readonly M[] {
    if (this.#strategy === 'one-for-one') return [];
    const place = this.#members.get(member)?.place ?? 0;
    return [...this.#members]
      .filter(([, other]) => other.is !== 'over')
      .filter(([, other]) => this.#strategy === 'one-for-all' || other.place > place)
      .map(([other]) => other);
  }

  #set(member: M, is: 'up' | 'down' | 'over'): void {
    const known = this.#members.get(member);
    if (known !== undefined && known.is !== 'over') known.is = is;
  }
}

/**
 * How long to wait before restart number `restart` of a period, in milliseconds: nothing before the first, then
 * growing exponentially, and shortened at random, so that many that failed together do not start together.
 */
export function backoffOf(
  { first, factor, most, jitter }: Backoff,
  restart: number,
  random: number,
): number {
  if (restart <= 1) return 0;
  return Math.min(most, first * factor ** (restart - 2)) * (1 - jitter * random);
}
