/**
 * Which stage failed first, and with which code. Those behind it fail because their input breaks, so the last one, to
 * which a shell's `pipefail` looks, would say less. Who fails when nobody is left to take what it sends, is not
 * counted: a shell does not count SIGPIPE's victims, either, until it is asked to.
 */
import { constants } from 'node:os';
import type { Supervisor } from '../../supervisor.ts';
import { exitCodes } from '../exit-codes.ts';

export class Failures {
  readonly #supervisor: Supervisor;
  /** Of stages whose last process failed, in the order in which they did. */
  readonly #codes = new Map<string, number>();
  /** Stages that have said hello. */
  readonly #ready = new Set<string>();

  constructor(supervisor: Supervisor) {
    this.#supervisor = supervisor;
    supervisor.events.listen((event) => {
      if (event.type === 'ready') this.#ready.add(event.stage);
      if (event.type !== 'crashed') return;
      const { stage, failure } = event;
      this.#codes.delete(stage);
      if (!this.#isUnheard(stage)) this.#codes.set(stage, codeOf(failure));
    });
  }

  /** Of the first that failed and was not started again in vain; 0 when none did. */
  get exitCode(): number {
    const { stages } = this.#supervisor.report();
    const failed = new Set(
      stages.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name),
    );
    for (const [stage, code] of this.#codes) if (failed.has(stage)) return code;
    return 0;
  }

  /** Whether it failed without ever having been a stage. */
  wasNoStage(stage: string): boolean {
    return this.#codes.has(stage) && !this.#ready.has(stage);
  }

  #isUnheard(stage: string): boolean {
    const ends = this.#supervisor.stages.find(({ name }) => name === stage)?.ends ?? [];
    const output = ends.find(({ name }) => name === 'output');
    if (output === undefined) return false;
    return (this.#supervisor.statistics().get(output.channel)?.receivers ?? 0) === 0;
  }
}

function codeOf({
  exitCode,
  signal,
}: {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
}): number {
  const number = constants.signals[signal as NodeJS.Signals];
  // One that was no stage may have exited with 0, and has failed all the same.
  return number === undefined ? exitCode || exitCodes.failed : 128 + number;
}
