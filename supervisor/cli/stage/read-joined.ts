/** Values come down a pipe from a stage, if it is one that writes; what is to be done says the reading side. */
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { ChannelEndedError, EndClosedError, OperationError } from '../../../src/errors.ts';
import type { Outside } from '../../outside.ts';
import { type Pipe, readingStream } from './pipe.ts';
import { type ReadingEffect, ReadingSide } from './reading-side.ts';
import { Talk } from './talk.ts';
import { type Farewell, toldToEnd, version, type Word } from './words.ts';

/** `plain`: it has lines, of which these are the first bytes. */
export type Read =
  | { readonly type: 'over' }
  | { readonly type: 'plain'; readonly chunks: AsyncIterable<Uint8Array> };

export class JoinedInput {
  /** Resolves when nothing more is read here. */
  readonly over: Promise<Read>;
  readonly #outside: Outside;
  readonly #stream: Socket;
  readonly #side = new ReadingSide();
  readonly #end: (read: Read) => void;
  /** Those that want to write, in the order in which they came. */
  readonly #waiting: Talk[] = [];
  #writer: Talk | undefined;

  constructor(pipe: Pipe, outside: Outside) {
    const { promise, resolve } = Promise.withResolvers<Read>();
    this.over = promise;
    this.#end = resolve;
    this.#outside = outside;
    this.#stream = readingStream(pipe);
    this.#stream.on('data', this.#hear);
    this.#stream.on('end', this.#hearEnd);
    this.#stream.on('error', this.#hearEnd);
  }

  /** Somebody has come, perhaps only to look whether anybody is here. */
  connect(socket: Socket): void {
    const talk = new Talk(socket, {
      onWord: (word) => this.#say(talk, word),
      onGone: () => this.#gone(talk),
    });
  }

  /** Our stage takes nothing more. Resolves when whoever writes can know it. */
  async leave(word: Farewell): Promise<void> {
    this.#undergo(this.#side.leaves(word));
    const all = this.#waiting.splice(0);
    for (const talk of all) talk.say(word);
    await Promise.all([this.#writer, ...all].map((talk) => talk?.end()));
    this.#finish({ type: 'over' });
  }

  readonly #hear = (bytes: Uint8Array) => this.#undergo(this.#side.bytes(bytes));
  readonly #hearEnd = () => this.#undergo(this.#side.pipeEnds());

  #say(talk: Talk, word: Word): void {
    if (word.type === 'join') this.#join(talk, word.version);
    else if (talk === this.#writer && (word.type === 'end' || word.type === 'broken')) {
      this.#undergo(this.#side.hears(word));
    }
  }

  #join(talk: Talk, spoken: number): void {
    if (this.#side.state === 'over' || spoken !== version) {
      talk.say({ type: 'plain' });
      void talk.end();
      return;
    }
    this.#waiting.push(talk);
    if (!this.#side.isFree) talk.say({ type: 'wait' });
    this.#admit();
  }

  #admit(): void {
    if (!this.#side.isFree) return;
    this.#writer = this.#waiting.shift();
    if (this.#writer === undefined) return;
    this.#undergo(this.#side.joins(randomBytes(16).toString('hex')));
  }

  #gone(talk: Talk): void {
    const place = this.#waiting.indexOf(talk);
    if (place !== -1) this.#waiting.splice(place, 1);
    if (talk === this.#writer) this.#undergo(this.#side.hears('gone'));
  }

  #undergo(effects: readonly ReadingEffect[]): void {
    for (const effect of effects) this.#perform(effect);
    this.#admit();
  }

  #perform(effect: ReadingEffect): void {
    switch (effect.type) {
      case 'say':
        this.#writer?.say(effect.word);
        break;
      case 'give':
        void this.#give(effect.value);
        break;
      case 'look':
        // What was said before these bytes were written is there, and is read in the next turn.
        setImmediate(() => setImmediate(() => this.#undergo(this.#side.looked())));
        break;
      case 'part':
        void this.#writer?.end();
        this.#writer = undefined;
        break;
      case 'plain':
        for (const talk of this.#waiting.splice(0)) talk.say({ type: 'plain' });
        this.#stop();
        this.#end({ type: 'plain', chunks: beginningWith(effect.bytes, this.#stream) });
        break;
      case 'end':
        this.#outside.input.close();
        this.#finish({ type: 'over' });
        break;
      case 'break':
        this.#outside.break(this.#outside.input, effect.why);
        this.#finish({ type: 'over' });
        break;
    }
  }

  async #give(bytes: Uint8Array): Promise<void> {
    try {
      await this.#outside.input.send({ bytes, carried: [] });
      this.#undergo(this.#side.taken());
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      await this.leave(farewellFor(error));
    }
  }

  #stop(): void {
    this.#stream.pause();
    this.#stream.off('data', this.#hear);
    this.#stream.off('end', this.#hearEnd);
    this.#stream.off('error', this.#hearEnd);
  }

  #finish(read: Read): void {
    this.#stop();
    this.#stream.destroy();
    this.#end(read);
  }
}

function farewellFor(error: OperationError): Farewell {
  if (error instanceof ChannelEndedError) return { type: 'closed' };
  // Only who tells us to end closes this end.
  return { type: 'lost', why: error instanceof EndClosedError ? toldToEnd : error.message };
}

async function* beginningWith(first: Uint8Array, stream: Socket): AsyncIterable<Uint8Array> {
  try {
    yield first;
    yield* stream as AsyncIterable<Uint8Array>;
  } finally {
    stream.destroy();
  }
}
