import { systemClock } from '../../platform/clock.ts';
import type { OwnHandles } from '../../platform/idleness.ts';
import type { Incarnation } from '../process/incarnation.ts';
import type { Stage, StageReport } from './stage.ts';

/** All stages of a supervisor, in the order in which they were made, and when they are over. */
export class Stages {
  readonly #stages = new Map<string, Stage>();
  readonly #whenOver: () => Promise<void>;
  readonly #waiting: (() => void)[] = [];

  /** @param whenOver what else has to be done when all of them are over, before anybody hears of it */
  constructor(whenOver: () => Promise<void>) {
    this.#whenOver = whenOver;
  }

  add(stage: Stage): void {
    this.#stages.set(stage.name, stage);
  }

  has(name: string): boolean {
    return this.#stages.has(name);
  }

  get all(): readonly Stage[] {
    return [...this.#stages.values()];
  }

  /** Those that are not over. */
  get running(): readonly Stage[] {
    return this.all.filter(({ isOver }) => !isOver);
  }

  get areOver(): boolean {
    return this.running.length === 0;
  }

  get reports(): readonly StageReport[] {
    return this.all.map(({ report }) => report);
  }

  /** Those that are not dead. */
  get processes(): readonly Incarnation[] {
    return this.all.flatMap(({ processes }) => processes);
  }

  /** Those of this process that belong to theirs. */
  get handles(): OwnHandles {
    const all = this.processes.map(({ handles }) => handles);
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

  /** The last of them is over: whoever waits for that goes on. */
  release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Resolves when no process is left. */
  async over(): Promise<void> {
    if (!this.areOver) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    await this.#whenOver();
  }

  /** Whether it was in time. */
  overWithin(milliseconds: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const cancel =
      milliseconds === Number.POSITIVE_INFINITY
        ? () => {}
        : systemClock.after(milliseconds, () => resolve(false));
    void this.over().then(() => {
      cancel();
      resolve(true);
    });
    return promise;
  }
}
