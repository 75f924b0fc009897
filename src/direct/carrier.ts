import type { Output } from '../wire/output.ts';

/** Carries the bytes of one direct link; what is put into `output` leaves at the end of the turn. */
export interface DirectCarrier {
  readonly output: Output;
  /** Something was put into the output. */
  push(): void;
  /** Calls back when all that is in the output now is with the kernel; never, when that fails. */
  secured(then: () => void): void;
  /** Writes no more: the other side finds its pipe at its end. What had not left is dropped. */
  closeOutput(): void;
  /** Lets what is in the output leave, unless nobody reads it any more, closes both, and calls back. */
  close(then: () => void): void;
}

export interface DirectEvents {
  /** Gets chunks that are overwritten after it returns. */
  readonly onRead: (chunk: Uint8Array) => void;
  /**
   * Once: the other side writes no more (it has closed its pipe, or is dead), and everything that it wrote was
   * read. Also when our own reading fails; not after `close`.
   */
  readonly onEnd: () => void;
  /** At most once: nobody will read what is in the output, nor what had not left of it. */
  readonly onUnheard: () => void;
}

/** @returns `undefined` when they cannot be opened */
export type OpenDirect = (
  readPath: string,
  writePath: string,
  events: DirectEvents,
) => DirectCarrier | undefined;
