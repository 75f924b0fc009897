/**
 * Processes of a stage that were started ahead, and wait: the next that dies is replaced at once. They have
 * imported their module as far as `await stage()`, and hold no ends.
 *
 * A spare that dies is not replaced until the stage has shown again that it can be started.
 */
import type { StageFailedError } from '../../src/errors.ts';
import type { Death } from '../death/death.ts';
import { failureOf, plainFailure } from '../death/death.ts';
import type { Happening } from '../events/events.ts';
import type { Incarnation, IncarnationEvents } from '../process/incarnation.ts';

/** In milliseconds. To start a process takes the supervisor some, and a whole processor for long after. */
const headStart = 50;

export interface SparesServices {
  readonly start: (events: IncarnationEvents) => Incarnation;
  readonly tell: (happening: Happening) => void;
  readonly onCrash: (death: Death, error: StageFailedError) => void;
  /** One of them is dead. */
  readonly onGone: () => void;
}

export class Spares {
  readonly #number: number;
  readonly #services: SparesServices;
  #waiting: readonly Incarnation[] = [];
  #isStopped = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(number: number, services: SparesServices) {
    this.#number = number;
    this.#services = services;
  }

  /** Those that are not dead, whether ready or not. */
  get processes(): readonly Incarnation[] {
    return this.#waiting;
  }

  /** Starts as many as are missing, soon: whoever has just begun is at work first, and the supervisor for it. */
  fill(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fill(), headStart).unref();
  }

  /** One that is ready; it is a spare no more. */
  take(): Incarnation | undefined {
    const spare = this.#waiting.find(({ isSpare }) => isSpare);
    this.#waiting = this.#waiting.filter((one) => one !== spare);
    return spare;
  }

  /** None is needed any more. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    for (const spare of this.#waiting) spare.signal('SIGKILL');
  }

  #fill(): void {
    while (!this.#isStopped && this.#waiting.length < this.#number) {
      const spare: Incarnation = this.#services.start({
        onReady: () => {},
        onDue: () => {},
        onDeath: (death) => this.#died(spare, death),
        tell: this.#services.tell,
      });
      this.#waiting = [...this.#waiting, spare];
    }
  }

  #died(spare: Incarnation, death: Death): void {
    this.#waiting = this.#waiting.filter((one) => one !== spare);
    const { stage, replica, processId, milliseconds } = death;
    const error = failureOf(death);
    if (!this.#isStopped && error !== undefined) {
      const failure = plainFailure(error);
      const who = { stage, replica, processId };
      this.#services.tell({ type: 'crashed', ...who, milliseconds, failure });
      this.#services.onCrash(death, error);
    }
    this.#services.onGone();
  }
}
