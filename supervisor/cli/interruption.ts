import type { Supervisor } from '../supervisor.ts';
import { exitCodes } from './exit-codes.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type Signal = (typeof signals)[number];

/**
 * In milliseconds. What comes so soon after the first is the same signal on another way: a terminal, and whoever
 * ends a group of processes, says it to each, and those pass it on.
 */
const echo = 100;

/**
 * Ctrl-C and its like. The first time, what is under way may come to its end; the second time, everything
 * ends at once.
 */
export class Interruption implements Disposable {
  /** Resolves with the exit code when, after a signal, no process is left. */
  readonly isOver: Promise<number>;
  readonly #supervisor: Pick<Supervisor, 'stop'>;
  readonly #drain: number;
  readonly #say: (what: string) => void;
  readonly #end: (exitCode: number) => void;
  #exitCode: number | undefined;
  #heardAt = 0;

  /** @param drain how long, in milliseconds, what is under way has */
  constructor(supervisor: Pick<Supervisor, 'stop'>, drain: number, say: (what: string) => void) {
    const { promise, resolve } = Promise.withResolvers<number>();
    this.isOver = promise;
    this.#end = resolve;
    this.#supervisor = supervisor;
    this.#drain = drain;
    this.#say = say;
    for (const name of signals) process.on(name, this.#hear);
  }

  /** Whether there was a signal. */
  get hasBegun(): boolean {
    return this.#exitCode !== undefined;
  }

  [Symbol.dispose](): void {
    for (const name of signals) process.off(name, this.#hear);
  }

  readonly #hear = async (name: Signal): Promise<void> => {
    if (this.#exitCode !== undefined) {
      if (performance.now() - this.#heardAt < echo) return;
      this.#say(`${name} again: ending every stage at once`);
      await this.#supervisor.stop({ drain: 0, terminate: 0 });
      return;
    }
    this.#exitCode = exitCodes[name];
    this.#heardAt = performance.now();
    this.#say(
      `${name}: what is under way has ${this.#drain / 1000} s to drain; once more ends it at once`,
    );
    await this.#supervisor.stop({ drain: this.#drain });
    this.#end(this.#exitCode);
  };
}
