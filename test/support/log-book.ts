import type { Log, LogLine } from 'handover';

/** Keeps what stages print, and waits for lines that have not come yet. */
export class LogBook {
  readonly lines: LogLine[] = [];
  readonly #waiting = new Set<(line: LogLine) => void>();

  readonly log: Log = (line) => {
    this.lines.push(line);
    for (const look of this.#waiting) look(line);
  };

  /** The first line that the stage printed with `text` in it, already there or yet to come. */
  until(stage: string, text: string): Promise<LogLine> {
    return this.#first(
      (line) => line.stage === stage && line.stream !== 'handover' && line.line.includes(text),
    );
  }

  /** The same, of what comes after so many lines. */
  after(lines: number, stage: string, text: string): Promise<LogLine> {
    return this.#first(
      (line) =>
        line.stage === stage &&
        line.stream !== 'handover' &&
        line.line.includes(text) &&
        this.lines.indexOf(line) >= lines,
    );
  }

  /** What the supervisor says of the stage when it has failed. */
  untilFailed(stage: string): Promise<LogLine> {
    return this.#first((line) => line.stage === stage && line.event.type === 'crashed');
  }

  #first(isIt: (line: LogLine) => boolean): Promise<LogLine> {
    const there = this.lines.find(isIt);
    if (there !== undefined) return Promise.resolve(there);
    return new Promise((resolve) => {
      const look = (line: LogLine) => {
        if (!isIt(line)) return;
        this.#waiting.delete(look);
        resolve(line);
      };
      this.#waiting.add(look);
    });
  }

  /** What the stage has printed so far. */
  printed(stage: string, stream: 'stdout' | 'stderr' = 'stdout'): string[] {
    return this.lines
      .filter((line) => line.stage === stage && line.stream === stream)
      .map(({ line }) => line);
  }

  /** What the supervisor has said about the stage so far. */
  about(stage: string): string[] {
    return this.lines
      .filter((line) => line.stage === stage && line.stream === 'handover')
      .map(({ line }) => line);
  }
}
