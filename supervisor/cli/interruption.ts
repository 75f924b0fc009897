import type { Supervisor } from '../supervisor.ts';

/** How long, in milliseconds, after the first signal: a system that ends has little more patience. */
const drain = 5_000;

const signals = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Ctrl-C and its like. The first time, what is under way may come to its end; the second time, everything
 * ends at once.
 */
export class Interruption implements Disposable {
  /** Resolves with the exit code when, after a signal, no process is left. */
  readonly isOver: Promise<number>;
  readonly #supervisor: Supervisor;
  readonly #end: (exitCode: number) => void;
  #exitCode: number | undefined;

  constructor(supervisor: Supervisor) {
    const { promise, resolve } = Promise.withResolvers<number>();
    this.isOver = promise;
    this.#end = resolve;
    this.#supervisor = supervisor;
    for (const name of Object.keys(signals)) process.on(name, this.#hear);
  }

  /** Whether there was a signal. */
  get hasBegun(): boolean {
    return this.#exitCode !== undefined;
  }

  [Symbol.dispose](): void {
    for (const name of Object.keys(signals)) process.off(name, this.#hear);
  }

  readonly #hear = async (name: keyof typeof signals): Promise<void> => {
    if (this.#exitCode !== undefined) {
      say(`${name} again: ending every stage at once`);
      await this.#supervisor.stop({ drain: 0, terminate: 0 });
      return;
    }
    this.#exitCode = signals[name];
    say(`${name}: what is under way has ${drain / 1000} s to drain; once more ends it at once`);
    await this.#supervisor.stop({ drain });
    this.#end(this.#exitCode);
  };
}

function say(what: string): void {
  process.stderr.write(`[handover] ${what}\n`);
}
