/**
 * A process's side of its link: the authority of its party is the supervisor at the other end. Bytes come in
 * by `read`; the carrier takes what leaves.
 */
import type { Statistics } from '../arbiter/channel-state.ts';
import type { Failure, OpNumber, WithdrawalKind } from '../arbiter/events.ts';
import type { Flow } from '../direct/path.ts';
import { ProtocolError } from '../errors.ts';
import type { Authority, Offer, Taker } from '../party/authority.ts';
import type { Answer } from '../party/party.ts';
import {
  type EndNumber,
  type FromProcess,
  type FromSupervisor,
  idleFeature,
  type Meet,
  type Opening,
  type PassedEnd,
  piecesFeature,
  protocolVersion,
  type WaitingPlace,
} from '../wire/message.ts';
import type { Output } from '../wire/output.ts';
import { pieceLength } from '../wire/pieces.ts';
import { type Inbound, Session } from '../wire/session.ts';

export type Welcome = Extract<FromSupervisor, { type: 'welcome' }>;

/** What takes bytes to the supervisor. */
export interface Carrier {
  readonly output: Output;
  /** Something was put into the output; it leaves in this turn. */
  push(): void;
  /** Calls back when all that was put there before cannot be lost any more, whatever this process does. */
  secured(then: () => void): void;
}

export interface ProcessLinkEvents {
  readonly onWelcome: (welcome: Welcome) => void;
  readonly onAnswer: (answer: Answer<Uint8Array>) => void;
  /** The supervisor asks the process to come to an end. */
  readonly onShutdown: () => void;
  /** The supervisor asks the process to finish what it has, to take nothing new, and to end. */
  readonly onRetire: () => void;
  /** The supervisor asks whether the process is idle; the answer is `idle`. */
  readonly onProbe: (probe: number, wantsPlaces: boolean) => void;
  /** A channel is to go directly. */
  readonly onMeet: (meet: Meet) => void;
  readonly onPart: (link: number) => void;
  readonly onResume: (link: number) => void;
  /** The supervisor refused this process, or what came is no protocol. */
  readonly onBroken: (error: ProtocolError) => void;
}

export class ProcessLink implements Authority<Uint8Array> {
  readonly #carrier: Carrier;
  readonly #events: ProcessLinkEvents;
  readonly #session = Session.ofProcess(Number.POSITIVE_INFINITY);
  /** Those of ends that come with the next value. */
  readonly #contracts = new Map<EndNumber, string>();
  readonly #queries = new Map<number, (statistics: Statistics) => void>();
  #lastQuery = 0;
  /** What came before the hello, which has to be the first that is said; undefined: it was said. */
  #early: FromSupervisor[] | undefined = [];

  constructor(carrier: Carrier, events: ProcessLinkEvents) {
    this.#carrier = carrier;
    this.#events = events;
    // Every supervisor reads pieces.
    carrier.output.pieceLength = pieceLength;
  }

  /** @param more features, beside those of every runtime that is written with this class */
  hello(language: string, token: string, more: readonly string[] = []): void {
    const features = [idleFeature, piecesFeature, ...more];
    this.#say({ type: 'hello', version: protocolVersion, language, features, token });
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const message of early) this.#message(message);
  }

  read(chunk: Uint8Array): void {
    this.#session.read(chunk, (inbound) => this.#inbound(inbound));
  }

  offer({ op, guards, isPoll, isPriority }: Offer<Uint8Array>): void {
    this.#say({ type: 'offer', op, guards, isPoll, isPriority });
  }

  withdraw(op: OpNumber, kind: WithdrawalKind): void {
    this.#say({ type: 'withdraw', op, kind });
  }

  taken(op: OpNumber, taker: Taker): void {
    this.#say({ type: 'taken', op });
    this.#carrier.secured(() => taker.given());
  }

  keepsNothing(): boolean {
    // The supervisor has it in memory of its own.
    return true;
  }

  returned(op: OpNumber): void {
    this.#say({ type: 'returned', op });
  }

  abandoned(op: OpNumber, { message: why }: Failure): void {
    this.#say({ type: 'abandoned', op, why });
  }

  refused(op: OpNumber, why: string): void {
    this.#say({ type: 'refused', op, why });
  }

  close(end: EndNumber): void {
    this.#say({ type: 'close', end });
  }

  /** Answers a probe. */
  idle(probe: number, isIdle: boolean, places: readonly WaitingPlace[] = []): void {
    this.#say({ type: 'idle', probe, isIdle, places });
  }

  /** The last word, when the process exits. */
  exiting(exitCode: number): void {
    this.#say({ type: 'exiting', exitCode });
  }

  /** Makes a channel between processes; its ends can be used at once. */
  open(opening: Omit<Opening, 'type'>): void {
    this.#say({ type: 'open', ...opening });
  }

  /** Of a direct link: its pipes are open. */
  met(link: number): void {
    this.#say({ type: 'met', link });
  }

  /** Of a direct link: it is over here. */
  parted(link: number): void {
    this.#say({ type: 'parted', link });
  }

  flow(link: number, flow: Flow): void {
    this.#say({ type: 'flow', link, ...flow });
  }

  /** What the process was built against; the supervisor refuses it if the channel has another. */
  expects(end: EndNumber, contract: string): void {
    this.#say({ type: 'expects', end, contract });
  }

  inspect(end: EndNumber): Promise<Statistics> {
    return new Promise((resolve) => {
      this.#queries.set(++this.#lastQuery, resolve);
      this.#say({ type: 'inspect', query: this.#lastQuery, end });
    });
  }

  #inbound(inbound: Inbound<FromSupervisor>): void {
    switch (inbound.type) {
      case 'broken':
        this.#events.onBroken(inbound.error);
        break;
      case 'message':
      case 'fulfilled':
        this.#message(inbound.message);
        break;
      case 'announced':
      case 'oversized':
        break;
    }
  }

  #message(message: FromSupervisor): void {
    if (this.#early !== undefined) {
      this.#early.push(message);
      return;
    }
    switch (message.type) {
      case 'welcome':
        this.#welcomed(message);
        break;
      case 'refusal':
        this.#events.onBroken(new ProtocolError(message.why));
        break;
      case 'shutdown':
        this.#events.onShutdown();
        break;
      case 'retire':
        this.#events.onRetire();
        break;
      case 'probe':
        this.#events.onProbe(message.probe, message.wantsPlaces);
        break;
      case 'meet':
        this.#events.onMeet(message);
        break;
      case 'part':
        this.#events.onPart(message.link);
        break;
      case 'resume':
        this.#events.onResume(message.link);
        break;
      case 'contract':
        this.#contracts.set(message.end, message.contract);
        break;
      case 'deliver':
        this.#events.onAnswer(
          message.ends === undefined
            ? message
            : { ...message, ends: message.ends.map((end) => this.#withContract(end)) },
        );
        break;
      case 'inspected':
        this.#queries.get(message.query)?.(message.statistics);
        this.#queries.delete(message.query);
        break;
      default:
        this.#events.onAnswer(message);
    }
  }

  #withContract(end: PassedEnd): PassedEnd {
    const contract = this.#contracts.get(end.end);
    this.#contracts.delete(end.end);
    return contract === undefined ? end : { ...end, contract };
  }

  #welcomed(welcome: Welcome): void {
    // The refusal, which answers the hello, says what to do.
    if (welcome.version.major !== protocolVersion.major) return;
    this.#events.onWelcome(welcome);
  }

  #say(message: FromProcess): void {
    this.#session.write(message, this.#carrier.output);
    this.#carrier.push();
  }
}
