/**
 * Carries the bytes of this process's link over its own descriptors.
 *
 * A value is given to the code only when the word that it was taken cannot be lost any more, whatever this
 * process does (`process.exit()` included): when it is with the kernel; or, for code that is quick, when it
 * is first in a batch that leaves as soon as the code lets go of the thread, or else when the process exits.
 */
import type { Socket } from '../../platform/builtins.ts';
import type { OwnHandles } from '../../platform/idleness.ts';
import { readLink, writeLink } from '../../platform/link-descriptors.ts';
import { LinkWriter } from '../../platform/link-writer.ts';
import type { Carrier } from '../../src/link/process-link.ts';
import { soon } from '../../src/soon.ts';
import { Output } from '../../src/wire/output.ts';
import { Pace } from './pace.ts';

export class LinkCarrier implements Carrier {
  readonly output = new Output();
  readonly #input: Socket;
  readonly #outgoing: Socket;
  readonly #isOneSocket: boolean;
  readonly #writer: LinkWriter;
  readonly #pace = new Pace();
  /** Who waits until what was written has left. */
  #unsecured: (() => void)[] = [];
  /** How many bytes of the output are the word for values that the code has already. */
  #owed = 0;
  #givenAt = 0;
  #isTurnEnding = false;
  #isKeptAlive = true;

  /** @param onRead gets chunks that are overwritten after it returns */
  constructor(
    input: number,
    output: number,
    onRead: (chunk: Uint8Array) => void,
    onEnd: () => void,
  ) {
    this.#isOneSocket = input === output;
    this.#input = readLink(input, input === output, (chunk) => {
      onRead(chunk);
      this.#secure();
    });
    this.#outgoing = this.#isOneSocket ? this.#input : writeLink(output);
    this.#writer = new LinkWriter(this.#outgoing, output, this.output, {
      onDrained: () => this.flush(),
    });
    this.#input.once('close', onEnd);
  }

  push(): void {
    this.#endTurnLater();
  }

  secured(then: () => void): void {
    this.#unsecured.push(then);
  }

  /** Whether all that was read has been dealt with, and no large value is on its way. */
  get isSettled(): boolean {
    return this.#unsecured.length === 0 && this.output.transfers.isEmpty;
  }

  /** Its handles, which keep the process alive for the endings of operations. */
  get handles(): OwnHandles {
    const types = this.#isOneSocket ? ['PipeWrap'] : ['PipeWrap', 'PipeWrap'];
    return {
      types,
      rest: () => {
        this.#input.unref();
        return () => {
          if (this.#isKeptAlive) this.#input.ref();
        };
      },
    };
  }

  /**
   * The process exits: what is owed leaves, and of the rest what the kernel takes at once. Then comes the last
   * word, unless a message was cut off before it, and the link is at its end.
   */
  close(sayLast: () => void): void {
    this.#writer.flush(this.#owed);
    if (!this.#writer.isBlocked && this.output.transfers.isEmpty) {
      sayLast();
      this.#writer.flush();
    }
    this.#input.destroy();
    this.#outgoing.destroy();
  }

  /** Whether an operation waits: then the process stays alive for its ending. */
  keepAlive(isNeeded: boolean): void {
    if (isNeeded === this.#isKeptAlive) return;
    this.#isKeptAlive = isNeeded;
    if (isNeeded) this.#input.ref();
    else this.#input.unref();
  }

  flush(): void {
    if (this.#writer.isBlocked) return;
    this.#writer.flush(this.#owed);
    this.#owed = 0;
    if (this.#writer.hasSpoken) this.#give();
  }

  readonly #endTurnSoon = (): void => process.nextTick(this.#endTurn);

  /** After all that the code does in this turn, however many promises it takes. */
  #endTurnLater(): void {
    if (this.#isTurnEnding) return;
    this.#isTurnEnding = true;
    soon(this.#endTurnSoon);
  }

  readonly #endTurn = (): void => {
    this.#isTurnEnding = false;
    if (this.#givenAt > 0) {
      this.#pace.note(now() - this.#givenAt);
      this.#givenAt = 0;
    }
    this.flush();
  };

  /** What was read is dealt with: the code gets its values, now or when the word has left. */
  #secure(): void {
    if (this.#unsecured.length === 0 || this.#writer.isBlocked) return;
    if (!this.#pace.isQuick) {
      this.flush();
      return;
    }
    this.#owed = this.output.size;
    this.#give();
  }

  #give(): void {
    if (this.#unsecured.length === 0) return;
    this.#givenAt = now();
    for (const then of this.#unsecured.splice(0)) then();
    this.#endTurnLater();
  }
}

/** In milliseconds. To ask `performance` is to load it first, just when the first value has come. */
function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1_000_000;
}
