/** Keeps the books: what went in, what came out, what was done to whom, and what the events tell of it. */
import type { DeadLetter, SupervisorEvent } from 'handover';
import type { Fault, FaultKind } from './faults.ts';
import { hostile, plain } from './line.ts';

type EndEvent = Extract<SupervisorEvent, { readonly type: 'crashed' | 'stopped' | 'ended' }>;

/** Of an event no more than is needed: that the memory stays flat is to be shown here. */
interface Ending extends Pick<EndEvent, 'type' | 'stage' | 'processId'> {
  /** What nobody caused, in words. */
  readonly story: string | undefined;
}

export class Account {
  sent = 0;
  /** The supervisor ends what is left. */
  isClosing = false;
  #out = 0;
  #copies = new Uint8Array(1 << 22);
  readonly #letters = new Set<number>();
  readonly #faults: Fault[] = [];
  readonly #endings: Ending[] = [];
  #hangs = 0;
  #recycled = 0;
  readonly #harmed = new Set<number | undefined>();
  readonly #recycling = new Set<number | undefined>();

  readonly listen = (event: SupervisorEvent): void => {
    if (event.type === 'crashed' || event.type === 'stopped' || event.type === 'ended') {
      const { type, stage, processId } = event;
      const story = this.#isExplained(event) ? undefined : storyOf(event);
      this.#endings.push({ type, stage, processId, story });
    } else if (event.type === 'hang') this.#hangs++;
    else if (event.type === 'recycling') {
      this.#recycled++;
      this.#recycling.add(event.processId);
    }
  };

  readonly note = (fault: Fault): void => {
    this.#faults.push(fault);
    this.#harmed.add(fault.processId);
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
    return this.#bad()
      .filter(({ story }) => story !== undefined)
      .map(({ stage, processId, story }) => `${stage} (${processId}): nobody harmed it: ${story}`);
  }

  #isExplained(event: EndEvent): boolean {
    if (event.type === 'ended' || event.stage === hostile) return true;
    if (event.type === 'stopped' && (this.isClosing || event.why.includes('of its group'))) {
      return true;
    }
    return this.#harmed.has(event.processId) || this.#recycling.has(event.processId);
  }
}

/** How it ended, and the last that it printed. */
function storyOf(event: EndEvent): string {
  if (event.type !== 'crashed') return event.type;
  const { message, stderr = [] } = event.failure;
  return [message, ...stderr.slice(-12)].join('\n  ');
}
