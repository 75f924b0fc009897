/**
 * The side of a joint that reads: what comes down the pipe, and what the one that writes says beside it. It does no I/O.
 *
 * A writer says that it is at its end beside the pipe, and only when every value of its own was taken. So the end of the
 * pipe tells nothing while one is joined: what counts is how it leaves.
 *
 * | state     | meaning                                                                                        |
 * | --------- | ---------------------------------------------------------------------------------------------- |
 * | `open`    | nobody writes; a stage may join, or bytes may come                                              |
 * | `greeted` | a stage has joined, and was told the nonce                                                      |
 * | `joined`  | its nonce came down the pipe; a value may                                                       |
 * | `given`   | our stage has its value, and has not said what becomes of it                                    |
 * | `bereft`  | the same, but it has left without a word                                                        |
 * | `puzzled` | bytes came that are none of its; it may have left, and then they are those of who writes now    |
 * | `over`    | nothing more is read here: at its end, broken, or handed over to who reads lines                |
 *
 * | what happens         | `open`             | `greeted`, `joined`                          | `given`         | `bereft` | `puzzled`     |
 * | -------------------- | ------------------ | -------------------------------------------- | --------------- | -------- | ------------- |
 * | a stage joins        | hello: `greeted`   | –                                            | –               | –        | –             |
 * | bytes come           | plain: `over`      | a value: give, `given`. None: `puzzled`      | kept            | kept     | kept          |
 * | the pipe is at its end | end: `over`      | kept in mind                                 | the same        | the same | the same      |
 * | the word `end`       | –                  | part: `open`                                 | part: `open`    | –        | part: `open`  |
 * | the word `broken`, or it is gone | –      | break: `over`                                | `bereft`        | –        | break: `over` |
 * | our stage has taken  | –                  | –                                            | taken: `joined` | break: `over` | –        |
 * | our stage wants no more, or is dead | `over` | it is told: `over`                       | it is told: `over` | `over` | it is told: `over` |
 * | nothing more was said | –                 | –                                            | –               | –        | break: `over` |
 *
 * In `open`, what was kept counts as if it came then.
 */
import { Incoming } from './frames.ts';
import type { Farewell, ReaderWord, WriterWord } from './words.ts';

export type ReadingEffect =
  /** To the one that has joined. */
  | { readonly type: 'say'; readonly word: ReaderWord }
  /** A value for our stage. */
  | { readonly type: 'give'; readonly value: Uint8Array }
  /** Whether more has been said beside the pipe: `looked` is due when all that was there has been heard. */
  | { readonly type: 'look' }
  /** The one that had joined is done: the next may. */
  | { readonly type: 'part' }
  /** From here on the pipe has lines; these bytes are the first of them. */
  | { readonly type: 'plain'; readonly bytes: Uint8Array }
  | { readonly type: 'end' }
  | { readonly type: 'break'; readonly why: string };

export type ReadingState = 'open' | 'greeted' | 'joined' | 'given' | 'bereft' | 'puzzled' | 'over';

const mixed = 'something else writes to the same pipe, between the values of a stage';
const silent = 'the stage before this one is gone, and did not say that it was at its end';

export class ReadingSide {
  #state: ReadingState = 'open';
  readonly #incoming = new Incoming();
  #nonce = '';
  #hasPipeEnded = false;
  #why = silent;

  get state(): ReadingState {
    return this.#state;
  }

  /** Whether one that waits may join. */
  get isFree(): boolean {
    return this.#state === 'open';
  }

  joins(nonce: string): readonly ReadingEffect[] {
    if (this.#state !== 'open') return [];
    this.#state = 'greeted';
    this.#nonce = nonce;
    return [{ type: 'say', word: { type: 'hello', nonce } }];
  }

  bytes(bytes: Uint8Array): readonly ReadingEffect[] {
    this.#incoming.add(bytes);
    return this.#read();
  }

  pipeEnds(): readonly ReadingEffect[] {
    this.#hasPipeEnded = true;
    return this.#read();
  }

  /** The one that has joined says something, or `gone`: without a word. */
  hears(word: WriterWord | 'gone'): readonly ReadingEffect[] {
    if (this.#state === 'open' || this.#state === 'bereft' || this.#state === 'over') return [];
    if (word !== 'gone' && word.type === 'join') return [];
    if (word !== 'gone' && word.type === 'end' && this.#state !== 'given') {
      this.#state = 'open';
      return [{ type: 'part' }, ...this.#read()];
    }
    this.#why = word !== 'gone' && word.type === 'broken' ? word.why : silent;
    if (this.#state !== 'given') return this.#break(this.#why);
    this.#state = 'bereft';
    return [];
  }

  taken(): readonly ReadingEffect[] {
    if (this.#state === 'bereft') return this.#break(this.#why);
    if (this.#state !== 'given') return [];
    this.#state = 'joined';
    return [{ type: 'say', word: { type: 'taken' } }, ...this.#read()];
  }

  /** Our stage takes nothing more: it wants no more, or is dead. */
  leaves(word: Farewell): readonly ReadingEffect[] {
    const isHeard = !['open', 'bereft', 'over'].includes(this.#state);
    this.#state = 'over';
    return isHeard ? [{ type: 'say', word }] : [];
  }

  looked(): readonly ReadingEffect[] {
    return this.#state === 'puzzled' ? this.#break(mixed) : [];
  }

  /** What has come, as far as it means something now. */
  #read(): readonly ReadingEffect[] {
    switch (this.#state) {
      case 'open':
        return this.#readPlain();
      case 'greeted':
      case 'joined':
        return this.#readValue();
      default:
        return [];
    }
  }

  #readPlain(): readonly ReadingEffect[] {
    if (!this.#incoming.isEmpty) {
      this.#state = 'over';
      return [{ type: 'plain', bytes: this.#incoming.takeAll() }];
    }
    if (!this.#hasPipeEnded) return [];
    this.#state = 'over';
    return [{ type: 'end' }];
  }

  #readValue(): readonly ReadingEffect[] {
    if (this.#state === 'greeted') {
      const seen = this.#incoming.nonce(this.#nonce);
      if (seen === 'foreign') return this.#puzzle();
      if (seen === 'more') return [];
      this.#state = 'joined';
    }
    const value = this.#incoming.value();
    if (value === 'foreign') return this.#puzzle();
    if (value === 'more') return [];
    this.#state = 'given';
    return [{ type: 'give', value }];
  }

  #puzzle(): readonly ReadingEffect[] {
    this.#state = 'puzzled';
    return [{ type: 'look' }];
  }

  #break(why: string): readonly ReadingEffect[] {
    this.#state = 'over';
    return [{ type: 'break', why }];
  }
}
