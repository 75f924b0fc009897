/** Keeps the books: what went in, what came out, what was done to whom, and what the events tell of it. */
import type { DeadLetter, SupervisorEvent } from 'handover';
import type { Fault, FaultKind } from './faults.ts';
import { hostile, plain } from './line.ts';

type Ending = Extract<SupervisorEvent, { readonly type: 'crashed' | 'stopped' | 'ended' }>;

export class Account {
  sent = 0;
  #out = 0;
  #copies = new Uint8Array(1 << 22);
  readonly #letters = new Set<number>();
  readonly #faults: Fault[] = [];
  readonly #endings: Ending[] = [];
  #hangs = 0;
  #recycled = 0;
  readonly #recycling = new Set<number | undefined>();

  readonly listen = (event: SupervisorEvent): void => {
    if (event.type === 'crashed' || event.type === 'stopped' || event.type === 'ended') {
      this.#endings.push(event);
    } else if (event.type === 'hang') this.#hangs++;
    else if (event.type === 'recycling') {
      this.#recycled++;
      this.#recycling.add(event.processId);
    }
  };

  readonly note = (fault: Fault): void => {
    this.#faults.push(fault);
  };

  get out(): number {
    return this.#out;
  }

  came(id: number): void {
    if (id >= this.#copies.length) {
      const larger = new Uint8Array(2 * Math.max(id, this.#copies.length));
      larger.set(this.#copies);
      this.#copies = larger;
    }
    this.#copies[id] = (this.#copies[id] ?? 0) + 1;
    this.#out++;
  }

  isDead({ value }: DeadLetter<number>): void {
    this.#letters.add(value);
  }

  /** What was promised, and is not so. */
  breaches(): readonly string[] {
    return [...this.#lost(), ...this.#twice(), ...this.#withoutTrace(), ...this.#withoutCause()];
  }

  summary(): string {
    const kinds = Map.groupBy(this.#faults, ({ kind }) => kind);
    const counts = [...kinds].map(
      ([kind, faults]: [FaultKind, Fault[]]) => `${kind} ${faults.length}`,
    );
    const garbage = this.#bad().filter(({ stage }) => stage === hostile).length;
    return [
      `values:  ${this.sent} in, ${this.#ids().length} out, ${this.#extra()} more than once, ${this.#letters.size} dead letters, ${this.#missing().length} gone with who had taken them`,
      `faults:  ${counts.join(', ')}, garbage ${garbage}`,
      `events:  ${this.#bad().length} bad ends, ${this.#hangs} hangs, ${this.#recycled} recyclings`,
    ].join('\n');
  }

  #ids(): readonly number[] {
    return Array.from({ length: this.sent }, (_, id) => id).filter((id) => this.#copies[id] !== 0);
  }

  #missing(): readonly number[] {
    return Array.from({ length: this.sent }, (_, id) => id).filter(
      (id) => (this.#copies[id] ?? 0) === 0 && !this.#letters.has(id),
    );
  }

  #extra(): number {
    return this.#out - this.#ids().length;
  }

  #bad(): readonly Ending[] {
    return this.#endings.filter(({ type }) => type !== 'ended');
  }

  /** A plain stage takes with it what it had taken: one value for each of its processes. */
  #lost(): readonly string[] {
    const missing = this.#missing();
    const allowed = this.#bad().filter(({ stage }) => stage === plain).length;
    return missing.length <= allowed
      ? []
      : [`${missing.length} lost, of ${allowed} that may be: ${missing.slice(0, 20).join(' ')}`];
  }

  /** A process that comes to a bad end has one value in hand at most, and may have passed it on. */
  #twice(): readonly string[] {
    const allowed = this.#bad().length;
    return this.#extra() <= allowed
      ? []
      : [`${this.#extra()} values more than once, of ${allowed} that may be`];
  }

  /** Who was killed, or frozen, is told of. */
  #withoutTrace(): readonly string[] {
    const ended = new Set(this.#endings.map(({ processId }) => processId));
    return this.#faults
      .filter(({ kind }) => kind !== 'halt' && kind !== 'recycle')
      .filter(({ processId }) => !ended.has(processId))
      .map(
        ({ kind, stage, processId }) =>
          `${kind} of ${stage} (${processId}): no event tells of its end`,
      );
  }

  /** Who came to a bad end was made to. */
  #withoutCause(): readonly string[] {
    const harmed = new Set(this.#faults.map(({ processId }) => processId));
    return this.#bad()
      .filter(
        ({ stage, processId }) =>
          stage !== hostile && !harmed.has(processId) && !this.#recycling.has(processId),
      )
      .filter((event) => !(event.type === 'stopped' && /of its group/.test(event.why)))
      .map((event) => `${event.stage} (${event.processId}): nobody harmed it: ${storyOf(event)}`);
  }
}

/** How it ended, and the last that it printed. */
function storyOf(event: Ending): string {
  if (event.type !== 'crashed') return event.type;
  const { message, stderr = [] } = event.failure;
  return [message, ...stderr.slice(-12)].join('\n  ');
}
