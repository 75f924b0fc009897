/** Questions to one process whether it is idle, and its answers. */
import type { SupervisorLink } from '../../src/link/supervisor-link.ts';
import type { FromProcess } from '../../src/wire/message.ts';
import type { Places } from '../deadlock/participant.ts';

export type IdleAnswer = Extract<FromProcess, { type: 'idle' }>;

export class Probes {
  readonly #link: SupervisorLink;
  /** Who waits for the answer to which. */
  readonly #asked = new Map<number, (answer: IdleAnswer | undefined) => void>();
  #last = 0;

  constructor(link: SupervisorLink) {
    this.#link = link;
  }

  /**
   * Asks whether it is idle, and where its code waits. `undefined` when it is not, cannot tell, or dies before
   * it could answer.
   */
  ask(wantsPlaces: boolean): Promise<Places | undefined> {
    return new Promise((resolve) => {
      const probe = ++this.#last;
      if (!this.#link.probe(probe, wantsPlaces)) {
        resolve(undefined);
        return;
      }
      this.#asked.set(probe, (answer) => {
        this.#asked.delete(probe);
        const places = answer?.places.map(({ op, place }) => [op, place] as const);
        resolve(answer?.isIdle === true ? new Map(places) : undefined);
      });
    });
  }

  answered(answer: IdleAnswer): void {
    this.#asked.get(answer.probe)?.(answer);
  }

  /** No more answers will come. */
  end(): void {
    for (const answered of [...this.#asked.values()]) answered(undefined);
  }
}
