/** What one process prints, line by line; and what it printed last. */
import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { Lines, Tail } from './lines.ts';

/** Enough for an uncaught error of Node with its cause. */
const stderrLines = 60;
/** How long, in milliseconds, its output may outlive it. */
const lastWordsGrace = 200;

export type OutputName = 'stdout' | 'stderr';

export class Captured {
  readonly #streams: readonly Readable[];
  readonly #ended: Promise<unknown>;
  readonly #stderr = new Tail(stderrLines);

  /** @param child one that could not be started has no output */
  constructor(
    { stdout, stderr }: ChildProcess,
    onLine: (output: OutputName, line: string) => void,
  ) {
    this.#streams = [stdout, stderr].flatMap((stream) => stream ?? []);
    this.#ended = Promise.all([
      stdout && captured(stdout, (line) => onLine('stdout', line)),
      stderr &&
        captured(stderr, (line) => {
          this.#stderr.push(line);
          onLine('stderr', line);
        }),
    ]);
  }

  /** The last lines that it printed on stderr. */
  get stderr(): readonly string[] {
    return this.#stderr.lines();
  }

  get sockets(): readonly Socket[] {
    return this.#streams as readonly Socket[];
  }

  /**
   * The process is gone; what it printed last may still be on the way. A descendant in a session of its own that
   * holds the pipe is not waited for, and what it prints later is not captured.
   */
  async end(): Promise<void> {
    const { promise: tooLate, resolve } = Promise.withResolvers<void>();
    // What has arrived by then is read before the next turn.
    const timer = setTimeout(() => setImmediate(resolve), lastWordsGrace);
    await Promise.race([this.#ended, tooLate]);
    clearTimeout(timer);
    for (const stream of this.#streams) stream.destroy();
  }
}

function captured(stream: Readable, onLine: (line: string) => void): Promise<void> {
  const lines = new Lines(onLine);
  return new Promise((resolve) => {
    stream.on('error', () => {});
    stream.on('data', (chunk: Buffer) => lines.read(chunk));
    stream.once('close', () => {
      lines.end();
      resolve();
    });
  });
}
