/** The supervisor's side of links, and processes that say what they must, without reading what they are told. */
import type { Terms } from '../../src/arbiter/events.ts';
import { Exchange } from '../../src/exchange/exchange.ts';
import { SupervisorLink } from '../../src/link/supervisor-link.ts';
import { packedLetter } from '../../src/value/letter.ts';
import { type FromProcess, protocolVersion } from '../../src/wire/message.ts';
import { Output } from '../../src/wire/output.ts';
import { Session } from '../../src/wire/session.ts';

const terms: Terms = { capacity: 0, overflow: 'block', maxAttempts: 3 };
const window = { operations: 64, bytes: 1024 * 1024 };
const maxValueBytes = 64 * 1024 * 1024;
const token = 'token';
/** What each process calls the one end that it has. */
const end = 1;

interface Pair {
  readonly channel: number;
  readonly sender: SimulatedProcess;
  readonly receiver: SimulatedProcess;
  rendezvous: number;
}

/** Each pair has a channel of its own, on which the receiver waits. */
export class SimulatedPairs {
  readonly #exchange = new Exchange<Uint8Array>(packedLetter);
  readonly #pairs: readonly Pair[];
  readonly #value: Uint8Array;
  #turn = 0;
  #total = 0;

  constructor(count: number, value: Uint8Array) {
    this.#value = value;
    this.#pairs = Array.from({ length: count }, (_, index) => {
      const channel = this.#exchange.open(terms, `channel ${index}`);
      const sender = new SimulatedProcess(this.#exchange, channel, 'send');
      const receiver = new SimulatedProcess(this.#exchange, channel, 'receive');
      receiver.offer(1);
      return { channel, sender, receiver, rendezvous: 0 };
    });
  }

  /** Of the pair whose turn it is: offer, deliver, taken, completed; and the receiver waits again. */
  rendezvous(): void {
    const pair = this.#pairs[this.#turn] as Pair;
    this.#turn = (this.#turn + 1) % this.#pairs.length;
    const op = ++pair.rendezvous;
    this.#total++;
    pair.sender.offer(op, this.#value);
    pair.receiver.taken(op);
    pair.receiver.offer(op + 1);
  }

  /** @throws Error when it was not as said */
  check(): void {
    const sum = this.#pairs
      .map(({ channel }) => this.#exchange.observe(channel)?.statistics.taken ?? 0)
      .reduce((all, taken) => all + taken, 0);
    if (sum !== this.#total) throw new Error(`${sum} values were taken, and not ${this.#total}`);
  }
}

class SimulatedProcess {
  readonly #link: SupervisorLink;
  readonly #session = Session.ofProcess(maxValueBytes);
  readonly #output = new Output();

  constructor(exchange: Exchange<Uint8Array>, channel: number, side: 'send' | 'receive') {
    const settings = { stage: 'simulated', replica: 0, maxValueBytes, window };
    this.#link = new SupervisorLink(
      exchange,
      { token, ...settings },
      {
        // As a write to the system does: what there is leaves.
        onOutput: () => this.#link.output.clear(),
        onHello: () => {},
        onIdle: () => {},
        onBroken: (error) => {
          throw error;
        },
      },
    );
    this.#link.welcome({ settings, ends: [{ name: 'end', channelName: 'c', channel, side }] });
    this.#say({ type: 'hello', version: protocolVersion, language: 'none', features: [], token });
  }

  offer(op: number, value?: Uint8Array): void {
    const guards = [value === undefined ? { end } : { end, value }];
    this.#say({ type: 'offer', op, isPoll: false, isPriority: false, guards });
  }

  taken(op: number): void {
    this.#say({ type: 'taken', op });
  }

  #say(message: FromProcess): void {
    this.#session.write(message, this.#output);
    this.#link.read(this.#output.bytes.subarray(0, this.#output.length));
    this.#output.clear();
  }
}
