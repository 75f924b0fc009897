/** The protocol by hand: for stages that do not behave as a runtime would, or show what it hides. */

import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { type FromProcess, type FromSupervisor, protocolVersion } from '../../src/wire/message.ts';
import { Session } from '../../src/wire/session.ts';
import { decode, encode } from './codec.ts';
import { bytesOfMessages } from './wire.ts';

const [input = 0, output = 0] = (process.env.HANDOVER_LINK ?? '').split(',').map(Number);

type Welcome = Extract<FromSupervisor, { type: 'welcome' }>;
type MessageOf<T extends FromSupervisor['type']> = Extract<FromSupervisor, { type: T }>;

export class RawLink {
  readonly #session = Session.ofProcess(Number.POSITIVE_INFINITY);
  readonly #arrived: FromSupervisor[] = [];
  #onArrived: () => void = () => {};
  #welcome: Welcome | undefined;

  /** A link on which nothing has been said. It keeps the process alive for as long as it lasts. */
  constructor() {
    const socket = new Socket({ fd: input, readable: true, writable: input === output });
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.once('close', () => process.exit());
  }

  /** A link on which both sides have said hello. */
  static async greeted(): Promise<RawLink> {
    const link = new RawLink();
    link.sayHello();
    link.#welcome = await link.next('welcome');
    return link;
  }

  /** The same, in the other order: it reads its welcome first. */
  static async welcomed(): Promise<RawLink> {
    const link = new RawLink();
    link.#welcome = await link.next('welcome');
    link.sayHello();
    return link;
  }

  sayHello(changes: { readonly token?: string; readonly major?: number } = {}): void {
    const { token = process.env.HANDOVER_TOKEN ?? '', major = protocolVersion.major } = changes;
    const version = { ...protocolVersion, major };
    this.say({ type: 'hello', version, language: 'by hand', features: [], token });
  }

  /** The number of an end that was given. */
  end(name: string): number {
    const given = this.#welcome?.ends.find((end) => end.name === name);
    if (given === undefined) throw new Error(`no end "${name}" was given`);
    return given.end;
  }

  offerReceive(op: number, name: string): void {
    const guards = [{ end: this.end(name) }];
    this.say({ type: 'offer', op, isPoll: false, isPriority: false, guards });
  }

  offerSend(op: number, name: string, value: unknown): void {
    this.offerBytes(op, name, encode(value));
  }

  offerBytes(op: number, name: string, value: Uint8Array): void {
    const guards = [{ end: this.end(name), value }];
    this.say({ type: 'offer', op, isPoll: false, isPriority: false, guards });
  }

  say(message: FromProcess): void {
    this.write(bytesOfMessages(this.#session, message));
  }

  /** Returns when the kernel has it all. */
  write(bytes: Uint8Array): void {
    for (let written = 0; written < bytes.length; ) {
      try {
        written += writeSync(output, bytes, written);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      }
    }
  }

  /** The next message of that type; others that came before it are dropped. */
  async next<T extends FromSupervisor['type']>(type: T): Promise<MessageOf<T>> {
    for (;;) {
      const message = this.#arrived.shift();
      if (message?.type === type) return message as MessageOf<T>;
      if (message === undefined)
        await new Promise<void>((resolve) => {
          this.#onArrived = resolve;
        });
    }
  }

  #read(chunk: Uint8Array): void {
    this.#session.read(new Uint8Array(chunk), (inbound) => {
      if (inbound.type === 'message') this.#arrived.push(inbound.message);
      if (inbound.type === 'broken') throw inbound.error;
      this.#onArrived();
    });
  }
}

export function valueIn({ value }: MessageOf<'deliver'>): unknown {
  return decode(value);
}
