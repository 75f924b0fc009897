/**
 * One process under test, for one check: its link as bytes and messages, and its end. Nothing here answers by
 * itself; `talk.ts` has what a supervisor would do.
 *
 * | state     | meaning                                                  | who waits for a message           |
 * | --------- | -------------------------------------------------------- | --------------------------------- |
 * | `running` | it may say something                                     | waits, for as long as its patience |
 * | `over`    | it has exited, and its link was read to the end          | is told how it ended              |
 * | `wrong`   | it said what nobody may say, or could not be started     | is told what                      |
 *
 * Should the kit die, a reaper ends the process, as it does for a supervisor.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { ProtocolError } from '../../../src/errors.ts';
import type { Frame } from '../../../src/wire/frame.ts';
import { FrameReader } from '../../../src/wire/frame-reader.ts';
import type { FromProcess, FromSupervisor } from '../../../src/wire/message.ts';
import { decodeFromProcess } from '../../../src/wire/read-header.ts';
import { ProcessGroup } from '../../groups/process-group.ts';
import { exitCodes } from '../exit-codes.ts';
import { Problem } from '../problem.ts';
import { bytesOf } from './bytes.ts';
import { Conduct } from './conduct.ts';
import { Unmet } from './outcome.ts';
import { lay, type Plugged, type Transport } from './transport.ts';

export type Said<T extends FromProcess['type']> = Extract<FromProcess, { type: T }>;

/** How a process is started. */
export interface Manner {
  readonly transport: Transport;
  /** In milliseconds: how long it may take for what it must do. */
  readonly patience: number;
  /** Whether it is given a descriptor for its pulse (8.19). */
  readonly pulse: 'given' | 'none';
  /** Above this, the value of an offer is read over, as a supervisor does (2.3). */
  readonly maxValueBytes: number;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What became of its link (`left`: the kit reads it no more), and of the process itself. */
interface Ending {
  link: 'open' | 'left' | 'closed';
  exit: Exit | undefined;
}

/** How much longer the start of a process may take than an answer. */
const startPatience = 4;
/** What is kept of what it prints, in characters. */
const longestPrint = 20_000;

export class Trial {
  readonly manner: Manner;
  readonly conduct: Conduct;
  readonly pulse: Socket | undefined;
  readonly #child: ChildProcess;
  readonly #group: ProcessGroup;
  readonly #plugged: Plugged;
  readonly #frames: FrameReader;
  readonly #ending: Ending = { link: 'open', exit: undefined };
  readonly #waiting = new Set<() => void>();
  /** What it said and nobody has waited for yet. */
  #heard: FromProcess[] = [];
  #wrong: Unmet | Problem | undefined;
  #printed = '';

