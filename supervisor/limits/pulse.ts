/** The line over which a process is asked whether it lives: a byte there, the same byte back. */
import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Clock } from '../../src/clock.ts';
import { HangError } from '../../src/errors.ts';
import type { StageLimits } from './limits.ts';
import { Question } from './question.ts';

/** To be answered by whatever still runs there, and by its main thread. */
const bytes = { silence: 1, busy: 2 } as const;

export interface PulseEvents {
  readonly onHang: (error: HangError) => void;
  /** What the system says of the process, if that explains it. */
  readonly look: () => string | undefined;
}

/** Whether a process has to have such a line. */
export function needsPulse({ silence, busy }: StageLimits): boolean {
  return silence !== undefined || busy !== undefined;
}

/** What it finds on its descriptor: a socket pair, and as its environment says it. */
export const pulseStdio = { value: 'pipe', input: true } as const;

export class Pulse {
  readonly #socket: Socket;
  readonly #questions = new Map<number, Question>();

  constructor(
    child: ChildProcess,
    descriptor: number,
    limits: StageLimits,
    clock: Clock,
    { onHang, look }: PulseEvents,
  ) {
    this.#socket = child.stdio[descriptor] as Socket;
    this.#socket.unref();
    // A process that is gone shows elsewhere.
    this.#socket.on('error', () => {});
    this.#socket.on('data', (chunk: Buffer) => {
      for (const byte of chunk) this.#questions.get(byte)?.answered();
    });
    for (const what of ['silence', 'busy'] as const) {
      const limit = limits[what];
      if (limit === undefined) continue;
      const question = new Question(limit, clock, {
        onAsk: () => this.#socket.write(Uint8Array.of(bytes[what])),
        onUnanswered: (milliseconds) => {
          const seen = look();
          onHang(new HangError(what, milliseconds, seen === undefined ? {} : { seen }));
        },
      });
      this.#questions.set(bytes[what], question);
    }
  }

  start(): void {
    for (const question of this.#questions.values()) question.start();
  }

  stop(): void {
    for (const question of this.#questions.values()) question.stop();
    this.#socket.destroy();
  }
}
