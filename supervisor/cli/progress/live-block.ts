import { createLogUpdate } from 'log-update';
import type { Screen } from './screen.ts';
import type { View } from './timeline.ts';
import { blockOf } from './wording.ts';

type Write = NodeJS.WriteStream['write'];

/**
 * For a terminal: one block at its end, on stderr, that is drawn again and again.
 *
 * Whatever else is printed meanwhile, on either stream and by whomever in this process, must not tear it: so
 * a write takes the block away first, and the block comes back when the written line is complete.
 */
export class LiveBlock implements Screen {
  readonly every = 200;
  readonly #draw;
  readonly #release: (() => void)[];
  #text = '';
  #isShown = false;
  #isLineOpen = false;
  #redraw: NodeJS.Immediate | undefined;

  constructor() {
    this.#draw = createLogUpdate(canvasOn(process.stderr), { showCursor: true });
    const guarded = process.stdout.isTTY ? [process.stderr, process.stdout] : [process.stderr];
    this.#release = guarded.map((stream) => this.#guard(stream));
  }

  show(view: View): void {
    this.#text = textOf(view);
    this.#appear();
  }

  finish(view: View): void {
    clearImmediate(this.#redraw);
    for (const release of this.#release) release();
    if (this.#isLineOpen) process.stderr.write('\n');
    this.#text = textOf(view);
    if (this.#text !== '') this.#draw(this.#text);
    this.#draw.done();
  }

  #guard(stream: NodeJS.WriteStream): () => void {
    const write = stream.write;
    stream.write = ((...args: Parameters<Write>) => {
      this.#disappear();
      this.#isLineOpen = !endsLine(args[0], this.#isLineOpen);
      return write.apply(stream, args);
    }) as Write;
    return () => {
      stream.write = write;
    };
  }

  #appear(): void {
    if (this.#isLineOpen || this.#text === '') return;
    this.#draw(this.#text);
    this.#isShown = true;
  }

  /** Until all that is printed in this turn is out. */
  #disappear(): void {
    if (!this.#isShown) return;
    this.#draw.clear();
    this.#isShown = false;
    clearImmediate(this.#redraw);
    this.#redraw = setImmediate(() => this.#appear());
  }
}

/** The stream as it is now: drawing itself does not pass the guard. */
function canvasOn(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  return Object.create(stream, {
    write: { value: stream.write.bind(stream) },
    // Some terminals say that they have no columns and no rows, and mean that they do not know.
    columns: { get: () => stream.columns || 80 },
    rows: { get: () => stream.rows || 24 },
  });
}

function textOf(view: View): string {
  return view.rows.length === 0 ? '' : blockOf(view);
}

function endsLine(chunk: string | Uint8Array, wasOpen: boolean): boolean {
  if (chunk.length === 0) return !wasOpen;
  return typeof chunk === 'string' ? chunk.endsWith('\n') : chunk.at(-1) === 0x0a;
}
