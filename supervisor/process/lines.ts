import { StringDecoder } from 'node:string_decoder';

/** A line longer than this is cut into pieces: a child that never ends its line costs no more memory. */
const longestLine = 64 * 1024;

/** Text in chunks, out in lines. */
export class Lines {
  readonly #onLine: (line: string) => void;
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  read(chunk: Buffer): void {
    const pieces = (this.#rest + this.#decoder.write(chunk)).split('\n');
    this.#rest = pieces.pop() as string;
    for (const piece of pieces) this.#onLine(piece.endsWith('\r') ? piece.slice(0, -1) : piece);
    while (this.#rest.length > longestLine) {
      this.#onLine(this.#rest.slice(0, longestLine));
      this.#rest = this.#rest.slice(longestLine);
    }
  }

  /** The stream is over; what is left is a line, too. */
  end(): void {
    const rest = this.#rest + this.#decoder.end();
    this.#rest = '';
    if (rest !== '') this.#onLine(rest);
  }
}

/** The last lines of something that may print for ever. */
export class Tail {
  readonly #length: number;
  #lines: string[] = [];

  constructor(length: number) {
    this.#length = length;
  }

  push(line: string): void {
    this.#lines.push(line.length > 500 ? `${line.slice(0, 500)}…` : line);
    if (this.#lines.length > 2 * this.#length) this.#lines = this.#lines.slice(-this.#length);
  }

  lines(): readonly string[] {
    return this.#lines.slice(-this.#length);
  }
}
