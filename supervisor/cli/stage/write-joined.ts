/** Values go down a pipe to a stage; what is to be done says the writing side. */
import type { Socket } from 'node:net';
import { Receiver } from '../../../src/ends/receiver.ts';
import { ChannelBrokenError, OperationError } from '../../../src/errors.ts';
import type { HeldWork } from '../../../src/party/hand.ts';
import type { Parcel } from '../../../src/value/codec.ts';
import type { Outside } from '../../outside.ts';
import { type Pipe, writingStream } from './pipe.ts';
import { Talk } from './talk.ts';
import { type LastWord, version, type Word } from './words.ts';
import { type WritingEffect, WritingSide } from './writing-side.ts';

/** `unwanted`: nobody wants more. `plain`: it is no stage that reads, after all. */
export type Written = 'over' | 'unwanted' | 'plain';

/** An end of a channel is a right in one supervisor: the next stage has another. */
export const stuckEnd =
  'the end of a channel in it cannot leave the stage: there is another supervisor';

export interface JoinedOutputEvents {
  readonly say: (what: string) => void;
  /** What is said when our stage has ended well. */
  readonly lastWord: () => LastWord;
}

export class JoinedOutput {
  /** Resolves when nothing more is written. */
  readonly over: Promise<Written>;
  readonly #outside: Outside;
  readonly #stream: Socket;
  readonly #talk: Talk;
  readonly #side = new WritingSide();
  readonly #events: JoinedOutputEvents;
  readonly #end: (written: Written) => void;
  #inHand: HeldWork<Parcel> | undefined;
  /** Until the next value is here, or none comes. */
  #receiving: Promise<void> | undefined;
  readonly #recall = new AbortController();

  /** @param socket on which the stage that reads was found */
  constructor(socket: Socket, pipe: Pipe, outside: Outside, events: JoinedOutputEvents) {
    const { promise, resolve } = Promise.withResolvers<Written>();
    this.over = promise;
    this.#end = resolve;
    this.#outside = outside;
    this.#events = events;
    // A pipe that nobody reads any more shows beside it, too.
    this.#stream = writingStream(pipe).on('error', () => {});
    this.#talk = new Talk(socket, {
      onWord: (word) => isReaders(word) && this.#undergo(this.#side.hears(word)),
      onGone: () => this.#undergo(this.#side.hears('gone')),
    });
    this.#talk.say({ type: 'join', version });
  }

  #undergo(effects: readonly WritingEffect[]): void {
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: WritingEffect): void {
    switch (effect.type) {
      case 'next':
        this.#receiving = this.#next();
        break;
      case 'write':
        this.#stream.write(effect.bytes);
        break;
      case 'release':
        this.#inHand?.taken();
        break;
      case 'give back':
        this.#inHand?.giveBack();
        break;
      case 'fail':
        this.#inHand?.fail(new Error(effect.why));
        break;
      case 'close':
        this.#outside.output.close();
        this.#leave('unwanted');
        break;
      case 'break':
        void this.#break(effect.why);
        break;
      case 'plain':
        this.#leave('plain');
        break;
      case 'wait':
        this.#events.say(
          'another stage writes to the same pipe: this one waits until that one is at its end',
        );
        break;
      case 'say':
        this.#talk.say(effect.word);
        this.#leave('over');
        break;
    }
  }

  async #next(): Promise<void> {
    const work = await this.#received();
    if (work === undefined) return;
    this.#inHand = work;
    const effects = this.#side.sends(work.value.bytes);
    if (effects.length === 0) work.giveBack();
    this.#undergo(effects);
  }

  /** Nothing when our stage has nothing more. */
  async #received(): Promise<HeldWork<Parcel> | undefined> {
    for (;;) {
      try {
        const work = await Receiver.work(this.#outside.output, { signal: this.#recall.signal });
        if (work.value.carried.length === 0) return work;
        work.fail(new Error(stuckEnd));
      } catch (error) {
        if (!(error instanceof OperationError)) throw error;
        const isBroken = error instanceof ChannelBrokenError;
        const why = isBroken && error.cause instanceof Error ? error.cause.message : '';
        this.#undergo(
          this.#side.ends(isBroken ? { type: 'broken', why } : this.#events.lastWord()),
        );
        return undefined;
      }
    }
  }

  /** An end on which somebody waits cannot be given up. */
  async #break(why: string): Promise<void> {
    this.#recall.abort();
    await this.#receiving;
    this.#outside.break(this.#outside.output, why);
    this.#leave('over');
  }

  #leave(written: Written): void {
    this.#stream.destroy();
    void this.#talk.end().then(() => this.#end(written));
  }
}

function isReaders(word: Word): word is Exclude<Word, { type: 'join' | 'end' | 'broken' }> {
  return word.type !== 'join' && word.type !== 'end' && word.type !== 'broken';
}
