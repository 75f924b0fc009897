import { appendFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { jsonLines } from '../../../platform/formats/json-lines.ts';
import type { Receiver } from '../../../src/ends/receiver.ts';
import type { Sender } from '../../../src/ends/sender.ts';
import type { ChannelOptions } from '../../../src/ends/terms.ts';
import type { DeadLetter } from '../../../src/value/letter.ts';
import type { Supervisor } from '../../supervisor.ts';
import { exitCodes } from '../exit-codes.ts';
import { Problem } from '../problem.ts';

/**
 * Values that no attempt has got through, each a line of JSON in a file: where it was, how often it was tried, what
 * became of each attempt. Such a send is done when its line is written.
 */
export class DeadLetters {
  readonly #file: string;
  readonly #sender: Sender<DeadLetter<never>>;
  readonly #receiver: Receiver<DeadLetter<unknown>>;

  /** @throws Problem when the file cannot be written */
  constructor(supervisor: Supervisor, file: string) {
    this.#file = file;
    this.#write('');
    const { sender, receiver } = supervisor.channel<DeadLetter<unknown>>('dead letters');
    this.#sender = sender as Sender<DeadLetter<never>>;
    this.#receiver = receiver;
  }

  /** For one more channel. */
  get terms(): ChannelOptions<never> {
    return { deadLetters: this.#sender.clone() };
  }

  /** No further channel comes. Resolves when all of them have ended. */
  async collect(): Promise<void> {
    this.#sender.close();
    for await (const work of this.#receiver.extended()) {
      this.#write(lineOf(work.value));
      work.taken();
    }
  }

  #write(line: string): void {
    try {
      appendFileSync(this.#file, line);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Problem(exitCodes.mistaken, `dead letters cannot be written: ${why}`);
    }
  }
}

function lineOf({ value, channel, attempts, failures }: DeadLetter<unknown>): string {
  const why = failures.map((failure) => failure?.message);
  return `${JSON.stringify({ channel, attempts, failures: why, value: readable(value) })}\n`;
}

/** As JSON, or for people where JSON does not have it. */
function readable(value: unknown): unknown {
  try {
    return JSON.parse(String(Buffer.from(jsonLines.encode(value))));
  } catch {
    return { inspected: inspect(value) };
  }
}
