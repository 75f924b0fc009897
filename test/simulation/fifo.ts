/** A named pipe of the kernel, and one process's hold on both pipes of a direct link. */
import type { DirectCarrier, DirectEvents } from '../../src/direct/carrier.ts';
import type { DirectPipes } from '../../src/direct/meetings.ts';
import { Output } from '../../src/wire/output.ts';
import type { Random } from '../model/random.ts';
import { Pipe } from './pipe.ts';

/** What was written is read, whoever is dead by then; then comes the end, when nobody is left to write. */
export class Fifo {
  readonly content = new Pipe();
  writers = 0;
  readers = 0;
  /** The supervisor has it open, and it can be opened by its name. */
  isNamed = true;

  get isAtEnd(): boolean {
    return !this.isNamed && this.writers === 0 && this.content.length === 0;
  }

  get isUnheard(): boolean {
    return !this.isNamed && this.readers === 0;
  }
}

/** The pipes of all links, by name. */
export class Fifos {
  readonly #named = new Map<string, Fifo>();
  #links = 0;

  make(): DirectPipes {
    this.#links++;
    const [toReceiver, toSender] = [`${this.#links} down`, `${this.#links} up`];
    for (const name of [toReceiver, toSender]) this.#named.set(name, new Fifo());
    return {
      toReceiver,
      toSender,
      release: () => {
        for (const name of [toReceiver, toSender]) {
          const fifo = this.#named.get(name);
          if (fifo !== undefined) fifo.isNamed = false;
          this.#named.delete(name);
        }
      },
    };
  }

  find(name: string): Fifo | undefined {
    return this.#named.get(name);
  }
}

interface Secured {
  behind: number;
  readonly then: () => void;
}

export class SimulatedDirectCarrier implements DirectCarrier {
  readonly output = new Output();
  readonly #input: Fifo;
  readonly #output: Fifo;
  readonly #events: DirectEvents;
  /** Written by the process, and lost if it dies now. */
  readonly #unsent = new Pipe();
  #unsecured: Secured[] = [];
  #isReading = true;
  #writes: 'on' | 'no more' | 'the rest' = 'on';
  #onClosed: () => void = () => {};

  constructor(input: Fifo, output: Fifo, events: DirectEvents) {
    this.#input = input;
    this.#output = output;
    this.#events = events;
    input.readers++;
    output.writers++;
  }

  push(): void {
    const before = this.#unsent.length;
    for (const part of this.output.take()) this.#unsent.write(part);
    for (const waiting of this.#unsecured) waiting.behind += this.#unsent.length - before;
    if (this.#writes === 'no more') this.#unsent.clear();
  }

  secured(then: () => void): void {
    this.push();
    this.#unsecured.push({ behind: 0, then });
  }

  closeOutput(): void {
    this.#unsent.clear();
    this.#endWriting();
  }

  close(then: () => void): void {
    this.push();
    this.#endReading();
    this.#onClosed = then;
    if (this.#writes === 'on' && this.#unsent.length > 0) this.#writes = 'the rest';
    else this.#closed();
  }

  /** The process is no more. */
  die(): void {
    this.#unsecured = [];
    this.closeOutput();
    this.#endReading();
  }

  get canFlush(): boolean {
    return this.#writes !== 'no more' && this.#unsent.length > 0;
  }

  /** Some of what was written goes to the kernel. */
  flush(random: Random): void {
    if (this.#output.isUnheard) {
      this.#unsent.clear();
      this.#unsecured = [];
      this.#events.onUnheard();
    } else {
      this.#output.content.write(this.#unsent.read(some(this.#unsent.length, random)));
      while (this.#unsecured[0] !== undefined && this.#unsecured[0].behind >= this.#unsent.length) {
        this.#unsecured.shift()?.then();
      }
    }
    if (this.#writes === 'the rest' && this.#unsent.length === 0) this.#closed();
  }

  get canHear(): boolean {
    return this.#isReading && (this.#input.content.length > 0 || this.#input.isAtEnd);
  }

  hear(random: Random): void {
    const { content } = this.#input;
    if (content.length === 0) {
      this.#endReading();
      this.#events.onEnd();
      return;
    }
    const chunk = content.read(some(content.length, random));
    this.#events.onRead(chunk);
    // As the next chunk does, where one buffer serves all.
    chunk.fill(0xaa);
  }

  #closed(): void {
    this.#endWriting();
    this.#onClosed();
  }

  #endReading(): void {
    if (this.#isReading) this.#input.readers--;
    this.#isReading = false;
  }

  #endWriting(): void {
    if (this.#writes === 'no more') return;
    this.#writes = 'no more';
    this.#output.writers--;
  }
}

/** Mostly all of it, otherwise up to anywhere. */
function some(length: number, random: Random): number {
  return random.chance(0.5) ? length : 1 + random.below(length);
}
