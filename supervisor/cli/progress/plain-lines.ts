import type { Screen } from './screen.ts';
import type { View } from './timeline.ts';
import { lineOf } from './wording.ts';

/** For a log, or whoever reads along without a terminal: a line now and then, on stderr. */
export class PlainLines implements Screen {
  readonly every: number;

  constructor(every: number) {
    this.every = every;
  }

  show(view: View): void {
    if (view.rows.length === 0) return;
    process.stderr.write(`[handover] ${lineOf(view)}\n`);
  }

  finish(view: View): void {
    this.show(view);
  }
}
