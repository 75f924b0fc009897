/**
 * One side of a link: bytes in, messages out. It knows no process and no socket.
 *
 * | state     | a message arrives                                  | bytes that are no message |
 * | --------- | -------------------------------------------------- | ------------------------- |
 * | `greeting`| the greeting: `open`; anything else: `broken`      | `broken`                  |
 * | `open`    | it is passed on; a second greeting: `broken`       | `broken`                  |
 * | `broken`  | ignored                                            | ignored                   |
 */
import { ProtocolError } from '../errors.ts';
import { decodeBriefFromProcess, decodeBriefFromSupervisor } from './brief.ts';
import { type Frame, FrameReader } from './frame.ts';
import type { FromProcess, FromSupervisor } from './message.ts';
import type { Output } from './output.ts';
import { decodeFromProcess, decodeFromSupervisor } from './read-header.ts';
import { writeFromProcess, writeFromSupervisor } from './write-header.ts';

/** A large value that was skipped: the message that it came with has none. */
export interface Oversized<In> {
  readonly type: 'oversized';
  readonly message: In;
  readonly size: number;
}

export interface Broken {
  readonly type: 'broken';
  readonly error: ProtocolError;
}

export interface Arrived<In> {
  readonly type: 'message';
  readonly message: In;
}

export type Inbound<In> = Arrived<In> | Oversized<In> | Broken;

/** What is different at the two sides. */
interface Side<In extends { type: string }, Out> {
  readonly decode: (frame: Frame) => In;
  readonly write: (message: Out, output: Output) => void;
  readonly greetings: readonly In['type'][];
  readonly peer: string;
}

const supervisorSide: Side<FromProcess, FromSupervisor> = {
  decode: (frame) =>
    decodeBriefFromProcess(frame) ?? decodeFromProcess(frame.header, valueUnlessSkipped(frame)),
  write: writeFromSupervisor,
  greetings: ['hello'],
  peer: 'the process',
};

const processSide: Side<FromSupervisor, FromProcess> = {
  decode: (frame) =>
    decodeBriefFromSupervisor(frame) ??
    decodeFromSupervisor(frame.header, valueUnlessSkipped(frame)),
  write: writeFromProcess,
  greetings: ['welcome', 'refusal'],
  peer: 'the supervisor',
};

export class Session<In extends { type: string }, Out> {
  readonly #side: Side<In, Out>;
  readonly #frames: FrameReader;
  #state: 'greeting' | 'open' | 'broken' = 'greeting';

  private constructor(side: Side<In, Out>, maxValueBytes: number) {
    this.#side = side;
    this.#frames = new FrameReader(maxValueBytes);
  }

  static ofSupervisor(maxValueBytes: number): Session<FromProcess, FromSupervisor> {
    return new Session(supervisorSide, maxValueBytes);
  }

  static ofProcess(maxValueBytes: number): Session<FromSupervisor, FromProcess> {
    return new Session(processSide, maxValueBytes);
  }

  write(message: Out, output: Output): void {
    this.#side.write(message, output);
  }

  /** Hands over each message of the chunk; `broken`, if it comes, is the last. */
  read(chunk: Uint8Array, onInbound: (inbound: Inbound<In>) => void): void {
    if (this.#state === 'broken') return;
    try {
      this.#frames.read(chunk, (frame) => {
        if (this.#state !== 'broken') onInbound(this.#admit(frame));
      });
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#state = 'broken';
      onInbound({ type: 'broken', error });
    }
  }

  /** The link has ended; an error when it ended inside a frame. */
  end(): ProtocolError | undefined {
    if (this.#state === 'broken' || this.#frames.isBetweenFrames) return undefined;
    return new ProtocolError(`the link of ${this.#side.peer} ended in the middle of a frame`);
  }

  #admit(frame: Frame): Inbound<In> {
    const message = this.#side.decode(frame);
    const isGreeting = this.#side.greetings.includes(message.type);
    if (isGreeting !== (this.#state === 'greeting')) {
      const expected = isGreeting ? 'no second greeting' : `"${this.#side.greetings[0]}" first`;
      throw new ProtocolError(
        `expected ${expected} from ${this.#side.peer}, got "${message.type}"`,
        frame.header.slice(),
      );
    }
    this.#state = 'open';
    return frame.skipped > 0
      ? { type: 'oversized', message, size: frame.skipped }
      : { type: 'message', message };
  }
}

function valueUnlessSkipped(frame: Frame): Uint8Array | undefined {
  return frame.skipped > 0 ? undefined : frame.value;
}
