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

/** Its own words: something was asked that cannot be asked. */
class Mistake extends Error {}

export class Answers {
  readonly #ends: Ends;
  /** What the script has in hand. */
  #work: Work<unknown> | undefined;

  constructor(ends: Ends) {
    this.#ends = ends;
  }

  /** Resolves with a line. */
  async to([what = '', ...words]: readonly string[]): Promise<string> {
    try {
      return await this.#answer(what, words);
    } catch (error) {
      if (error instanceof ChannelEndedError) return 'end';
      if (error instanceof TimedOutError) return 'late';
      return `error ${inLine(error instanceof Error ? error.message : String(error))}`;
    }
  }

  async #answer(what: string, [name = '', ...rest]: readonly string[]): Promise<string> {
    switch (what) {
      case 'receive':
        return `value ${written(await this.#receiver(name).receive(patience(rest[0])))}`;
      case 'work':
        this.#work?.taken();
        this.#work = await Receiver.work(this.#receiver(name), patience(rest[0]));
        return `value ${written(this.#work.value)}`;
      case 'done':
        this.#work?.taken();
        return 'done';
      case 'fail':
        this.#work?.fail(name);
        return 'done';
      case 'send':
        await this.#sender(name).send(rest[0] ?? '', patience(rest[1]));
        return 'done';
      case 'send-json':
        await this.#sender(name).send(parsed(rest[0] ?? ''), patience(rest[1]));
        return 'done';
      case 'select':
        return this.#select([name, ...rest]);
      case 'close':
        this.#end(name).close();
        return 'done';
      default:
        throw new Mistake(
          `there is no "handover ${what}": there are receive, work, done, fail, send, send-json, select, close`,
        );
    }
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
