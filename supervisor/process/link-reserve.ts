/**
 * The link of the next process of a stage, made ahead: to make pipes takes a program of the system's, and for so
 * long everybody would wait who waits for a restart.
 */
import { type Linkage, prepareLinkage } from './linkage.ts';

/** In milliseconds: first whoever has just begun gets to work. */
const headStart = 50;

export class LinkReserve {
  #next: Linkage | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** Made now, when there is none. */
  take(): Linkage {
    const next = this.#next ?? prepareLinkage();
    this.#next = undefined;
    return next;
  }

  /** There will be a next process, it seems: soon all is there for it. */
  fill(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#next ??= prepareLinkage();
    }, headStart).unref();
  }

  /** There will be none. */
  close(): void {
    clearTimeout(this.#timer);
    this.#next?.discard();
    this.#next = undefined;
  }
}
