import { exitCodes } from './exit-codes.ts';
import { Problem } from './problem.ts';

/**
 * What can go wrong in a topology's own code where nobody waits for it: an error that nothing catches, and a
 * wait that nothing can end.
 */
export class Troubles implements Disposable {
  /** Rejects with the first; those that follow from it are not told. */
  readonly first: Promise<never>;
  readonly #hear: (error: unknown) => void;

  constructor() {
    const { promise, reject } = Promise.withResolvers<never>();
    this.first = promise;
    this.#hear = reject;
    promise.catch(() => {});
    process.on('uncaughtException', this.#hear);
    process.on('beforeExit', this.#stuck);
  }

  [Symbol.dispose](): void {
    process.off('uncaughtException', this.#hear);
    process.off('beforeExit', this.#stuck);
  }

  /** Node is about to leave, though somebody waits: no process, timer or connection is left that could come. */
  readonly #stuck = (): void => {
    this.#hear(
      new Problem(
        exitCodes.mistaken,
        'the default function waits for something that can never come: no stage is left. Close the ends that your own code holds, or give them to stages',
      ),
    );
  };
}
