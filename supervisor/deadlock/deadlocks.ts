import type { Guest } from '../../src/direct/meetings.ts';
import { type BlockedOperation, DeadlockError } from '../../src/errors.ts';
import type { Exchange } from '../../src/exchange/exchange.ts';
import type { Participant } from './participant.ts';
import { type Deadlock, DeadlockWatch } from './watch.ts';
import { Words } from './words.ts';

/**
 * What to do when processes wait for each other, and nobody else can help them. `report`: the log says who
 * waits for whom. `fail`: besides, they are ended.
 */
export type OnDeadlock = 'report' | 'fail';

/** A process that a deadlock can be ended with. */
export interface Killable extends Participant {
  /** As it takes part in direct links. */
  readonly guest: Guest;
  kill(charge: Error): void;
}

/** Who takes part, and who is told. */
export interface DeadlockServices {
  readonly exchange: Exchange<Uint8Array>;
  readonly processes: () => readonly Killable[];
  /** Code of the supervisor's own process. */
  readonly others: () => readonly Participant[];
  /** Processes with direct links between them have nothing to do: what waits there is to be known here. */
  readonly partAmong: (guests: ReadonlySet<Guest>) => void;
  /** One has been found. */
  readonly onFound: (message: string) => void;
}

/** The deadlocks of one supervisor (R12): while it has processes they are looked for, told and ended. */
export class Deadlocks {
  readonly #services: DeadlockServices;
  readonly #on: OnDeadlock;
  #watch: DeadlockWatch | undefined;
  /** The first that was ended. */
  failure: DeadlockError | undefined;

  constructor(services: DeadlockServices, on: OnDeadlock) {
    this.#services = services;
    this.#on = on;
  }

  /** From now on, until `stop`. */
  watch(): void {
    this.#watch ??= new DeadlockWatch(
      () => this.#participants(),
      () => this.#services.exchange.waits(),
      (deadlock) => this.#found(deadlock),
      (idle) => this.#idleInPairs(idle),
    );
  }

  stop(): void {
    this.#watch?.stop();
    this.#watch = undefined;
  }

  /** Who waits for whom now. */
  explain(): string {
    return this.#words().explain(this.#services.exchange.waits());
  }

  /** The same, one by one. */
  blocked(): readonly BlockedOperation[] {
    return this.#words().blocked(this.#services.exchange.waits());
  }

  #found(deadlock: Deadlock): void {
    const error = this.#words().deadlock(deadlock);
    this.#services.onFound(error.message);
    if (this.#on === 'report') return;
    this.failure ??= error;
    const charge = new DeadlockError('it was in a deadlock', error.blocked, error.circle);
    for (const process of this.#services.processes()) {
      if (deadlock.participants.includes(process)) process.kill(charge);
    }
  }

  #idleInPairs(idle: readonly Participant[]): void {
    const processes = this.#services.processes().filter((process) => idle.includes(process));
    this.#services.partAmong(new Set(processes.map(({ guest }) => guest)));
  }

  #participants(): readonly Participant[] {
    return [...this.#services.processes(), ...this.#services.others()];
  }

  #words(): Words {
    return new Words({
      participants: this.#participants(),
      channelName: (channel) =>
        this.#services.exchange.observe(channel)?.name ?? `channel ${channel}`,
      stillFor: (participant) => this.#watch?.stillFor(participant) ?? 0,
    });
  }
}
