/**
 * What a script can ask for, and the line that it gets:
 *
 * | request                        | answer                                                           |
 * | ------------------------------ | ---------------------------------------------------------------- |
 * | `receive END [SECONDS]`        | `value VALUE`, `end` or `late`                                   |
 * | `work END [SECONDS]`           | the same; the value is in hand until the next `work`, or `done`  |
 * | `done`, `fail WHY`             | `done`: what is in hand is taken, or the attempt at it has failed |
 * | `send END TEXT [SECONDS]`      | `done`, `end` when nobody can take it any more, or `late`        |
 * | `send-json END JSON [SECONDS]` | the same                                                         |
 * | `select END…`                  | `chosen END VALUE`, or `ended END`                               |
 * | `close END`                    | `done`                                                           |
 *
 * Whatever else fails is answered by `error WHY`, with which the script ends: a broken channel is no end.
 */
import { jsonLines } from '../../platform/formats/json-lines.ts';
import { select } from '../../platform/select.ts';
import { Receiver } from '../../src/ends/receiver.ts';
import type { Sender } from '../../src/ends/sender.ts';
import { ChannelEndedError, TimedOutError } from '../../src/errors.ts';
import type { Work } from '../../src/party/operation.ts';

export type Ends = ReadonlyMap<string, Sender<never> | Receiver<unknown>>;

/** How many words each takes, at least and at most. */
const wordsOf: Readonly<Record<string, readonly [least: number, most: number]>> = {
  receive: [1, 2],
  work: [1, 2],
  done: [0, 0],
  fail: [1, 1],
  send: [2, 3],
  'send-json': [2, 3],
  select: [1, Number.POSITIVE_INFINITY],
  close: [1, 1],
};

function unknown(what: string): never {
  throw new Mistake(`there is no "handover ${what}": there are ${Object.keys(wordsOf).join(', ')}`);
}

/** Its own words: something was asked that cannot be asked. */
class Mistake extends Error {}

export class Answers {
  readonly #ends: Ends;
  /** What the script has in hand. */
  #work: Work<unknown> | undefined;
  #hasFailed = false;

  constructor(ends: Ends) {
    this.#ends = ends;
  }

  /** Resolves with a line. After an error, which a part of the script may have outlived, nothing more is done. */
  async to(request: readonly string[] | 'no text'): Promise<string> {
    if (this.#hasFailed) return 'leave 1';
    try {
      if (request === 'no text') throw new Mistake('a word is no UTF-8');
      const [what = '', ...words] = request;
      return await this.#answer(what, words);
    } catch (error) {
      if (error instanceof ChannelEndedError) return 'end';
      if (error instanceof TimedOutError) return 'late';
      this.#hasFailed = true;
      return `error ${inLine(error instanceof Error ? error.message : String(error))}`;
    }
  }

  async #answer(what: string, words: readonly string[]): Promise<string> {
    const [least, most] = wordsOf[what] ?? unknown(what);
    const [name = '', text = '', seconds] = words;
    if (words.length < least) throw new Mistake(`a word is missing: see handover shell --help`);
    if (words.length > most) {
      throw new Mistake(
        `there are ${words.length} words; what belongs together needs quotes: "$value"`,
      );
    }
    switch (what) {
      case 'receive':
        return `value ${written(await this.#receiver(name).receive(patience(words[1])))}`;
      case 'work':
        this.#work?.taken();
        this.#work = undefined;
        this.#work = await Receiver.work(this.#receiver(name), patience(words[1]));
        return `value ${written(this.#work.value)}`;
      case 'done':
        this.#finish((work) => work.taken());
        return 'done';
      case 'fail':
        this.#finish((work) => work.fail(name));
        return 'done';
      case 'send':
        await this.#sender(name).send(text, patience(seconds));
        return 'done';
      case 'send-json':
        await this.#sender(name).send(parsed(text), patience(seconds));
        return 'done';
      case 'select':
        return this.#select(words);
      default:
        this.#end(name).close();
        return 'done';
    }
  }

  #finish(say: (work: Work<unknown>) => void): void {
    if (this.#work === undefined) throw new Mistake('there is nothing in hand');
    say(this.#work);
    this.#work = undefined;
  }

  async #select(names: readonly string[]): Promise<string> {
    const guards = Object.fromEntries(
      names.map((name) => [name, this.#receiver(name).onReceive()]),
    );
    const chosen = await select(guards);
    return chosen.done
      ? `ended ${chosen.guard}`
      : `chosen ${chosen.guard} ${written(chosen.value)}`;
  }

  #receiver(name: string): Receiver<unknown> {
    const end = this.#end(name);
    if (end instanceof Receiver) return end;
    throw new Mistake(`"${name}" sends, and cannot be received from`);
  }

  #sender(name: string): Sender<unknown> {
    const end = this.#end(name);
    if (end instanceof Receiver) throw new Mistake(`"${name}" receives, and cannot be sent to`);
    return end as Sender<unknown>;
  }

  #end(name: string): Sender<never> | Receiver<unknown> {
    const end = this.#ends.get(name);
    if (end !== undefined) return end;
    const names = [...this.#ends.keys()].map((known) => `"${known}"`).join(', ') || 'none';
    throw new Mistake(`the script was given no end "${name}"; it has: ${names}`);
  }
}

/** A text as it is, anything else as JSON. A shell can hold all of it but zero bytes. */
function written(value: unknown): string {
  const text =
    typeof value === 'string' ? value : String(Buffer.from(jsonLines.encode(value))).trimEnd();
  if (text.includes('\0'))
    throw new Mistake('a shell cannot hold the zero byte in the value that came');
  return inLine(text);
}

/** As `printf %b` reads it. */
function inLine(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Mistake(`this is no JSON: ${text}`, { cause });
  }
}

function patience(seconds: string | undefined): { readonly timeout?: number } {
  if (seconds === undefined) return {};
  const timeout = Number(seconds) * 1000;
  if (seconds.trim() !== '' && timeout >= 0) return { timeout };
  throw new Mistake(`"${seconds}" is no number of seconds`);
}
