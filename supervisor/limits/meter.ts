/** What the processes of stages use, read by the clock for all who ask. */
import type { Cancel, Clock } from '../../src/clock.ts';
import { LimitError, type LimitName } from '../../src/errors.ts';
import { familyOf, type ProcessFacts, workersIn } from './processes.ts';

/** What a process and its descendants may use together, each if it is given. */
export interface UsageLimits {
  readonly memoryBytes?: number | undefined;
  /** In milliseconds. */
  readonly cpuTime?: number | undefined;
}

/** What the system says: of these processes, or of all. */
export type ReadFacts = (processIds: readonly number[] | 'all') => Promise<readonly ProcessFacts[]>;

/** A process of a stage. */
export interface Metered {
  readonly processId: number;
  /** How many processes, from it on, only start the others, and do not count. */
  readonly starters: number;
}

interface Watched extends Metered {
  readonly limits: UsageLimits;
  readonly onBreach: (error: LimitError) => void;
  /** It, and its descendants, when they were looked for last. */
  family: readonly number[];
  /** Whether there was anybody to be counted then. */
  hasWorkers: boolean;
}

/** To read of all processes takes milliseconds: descendants are looked for in every so many rounds. */
const roundsOfFamily = 10;

/** One for all processes of a program: the system is asked once for all of them. */
export class Meter {
  readonly #read: ReadFacts;
  readonly #clock: Clock;
  readonly #period: number;
  readonly #watched = new Map<number, Watched>();
  #cancel: Cancel | undefined;
  #round = 0;

  /** @param period in milliseconds */
  constructor(read: ReadFacts, clock: Clock, period: number) {
    this.#read = read;
    this.#clock = clock;
    this.#period = period;
  }

  /**
   * Looks at it until it breaches a limit.
   * @returns what stops that
   */
  watch(metered: Metered, limits: UsageLimits, onBreach: (error: LimitError) => void): () => void {
    const { processId } = metered;
    const family = [processId];
    this.#watched.set(processId, { ...metered, limits, onBreach, family, hasWorkers: false });
    this.#cancel ??= this.#later();
    return () => this.#forget(processId);
  }

  #forget(processId: number): void {
    this.#watched.delete(processId);
    if (this.#watched.size > 0) return;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #later(): Cancel {
    return this.#clock.after(this.#period, () => void this.#look());
  }

  async #look(): Promise<void> {
    const watched = [...this.#watched.values()];
    const isTurn = this.#round++ % roundsOfFamily === 0;
    const isForFamilies = isTurn || watched.some(({ hasWorkers }) => !hasWorkers);
    const known = watched.flatMap(({ family }) => family);
    const facts = await this.#read(isForFamilies ? 'all' : known);
    // Whoever came meanwhile may have set another timer.
    this.#cancel?.();
    this.#cancel = undefined;
    for (const one of [...this.#watched.values()]) {
      const { processId, starters, limits, onBreach } = one;
      const family = familyOf(processId, facts);
      if (isForFamilies) one.family = family.map((member) => member.processId);
      const workers = workersIn(family, processId, starters);
      one.hasWorkers = workers.length > 0;
      const breach = breachOf(limits, workers);
      if (breach === undefined) continue;
      this.#forget(processId);
      onBreach(breach);
    }
    if (this.#watched.size > 0) this.#cancel = this.#later();
  }
}

/** @param workers what those who count use now */
export function breachOf(
  limits: UsageLimits,
  workers: readonly ProcessFacts[],
): LimitError | undefined {
  for (const limit of usageLimits) {
    const allowed = limits[limit];
    const used = workers.reduce((sum, facts) => sum + facts[measures[limit]], 0);
    if (allowed !== undefined && used > allowed) return new LimitError(limit, allowed, used);
  }
  return undefined;
}

const usageLimits = ['memoryBytes', 'cpuTime'] as const satisfies readonly LimitName[];
const measures = { memoryBytes: 'memory', cpuTime: 'cpuTime' } as const;
