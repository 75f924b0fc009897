/**
 * The side of a joint that writes: one value at a time goes down the pipe, and its sender is released when the one that
 * reads says, beside the pipe, that its stage has taken it. It does no I/O.
 *
 * | state        | meaning                                                      |
 * | ------------ | ------------------------------------------------------------ |
 * | `greeting`   | it has asked to join, and waits for its turn                 |
 * | `joined`     | every value was answered                                     |
 * | `unanswered` | a value is in the pipe, or at the stage behind it            |
 * | `over`       | nothing more is written here                                 |
 *
 * | what happens            | `greeting`                    | `joined`              | `unanswered`                               |
 * | ----------------------- | ----------------------------- | --------------------- | ------------------------------------------ |
 * | the word `hello`        | next: `joined`                | –                     | –                                          |
 * | the word `plain`        | plain: `over`                 | –                     | –                                          |
 * | our stage sends a value | –                             | write: `unanswered`   | –                                          |
 * | the word `taken`        | –                             | –                     | release, next: `joined`                    |
 * | the word `closed`       | close: `over`                 | close: `over`         | give back, close: `over`                   |
 * | the word `lost`         | break: `over`                 | break: `over`         | fail, break: `over`                        |
 * | the other is gone       | plain: `over`                 | break: `over`         | fail, break: `over`                        |
 * | our stage is at its end | it is said: `over`            | it is said: `over`    | it is said: `over`                         |
 *
 * A value that is unanswered when the other is lost may have been taken: its send fails, and says so.
 */
import { frameOf } from './frames.ts';
import type { LastWord, ReaderWord, WriterWord } from './words.ts';

export type WritingEffect =
  /** The next value may come. */
  | { readonly type: 'next' }
  /** Down the pipe. */
  | { readonly type: 'write'; readonly bytes: Uint8Array }
  | { readonly type: 'release' }
  /** The value was not taken. */
  | { readonly type: 'give back' }
  /** The value may have been taken. */
  | { readonly type: 'fail'; readonly why: string }
  /** Nobody wants more. */
  | { readonly type: 'close' }
  | { readonly type: 'break'; readonly why: string }
  /** Who reads, reads lines. */
  | { readonly type: 'plain' }
  /** Another writes to the same pipe. */
  | { readonly type: 'wait' }
  | { readonly type: 'say'; readonly word: WriterWord };

export type WritingState = 'greeting' | 'joined' | 'unanswered' | 'over';

const silent = 'the stage behind this one is gone';

export class WritingSide {
  #state: WritingState = 'greeting';
  /** It goes down the pipe before the first value. */
  #nonce: string | undefined;

  get state(): WritingState {
    return this.#state;
  }

  hears(word: ReaderWord | 'gone'): readonly WritingEffect[] {
    if (this.#state === 'over') return [];
    if (word === 'gone') return this.#isLeft();
    switch (word.type) {
      case 'hello':
        return this.#begin(word.nonce);
      case 'wait':
        return this.#state === 'greeting' ? [{ type: 'wait' }] : [];
      case 'plain':
        return this.#state === 'greeting' ? this.#end([{ type: 'plain' }]) : [];
      case 'taken':
        return this.#answered();
      case 'closed':
        return this.#end([...this.#ifUnanswered({ type: 'give back' }), { type: 'close' }]);
      case 'lost':
        return this.#lose(word.why);
    }
  }

  sends(value: Uint8Array): readonly WritingEffect[] {
    if (this.#state !== 'joined') return [];
    this.#state = 'unanswered';
    const bytes = frameOf(value, this.#nonce);
    this.#nonce = undefined;
    return [{ type: 'write', bytes }];
  }

  /** Our stage sends nothing more. */
  ends(word: LastWord): readonly WritingEffect[] {
    return this.#state === 'over' ? [] : this.#end([{ type: 'say', word }]);
  }

  #isLeft(): readonly WritingEffect[] {
    return this.#state === 'greeting' ? this.#end([{ type: 'plain' }]) : this.#lose(silent);
  }

  #begin(nonce: string): readonly WritingEffect[] {
    if (this.#state !== 'greeting') return [];
    this.#state = 'joined';
    this.#nonce = nonce;
    return [{ type: 'next' }];
  }

  #answered(): readonly WritingEffect[] {
    if (this.#state !== 'unanswered') return [];
    this.#state = 'joined';
    return [{ type: 'release' }, { type: 'next' }];
  }

  #lose(why: string): readonly WritingEffect[] {
    return this.#end([...this.#ifUnanswered({ type: 'fail', why }), { type: 'break', why }]);
  }

  #ifUnanswered(effect: WritingEffect): readonly WritingEffect[] {
    return this.#state === 'unanswered' ? [effect] : [];
  }

  #end(effects: readonly WritingEffect[]): readonly WritingEffect[] {
    this.#state = 'over';
    return effects;
  }
}
