/** All that looks on while one process runs, as its stage's limits ask for. Without limits it does nothing. */
import type { ChildProcess } from 'node:child_process';
import { watchClock } from '../../platform/clock.ts';
import type { OpNumber } from '../../src/arbiter/events.ts';
import { HangError, type LimitError, TopologyError } from '../../src/errors.ts';
import type { HandAnswer, HandWatch, Seat } from '../../src/exchange/seat.ts';
import { pulseFeature } from '../../src/wire/message.ts';
import type { Command } from '../command/command.ts';
import { Deadline } from './deadline.ts';
import { Lifetime, type LifetimeTerms } from './lifetime.ts';
import type { StageLimits } from './limits.ts';
import { Meter, type Metered } from './meter.ts';
import { factsOf, readFacts, workersOf } from './processes.ts';
import { needsPulse, Pulse } from './pulse.ts';

export interface GuardianEvents {
  /** It hung, or took too much: it is to be killed. */
  readonly onBreach: (error: LimitError | HangError | TopologyError) => void;
  /** It has done as much as one process should, or is as old. */
  readonly onDue: (why: keyof LifetimeTerms) => void;
  /** Of an operation that has a value in hand. */
  readonly channelOf: (op: OpNumber) => string | undefined;
}

/** How often to look what processes use, in milliseconds: where a program has to be asked for it, more rarely. */
const period = process.platform === 'linux' ? 100 : 1_000;
const meter = new Meter(readFacts, watchClock, period);

/** What is to be looked after, and by which limits. */
export interface Guarded {
  readonly limits: StageLimits;
  readonly command: Pick<Command, 'starters'>;
}

export class Guardian implements HandWatch {
  readonly #metered: Metered;
  readonly #limits: StageLimits;
  readonly #events: GuardianEvents;
  readonly #watches: readonly HandWatch[];
  readonly #pulse: Pulse | undefined;
  readonly #deadline: Deadline | undefined;
  readonly #lifetime: Lifetime;
  #stopMeter: () => void = () => {};

  /** @param pulseDescriptor which of its descriptors is for the pulse, if there is one */
  constructor(
    child: ChildProcess,
    seat: Seat<Uint8Array>,
    pulseDescriptor: number,
    { limits, command: { starters } }: Guarded,
    events: GuardianEvents,
  ) {
    this.#metered = { processId: child.pid ?? 0, starters };
    this.#limits = limits;
    this.#events = events;
    const { deadline, values } = limits;
    this.#pulse =
      child.pid !== undefined && needsPulse(limits)
        ? new Pulse(child, pulseDescriptor, limits, watchClock, {
            onHang: (error) => this.#breached(error),
            look: () => this.#seen(),
          })
        : undefined;
    this.#deadline =
      deadline === undefined
        ? undefined
        : new Deadline(deadline, watchClock, (op, milliseconds) => this.#overdue(op, milliseconds));
    this.#lifetime = new Lifetime(limits, watchClock, events.onDue);
    this.#watches = [this.#deadline, values === undefined ? undefined : this.#lifetime].flatMap(
      (watch) => watch ?? [],
    );
    if (this.#watches.length > 0) seat.watch(this);
    // Who starts a program does so when its turn has come.
    if (starters === 0) this.#watchUsage();
  }

  /** The process has said hello. @param features of its runtime */
  greeted(features: readonly string[]): void {
    if (needsPulse(this.#limits) && !features.includes(pulseFeature)) {
      this.#breached(
        new TopologyError(
          'its runtime cannot tell whether it lives (it names no feature "pulse"): leave out limits.silence and limits.busy',
        ),
      );
      return;
    }
    this.#pulse?.start();
  }

  /** Its turn has come. */
  welcomed(): void {
    this.#lifetime.start();
    if (this.#metered.starters > 0) this.#watchUsage();
  }

  given(op: OpNumber): void {
    for (const watch of this.#watches) watch.given(op);
  }

  answered(op: OpNumber, answer: HandAnswer): void {
    for (const watch of this.#watches) watch.answered(op, answer);
  }

  /** The process has exited, or is about to. */
  stop(): void {
    this.#pulse?.stop();
    this.#deadline?.stop();
    this.#lifetime.stop();
    this.#stopMeter();
  }

  #watchUsage(): void {
    const { memoryBytes, cpuTime } = this.#limits;
    if (this.#metered.processId === 0 || (memoryBytes ?? cpuTime) === undefined) return;
    this.#stopMeter = meter.watch(this.#metered, this.#limits, (error) => this.#breached(error));
  }

  #overdue(op: OpNumber, milliseconds: number): void {
    const channel = this.#events.channelOf(op);
    const seen = this.#seen();
    this.#breached(
      new HangError('value', milliseconds, {
        ...(channel !== undefined && { channel }),
        ...(seen !== undefined && { seen }),
      }),
    );
  }

  #seen(): string | undefined {
    const { processId, starters } = this.#metered;
    const workers = starters === 0 ? [factsOf(processId)] : workersOf(processId, starters);
    const isStopped = workers.length > 0 && workers.every((facts) => facts?.state === 'T');
    return isStopped ? 'it was stopped (SIGSTOP)' : undefined;
  }

  #breached(error: LimitError | HangError | TopologyError): void {
    this.stop();
    this.#events.onBreach(error);
  }
}
