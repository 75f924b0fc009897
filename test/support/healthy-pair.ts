import { Supervisor, type SupervisorOptions } from 'handover';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { LogBook } from './log-book.ts';
import { ownProcesses } from './processes.ts';
import { stageModule } from './stage-module.ts';
import type { Supervision } from './supervision.ts';

/**
 * For a whole file: one supervisor, and one healthy pair of stages that lives through all that goes wrong
 * beside it. No process is left behind.
 */
export function superviseBesidePair(
  options: SupervisorOptions = {},
): Supervision & { readonly pair: HealthyPair } {
  const book = new LogBook();
  const supervisor = new Supervisor({ log: book.log, ...options });
  const pair = new HealthyPair({ supervisor, book });
  beforeAll(() => pair.goesOn());
  afterAll(async () => {
    await pair.goesOn();
    await supervisor.stop({ drain: 0, terminate: 0 });
    expect(ownProcesses(), 'processes left behind').toEqual([]);
  });
  return { supervisor, book, pair };
}

/** Two stages that send each other numbers for ever. */
export class HealthyPair {
  readonly #supervision: Supervision;

  constructor(supervision: Supervision) {
    this.#supervision = supervision;
    const { supervisor } = supervision;
    const ping = supervisor.channel<number>('ping');
    const pong = supervisor.channel<number>('pong');
    supervisor.stage('ping', {
      module: stageModule('ping'),
      ends: { output: ping.sender, input: pong.receiver },
    });
    supervisor.stage('pong', {
      module: stageModule('echo'),
      ends: { input: ping.receiver, output: pong.sender },
    });
  }

  /** Resolves when it has moved on from where it is now. */
  async goesOn(): Promise<void> {
    const before = this.#taken();
    await vi.waitFor(() => expect(this.#taken()).toBeGreaterThan(before + 20), {
      timeout: 20_000,
      interval: 5,
    });
  }

  #taken(): number {
    return this.#supervision.supervisor.statistics().get('pong')?.taken ?? 0;
  }
}
