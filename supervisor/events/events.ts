import type { ProcessOrigin, SupervisorEvent } from './event.ts';

type Listener = (event: SupervisorEvent) => void;

/** An event without its time. */
export type Happening = SupervisorEvent extends infer E
  ? E extends { readonly at: number }
    ? Omit<E, 'at'>
    : never
  : never;

/** What happened to a process, without saying to which. */
export type OwnHappening = Happening extends infer H
  ? H extends { readonly processId: unknown }
    ? Omit<H, keyof ProcessOrigin>
    : never
  : never;

/**
 * What happens, as it happens. Whoever listens is told at once; whoever iterates gets every event from then
 * on, and is told by an error when it has fallen too far behind.
 *
 * @example
 * for await (const event of supervisor.events) if (event.type === 'crashed') page(event.failure.message);
 */
export class Events implements AsyncIterable<SupervisorEvent> {
  readonly #listeners = new Set<Listener>();
  #isOver = false;
  readonly #onOver = new Set<() => void>();

  /**
   * Calls back for every event from now on; an error that it throws is thrown again, outside of the supervisor.
   * @returns what stops that
   */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Events from now on, until everything is over. Leaving the loop stops it. */
  [Symbol.asyncIterator](): AsyncIterator<SupervisorEvent, undefined> {
    const feed = new Feed();
    const stop = this.listen((event) => feed.push(event));
    const end = () => feed.end();
    if (this.#isOver) end();
    else this.#onOver.add(end);
    return {
      next: () => feed.next(),
      return: () => {
        stop();
        this.#onOver.delete(end);
        feed.end();
        return Promise.resolve({ value: undefined, done: true as const });
      },
    };
  }

  /** @internal */
  emit(happening: Happening): void {
    if (this.#listeners.size === 0) return;
    const event = { at: Date.now(), ...happening } as SupervisorEvent;
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (error) {
        // Not amid the supervisor's own work, which has to go on.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  /**
   * Nothing will happen any more, unless another stage is started.
   * @internal
   */
  over(isOver: boolean): void {
    this.#isOver = isOver;
    if (!isOver) return;
    for (const end of this.#onOver) end();
    this.#onOver.clear();
  }
}

/** So many events wait at most for one that iterates. */
const mostWaiting = 65_536;

/** Between what happens and one that iterates. */
class Feed {
  #waiting: SupervisorEvent[] = [];
  #reader: PromiseWithResolvers<IteratorResult<SupervisorEvent, undefined>> | undefined;
  #isOver = false;
  #hasOverflown = false;

  push(event: SupervisorEvent): void {
    if (this.#isOver || this.#hasOverflown) return;
    if (this.#reader !== undefined) {
      this.#reader.resolve({ value: event, done: false });
      this.#reader = undefined;
    } else if (this.#waiting.length < mostWaiting) {
      this.#waiting.push(event);
    } else {
      this.#hasOverflown = true;
    }
  }

  end(): void {
    this.#isOver = true;
    this.#reader?.resolve({ value: undefined, done: true });
    this.#reader = undefined;
  }

  next(): Promise<IteratorResult<SupervisorEvent, undefined>> {
    const event = this.#waiting.shift();
    if (event !== undefined) return Promise.resolve({ value: event, done: false });
    if (this.#hasOverflown) {
      return Promise.reject(
        new RangeError(
          `more than ${mostWaiting} events of the supervisor were waiting to be read: read them faster, or use listen()`,
        ),
      );
    }
    if (this.#isOver) return Promise.resolve({ value: undefined, done: true });
    this.#reader ??= Promise.withResolvers();
    return this.#reader.promise;
  }
}