  constructor([file = '', ...args]: readonly string[], manner: Manner) {
    this.manner = manner;
    const token = randomUUID();
    this.conduct = new Conduct(token);
    this.#frames = new FrameReader(manner.maxValueBytes);
    this.#group = new ProcessGroup(token, () => {});
    const { stdio, descriptors, plug } = lay(manner.transport);
    const pulse = 3 + stdio.length;
    const hasPulse = manner.pulse === 'given';
    this.#child = spawn(file, args, {
      stdio: ['ignore', 'pipe', 'pipe', ...stdio, ...(hasPulse ? ['pipe' as const] : [])],
      env: {
        ...process.env,
        HANDOVER_LINK: descriptors,
        HANDOVER_TOKEN: token,
        ...(hasPulse && { HANDOVER_PULSE: String(pulse) }),
      },
      detached: true,
    });
    this.#group.started(this.#child.pid);
    this.pulse = hasPulse ? (this.#child.stdio[pulse] as Socket) : undefined;
    this.pulse?.on('error', () => {});
    this.#plugged = plug(this.#child, (chunk) => this.#read(chunk));
    this.#plugged.input.once('close', () => this.#closed());
    this.#child.on('error', ({ message }) => {
      this.#ending.exit = { code: null, signal: null };
      const why = `"${file}" cannot be started (${message}): after -- comes the program to check, and its arguments`;
      this.#isWrong(new Problem(exitCodes.mistaken, why));
    });
    this.#child.once('exit', (code, signal) => {
      this.#ending.exit = { code, signal };
      this.#group.end();
      this.#wake();
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('error', () => {});
      stream?.on('data', (chunk: Buffer) => {
        this.#printed = `${this.#printed}${chunk}`.slice(-longestPrint);
        this.#wake();
      });
    }
  }

  /** Bytes as they are, whatever they say. */
  write(bytes: Uint8Array): void {
    this.#plugged.output.write(bytes);
  }

  /** The same, in chunks of so many bytes, each of which is with the kernel before the next. */
  async writeInChunks(bytes: Uint8Array, length: number): Promise<void> {
    for (let at = 0; at < bytes.length; at += length) {
      await new Promise<void>((resolve) => {
        this.#plugged.output.write(bytes.subarray(at, at + length), () => resolve());
      });
      await new Promise<void>((resolve) => setTimeout(resolve, 1));
    }
  }

  say(...messages: readonly FromSupervisor[]): void {
    this.note(...messages);
    this.write(bytesOf(...messages));
  }

  /** What is said by bytes that are written by hand. */
  note(...messages: readonly FromSupervisor[]): void {
    for (const message of messages) this.conduct.said(message);
  }

  /** The supervisor is gone, as far as the process sees; what it says is still heard. */
  closeLink(): void {
    const { input, output } = this.#plugged;
    if (input === output) output.end();
    else output.destroySoon();
    this.pulse?.destroy();
  }

  /** Reads nothing more, until `goOn`. */
  pause(): void {
    this.#plugged.input.pause();
  }

  goOn(): void {
    this.#plugged.input.resume();
  }

  /**
   * Waits for a message, also one that came before, and takes it; others stay for whoever waits for them.
   *
   * @param what for the report: what is expected
   * @param times its patience
   * @throws Unmet when it does not come
   */
  async next<M extends FromProcess>(
    what: string,
    isIt: (message: FromProcess) => message is M,
    times = 1,
  ): Promise<M> {
    return this.#until(
      what,
      () => {
        const at = this.#heard.findIndex(isIt);
        return at === -1 ? undefined : (this.#heard.splice(at, 1)[0] as M);
      },
      times,
    );
  }

  /** Whether such a message came, and was not waited for yet. */
  has(isIt: (message: FromProcess) => boolean): boolean {
    return this.#heard.some(isIt);
  }

  /** Its start may take longer than an answer. */
  hello(): Promise<Said<'hello'>> {
    return this.next('"hello"', (message) => message.type === 'hello', startPatience);
  }

  /** @throws Unmet when it never prints so */
  async prints(text: string): Promise<void> {
    await this.#until(`"${text}" on stdout or stderr`, () =>
      this.#printed.includes(text) ? true : undefined,
    );
  }

  /** Whether it printed that. */
  hasPrinted(text: string): boolean {
    return this.#printed.includes(text);
  }

  /** @throws Unmet when it does not exit */
  async exits(what: string): Promise<Exit> {
    const isOver = () => this.#ending.exit !== undefined && this.#ending.link === 'closed';
    return this.#until(what, () => (isOver() ? this.#ending.exit : undefined));
  }

  /** @throws Unmet when it exits in another way, or not */
  async exitsWith(code: number): Promise<void> {
    const exit = await this.exits(`its exit with code ${code}`);
    if (exit.code === code) return;
    throw new Unmet(`its exit with code ${code}`, `it ${inWords(exit)}`);
  }

  /** What it says in so many milliseconds, if it says anything: it may be silent. */
  async listens(milliseconds: number): Promise<readonly FromProcess[]> {
    await new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
    this.#check();
    return this.#heard;
  }

  /** @throws Unmet when it said what nobody may say */
  #check(): void {
    if (this.#wrong !== undefined) throw this.#wrong;
  }

  /**
   * Ends the process, if it has not ended.
   * @throws Unmet when it said what nobody may say
   */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#group.signal('SIGKILL');
    if (this.#ending.link === 'open') this.#ending.link = 'left';
    this.#plugged.input.destroy();
    this.#plugged.output.destroy();
    this.pulse?.destroy();
    if (this.#ending.exit === undefined) {
      await new Promise((resolve) => this.#child.once('exit', resolve));
    }
    this.#group.end();
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
    this.#check();
  }

  #until<T>(what: string, look: () => T | undefined, times = 1): Promise<T> {
    const milliseconds = times * this.manner.patience;
    return new Promise((resolve, reject) => {
      const over = (then: () => void) => {
        clearTimeout(timer);
        this.#waiting.delete(check);
        then();
      };
      const check = () => {
        const found = look();
        if (found !== undefined) over(() => resolve(found));
        else if (this.#wrong !== undefined) over(() => reject(this.#wrong));
        else if (this.#isOver) over(() => reject(new Unmet(what, `it ${this.#endInWords()}`)));
      };
      const timer = setTimeout(
        () => over(() => reject(new Unmet(what, this.#cameIn(milliseconds)))),
        milliseconds,
      );
      this.#waiting.add(check);
      check();
    });
  }

  get #isOver(): boolean {
    return this.#ending.exit !== undefined && this.#ending.link === 'closed';
  }

  #endInWords(): string {
    const { exit } = this.#ending;
    const last = this.#printed.trim().split('\n').at(-1);
    const printed = last === undefined || last === '' ? '' : `; it printed last: ${last}`;
    return `${exit === undefined ? 'runs' : inWords(exit)}${printed}`;
  }

  #cameIn(milliseconds: number): string {
    const seconds = milliseconds / 1_000;
    const types = this.#heard.map(({ type }) => `"${type}"`).join(', ');
    if (this.#ending.exit !== undefined) return `it ${this.#endInWords()}`;
    const link = this.#ending.link === 'closed' ? '; its link is closed' : '';
    return `${types === '' ? 'nothing' : types} came in ${seconds} s${link}`;
  }

  #read(chunk: Uint8Array): void {
    if (this.#wrong === undefined) {
      try {
        this.#frames.read(chunk.slice(), (frame) => this.#hear(frame));
      } catch (error) {
        this.#isWrong(unmetBy(error, 'a frame', '2.2'));
      }
    }
    this.#wake();
  }

  #hear(frame: Frame): void {
    const message = messageIn(frame);
    if (frame.passage === 'coming') {
      this.conduct.announced(message);
    } else {
      this.conduct.heard(message, frame.passage === 'come' ? 'in pieces' : 'whole');
      this.#heard.push(message);
    }
  }

  #closed(): void {
    if (this.#ending.link === 'left') return;
    this.#ending.link = 'closed';
    if (!this.#frames.isBetweenFrames) {
      this.#isWrong(new Unmet('whole frames', 'its link ended in the middle of one', '8.10'));
    }
    this.#wake();
  }

  #isWrong(wrong: Unmet | Problem): void {
    this.#wrong ??= wrong;
    this.#wake();
  }

  #wake(): void {
    for (const look of [...this.#waiting]) look();
  }
}

function inWords({ code, signal }: Exit): string {
  return signal === null ? `exited with code ${code}` : `was ended by ${signal}`;
}

function messageIn({ header, value, absent }: Frame): FromProcess {
  try {
    return decodeFromProcess(header, absent > 0 ? undefined : value);
  } catch (error) {
    throw unmetBy(error, 'a message of a process', '3.2');
  }
}

function unmetBy(error: unknown, expected: string, clause: string): Unmet {
  if (error instanceof Unmet) return error;
  if (error instanceof ProtocolError) return new Unmet(expected, error.message, clause);
  throw error;
}
