/**
 * One side of a link: bytes in, messages out. It knows no process and no socket.
 *
 * | state     | a message arrives                                  | bytes that are no message |
 * | --------- | -------------------------------------------------- | ------------------------- |
 * | `greeting`| the greeting: `open`; anything else: `broken`      | `broken`                  |
 * | `open`    | it is passed on; so is a `refusal`, which may      | `broken`                  |
 * |           | follow a `welcome`. A second greeting: `broken`    |                           |
 * | `broken`  | ignored                                            | ignored                   |
 */
import type { ChannelId, OpNumber } from '../arbiter/events.ts';
import { ProtocolError } from '../errors.ts';
import { decodeBriefFromProcess, decodeBriefFromSupervisor } from './brief.ts';
import { concernsOfProcess, concernsOfSupervisor } from './concerns.ts';
import type { Frame } from './frame.ts';
import { FrameReader } from './frame-reader.ts';
import type { FromProcess, FromSupervisor } from './message.ts';
import type { Output } from './output.ts';
import { decodeFromProcess, decodeFromSupervisor } from './read-header.ts';
import type { Concern } from './transfers.ts';
import { writeFromProcess, writeFromSupervisor } from './write-header.ts';

/** A large value that was skipped: the message that it came with has none. */
export interface Oversized<In> {
  readonly type: 'oversized';
  readonly message: In;
  readonly size: number;
}

/** A large value has begun to come in pieces: by now the message has none. `fulfilled` follows. */
export interface Announced<In> {
  readonly type: 'announced';
  readonly message: In;
  readonly size: number;
}

/** A message that was announced, with all of its value. */
export interface Fulfilled<In> {
  readonly type: 'fulfilled';
  readonly message: In;
}

export interface Broken {
  readonly type: 'broken';
  readonly error: ProtocolError;
}

export interface Arrived<In> {
  readonly type: 'message';
  readonly message: In;
}

export type Inbound<In> = Arrived<In> | Oversized<In> | Announced<In> | Fulfilled<In> | Broken;

/** What is different at the two sides. */
interface Side<In extends { type: string }, Out> {
  readonly decode: (frame: Frame) => In;
  readonly write: (message: Out, output: Output) => void;
  readonly greetings: readonly In['type'][];
  /** Of these, what may also follow another. */
  readonly retractions: readonly In['type'][];
  /** What comes with a large value. */
  readonly carrier: In['type'];
  readonly peer: string;
}

const supervisorSide: Side<FromProcess, FromSupervisor> = {
  decode: (frame) =>
    decodeBriefFromProcess(frame) ?? decodeFromProcess(frame.header, valueIfHere(frame)),
  write: writeFromSupervisor,
  greetings: ['hello'],
  retractions: [],
  carrier: 'offer',
  peer: 'the process',
};

const processSide: Side<FromSupervisor, FromProcess> = {
  decode: (frame) =>
    decodeBriefFromSupervisor(frame) ?? decodeFromSupervisor(frame.header, valueIfHere(frame)),
  write: writeFromProcess,
  greetings: ['welcome', 'refusal'],
  retractions: ['refusal'],
  carrier: 'deliver',
  peer: 'the supervisor',
};

export class Session<In extends { type: string }, Out> {
  readonly #side: Side<In, Out>;
  readonly #frames: FrameReader;
  readonly #concernsOf: (message: Out) => readonly Concern[];
  #state: 'greeting' | 'open' | 'broken' = 'greeting';

  private constructor(
    side: Side<In, Out>,
    maxValueBytes: number,
    concernsOf: (message: Out) => readonly Concern[],
  ) {
    this.#side = side;
    this.#frames = new FrameReader(maxValueBytes);
    this.#concernsOf = concernsOf;
  }

  /** @param channelOf a receive that is given a value. Default: all are of one channel */
  static ofSupervisor(
    maxValueBytes: number,
    channelOf: (op: OpNumber) => ChannelId = () => 0,
  ): Session<FromProcess, FromSupervisor> {
    return new Session(supervisorSide, maxValueBytes, (message) =>
      concernsOfSupervisor(message, channelOf),
    );
  }

  static ofProcess(maxValueBytes: number): Session<FromSupervisor, FromProcess> {
    return new Session(processSide, maxValueBytes, concernsOfProcess);
  }

  /** A large message leaves in pieces, if the output has it so; and what must not overtake it, behind it. */
  write(message: Out, output: Output): void {
    const { transfers } = output;
    const mayLeave = transfers.isEmpty || transfers.mayOvertake(this.#concernsOf(message));
    const written = mayLeave ? output : output.apart();
    this.#side.write(message, written);
    if (mayLeave && output.cut === undefined) return;
    output.keep(this.#concernsOf(message), written);
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
    const { greetings, retractions } = this.#side;
    const isGreeting = greetings.includes(message.type);
    const isRetraction = this.#state === 'open' && retractions.includes(message.type);
    if (isGreeting !== (this.#state === 'greeting') && !isRetraction) {
      const expected = isGreeting ? 'no second greeting' : `"${greetings[0]}" first`;
      throw new ProtocolError(
        `expected ${expected} from ${this.#side.peer}, got "${message.type}"`,
        frame.header.slice(),
      );
    }
    this.#state = 'open';
    return frame.passage === 'whole'
      ? { type: 'message', message }
      : this.#notWhole(message, frame);
  }

  #notWhole(message: In, { passage, absent: size, header }: Frame): Inbound<In> {
    if (passage === 'skipped') return { type: 'oversized', message, size };
    if (passage === 'come') return { type: 'fulfilled', message };
    if (message.type === this.#side.carrier) return { type: 'announced', message, size };
    throw new ProtocolError(
      `a message "${message.type}" came with ${size} bytes of value, in pieces`,
      header.slice(),
    );
  }
}

function valueIfHere(frame: Frame): Uint8Array | undefined {
  return frame.absent > 0 ? undefined : frame.value;
}
