/**
 * The supervisor's side of one link: what a process says becomes calls on its seat, what its seat hears
 * becomes messages. Bytes come in by `read`, and leave through `output`.
 */

import type { ChannelEnd, ChannelId, OpNumber } from '../arbiter/events.ts';
import { mismatchOf } from '../contracts/mismatch.ts';
import type { Meetings } from '../direct/meetings.ts';
import { type ContractMismatchError, ContractUncheckedError, ProtocolError } from '../errors.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { Delivery, Reply, Seat } from '../exchange/seat.ts';
import { nobody } from '../party/authority.ts';
import { maxHeaderLength } from '../wire/frame.ts';
import {
  contractsFeature,
  directFeature,
  type EndNumber,
  type FromProcess,
  type FromSupervisor,
  idleFeature,
  type Meet,
  type NamedEnd,
  noEnd,
  type PassedEnd,
  piecesFeature,
  protocolVersion,
  type Settings,
  type Window,
} from '../wire/message.ts';
import { Output } from '../wire/output.ts';
import { pieceLength } from '../wire/pieces.ts';
import { type Inbound, Session } from '../wire/session.ts';
import { welcomeHeader } from '../wire/write-header.ts';

/** An end that a process is given, by name. */
export interface GivenEnd extends ChannelEnd {
  readonly name: string;
  readonly channelName: string;
  /** Of its channel. */
  readonly contract?: string | undefined;
  /** An earlier process of the stage has closed it, or given it away. */
  readonly isClosed?: boolean;
}

export interface SupervisorLinkPlan {
  /** What the process must show in its hello. */
  readonly token: string;
  /** For what is said of it. */
  readonly stage: string;
  readonly maxValueBytes: number;
  readonly window: Window;
  /** Which of its channels go directly; none do where it is left out. */
  readonly meetings?: Matchmaker | undefined;
}

/** Who decides which channels go directly. */
export type Matchmaker = Pick<
  Meetings,
  'arrived' | 'died' | 'consider' | 'interval' | 'met' | 'parted' | 'flow' | 'isLinked'
>;

/** What a process is told when its turn has come. */
export interface Turn {
  readonly settings: Settings;
  readonly ends: readonly GivenEnd[];
}

export interface SupervisorLinkEvents {
  /** Something was put into the output. */
  readonly onOutput: () => void;
  /** The process has said hello, with what its runtime understands. */
  readonly onHello: (features: readonly string[]) => void;
  /** It has answered a probe. */
  readonly onIdle: (answer: Extract<FromProcess, { type: 'idle' }>) => void;
  /** The process broke the protocol, or does not fit its channels: nothing that it says is heard any more. */
  readonly onBroken: (error: BreakingError) => void;
}

/** Because of what nothing is heard any more of a process. */
export type BreakingError = ProtocolError | ContractMismatchError | ContractUncheckedError;

export class SupervisorLink {
  readonly seat: Seat<Uint8Array>;
  /** What is to be written to the process. */
  readonly output = new Output();
  readonly #plan: SupervisorLinkPlan;
  readonly #events: SupervisorLinkEvents;
  readonly #session: Session<FromProcess, FromSupervisor>;
  /** What it was welcomed with. */
  #turn: { readonly settings: Settings; readonly ends: readonly NamedEnd[] } | undefined;
  #tellsIdle = false;
  #opensPipes = false;
  #language = '';
  #checksContracts = false;
  /** What it was to be asked before it was welcomed: it is asked as soon as it is. */
  #asked: 'shutdown' | 'retire' | undefined;
  #exitCode: number | undefined;
  #state: 'greeting' | 'greeted' | 'open' | 'exiting' | 'broken' = 'greeting';

  constructor(
    exchange: Exchange<Uint8Array>,
    plan: SupervisorLinkPlan,
    events: SupervisorLinkEvents,
  ) {
    const { window, maxValueBytes } = plan;
    this.#plan = plan;
    this.#events = events;
    this.#session = Session.ofSupervisor(maxValueBytes, (op) => this.#channelOf(op));
    this.seat = exchange.seat((reply) => this.#hear(reply), {
      operations: window.operations,
      // One value is always allowed, however large.
      bytes: window.bytes + maxValueBytes,
      sizeOf: (value) => value.length,
    });
  }

  /**
   * Its turn has come: it is told its ends at once. To one that has only been started this waits in its pipe, so
   * that it need not wait for it; what it says counts only from its hello on.
   */
  welcome({ settings, ends }: Turn): void {
    const named = ends.map(({ name, side, channel, channelName, contract, isClosed }) => ({
      name,
      side,
      channel: channelName,
      ...(contract !== undefined && { contract }),
      end: isClosed === true ? noEnd : this.seat.admit({ channel, side }),
    }));
    this.#turn = { settings, ends: named };
    this.#say(welcomeOf(settings, named));
    if (this.#state === 'greeted') this.#open();
    if (this.#asked !== undefined) this.#say({ type: this.#asked });
  }

  /** The process is dead: nothing is given to it any more, and its direct links are over. */
  fallSilent(): void {
    this.seat.fallSilent();
    this.#plan.meetings?.died(this);
  }

  /** Whether what it waits for may be known to another process alone. */
  get isLinked(): boolean {
    return this.#plan.meetings?.isLinked(this) ?? false;
  }

  /** Whether it has no turn yet. */
  get isWaiting(): boolean {
    return this.#turn === undefined;
  }

  /** Its named ends, by its numbers for them. */
  get named(): readonly NamedEnd[] {
    return this.#turn?.ends ?? [];
  }

  /** With what it exits, if it has said so. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  read(chunk: Uint8Array): void {
    if (this.#state === 'broken') return;
    this.#session.read(chunk, (inbound) => this.#inbound(inbound));
  }

  /**
   * The link is at its end: everything that the process said has been heard.
   * @returns an error when its last message was cut off
   */
  end(): ProtocolError | undefined {
    return this.#state === 'broken' ? undefined : this.#session.end();
  }

  /**
   * Whether the process can tell if it is idle; if so, it is asked. The answer comes as `onIdle`. Who is still
   * to hear of a large value is not idle.
   */
  probe(probe: number, wantsPlaces: boolean): boolean {
    if (this.#state !== 'open' || !this.#tellsIdle || !this.output.transfers.isEmpty) return false;
    this.#say({ type: 'probe', probe, wantsPlaces });
    return true;
  }

  /** Asks the process to come to an end by itself. */
  shutdown(): void {
    if (this.isWaiting) this.#asked = 'shutdown';
    else this.#say({ type: 'shutdown' });
  }

  /** Asks the process to finish what it has, and to let another take its place. */
  retire(): void {
    // Who is to end is not followed.
    if (this.isWaiting) this.#asked ??= 'retire';
    else this.#say({ type: 'retire' });
  }

  /** One of its channels is to go directly. */
  meet(meet: Omit<Meet, 'type'>): void {
    this.#say({ type: 'meet', ...meet });
  }

  part(link: number): void {
    this.#say({ type: 'part', link });
  }

  resume(link: number): void {
    this.#say({ type: 'resume', link });
  }

  #inbound(inbound: Inbound<FromProcess>): void {
    if (this.#state === 'broken') return;
    switch (inbound.type) {
      case 'broken':
        this.#break(inbound.error);
        break;
      case 'oversized':
        this.#oversized(inbound.message, inbound.size);
        break;
      case 'announced':
        this.#announced(inbound.message, inbound.size);
        break;
      case 'fulfilled':
        this.#fulfilled(inbound.message);
        break;
      case 'message':
        this.#message(inbound.message);
        break;
    }
  }

  #announced(message: FromProcess, size: number): void {
    if (this.#maySpeak() && message.type === 'offer') this.seat.announce(message.op, size);
  }

  #fulfilled(message: FromProcess): void {
    if (message.type === 'offer') this.seat.fulfil(message.op);
    this.#message(message);
  }

  #maySpeak(): boolean {
    if (this.#state !== 'greeted' && this.#state !== 'exiting') return true;
    const when =
      this.#state === 'greeted' ? 'before its welcome' : 'after its last word ("exiting")';
    this.#break(new ProtocolError(`the process broke the protocol: it spoke ${when}`));
    return false;
  }

  #channelOf(op: OpNumber): ChannelId {
    return this.seat.operations().get(op)?.held?.channel ?? 0;
  }

  #message(message: FromProcess): void {
    if (!this.#maySpeak()) return;
    switch (message.type) {
      case 'offer':
        this.seat.offer(message);
        break;
      case 'taken':
        this.#taken(message.op);
        break;
      case 'withdraw':
        this.seat.withdraw(message.op, message.kind);
        break;
      case 'returned':
        this.seat.returned(message.op);
        break;
      case 'refused':
        this.seat.refused(message.op, message.why);
        break;
      case 'abandoned': {
        const { stage } = this.#plan;
        this.seat.abandoned(message.op, { code: 'WORK_FAILED', message: message.why, stage });
        break;
      }
      case 'close':
        this.seat.close(message.end);
        break;
      case 'open':
        this.seat.open(message);
        break;
      case 'inspect': {
        const statistics = this.seat.statistics(message.end);
        this.#say({ type: 'inspected', query: message.query, statistics });
        break;
      }
      case 'expects':
        this.#expected(message.end, message.contract);
        break;
      case 'idle':
        this.#events.onIdle(message);
        break;
      case 'met':
        this.#plan.meetings?.met(this, message.link);
        break;
      case 'parted':
        this.#plan.meetings?.parted(this, message.link);
        break;
      case 'flow':
        this.seat.activity++;
        this.#plan.meetings?.flow(this, message.link, message);
        break;
      case 'exiting':
        this.#exitCode = message.exitCode;
        this.#state = 'exiting';
        break;
      case 'hello':
        this.#greet(message);
        break;
    }
  }

  #taken(op: OpNumber): void {
    this.seat.taken(op, nobody);
    const { meetings } = this.#plan;
    if (meetings !== undefined && this.seat.takenCount % meetings.interval === 0) {
      meetings.consider(this);
    }
  }

  #greet({ version, language, token, features }: Extract<FromProcess, { type: 'hello' }>): void {
    const { major, minor } = protocolVersion;
    if (version.major !== major) {
      const why = `this supervisor speaks version ${major}.${minor} of the protocol, the ${language} runtime of stage "${this.#plan.stage}" speaks ${version.major}.${version.minor}: install the same major version of handover on both sides`;
      this.#say({ type: 'refusal', why });
      this.#break(new ProtocolError(why));
      return;
    }
    if (token !== this.#plan.token) {
      const why = 'the hello does not show the token that the process was started with';
      this.#say({ type: 'refusal', why });
      this.#break(new ProtocolError(why));
      return;
    }
    this.#language = language;
    this.#checksContracts = features.includes(contractsFeature);
    this.#tellsIdle = features.includes(idleFeature);
    this.#opensPipes = features.includes(directFeature);
    if (features.includes(piecesFeature)) this.output.pieceLength = pieceLength;
    if (this.isWaiting) this.#state = 'greeted';
    else this.#open();
    if (!this.#isBroken) this.#events.onHello(features);
  }

  get #isBroken(): boolean {
    return this.#state === 'broken';
  }

  /** It has said hello, and was welcomed. */
  #open(): void {
    this.#state = 'open';
    const unchecked = this.named.find(
      ({ side, end, contract }) => side === 'send' && end !== noEnd && contract !== undefined,
    );
    if (unchecked !== undefined && !this.#checksContracts) this.#refuseUnchecked(unchecked);
    else if (this.#opensPipes) this.#plan.meetings?.arrived(this);
  }

  /** What it was built against has to be what its channel has. */
  #expected(end: EndNumber, contract: string): void {
    const { stage } = this.#plan;
    const named = this.named.find((one) => one.end === end);
    if (named?.contract === undefined) {
      this.#break(
        new ProtocolError(
          `the process broke the protocol: it expects a contract of end ${end}, which has none`,
        ),
      );
      return;
    }
    const mismatch = mismatchOf(stage, named.channel, contract, named.contract);
    if (mismatch !== undefined) this.#refuse(mismatch);
  }

  #refuseUnchecked({ channel }: PassedEnd): void {
    this.#refuse(new ContractUncheckedError(this.#plan.stage, channel, this.#language));
  }

  #refuse(error: BreakingError): void {
    this.#say({ type: 'refusal', why: error.message });
    this.#break(error);
  }

  /** A value above the limit was skipped: only its operation fails, and the link lives on. */
  #oversized(message: FromProcess, size: number): void {
    if (message.type !== 'offer') {
      this.#break(
        new ProtocolError(`a message "${message.type}" came with ${size} bytes of value`),
      );
      return;
    }
    this.#say({
      type: 'failed',
      op: message.op,
      guard: 0,
      attempts: 0,
      reason: { kind: 'too-large', size },
    });
  }

  #hear(reply: Reply<Uint8Array>): void {
    switch (reply.type) {
      case 'violation':
        this.#break(new ProtocolError(`the process broke the protocol: ${reply.problem}`));
        break;
      case 'deliver':
        if (this.seat.endCount > mostEnds) this.#break(new ProtocolError(tooManyEnds));
        else this.#deliver(reply);
        break;
      // What a process offers here is never shared.
      case 'ask':
      case 'released':
        break;
      default:
        this.#say(reply);
    }
  }

  /** What ends bring along is said before the value that they come with. */
  #deliver(delivery: Delivery<Uint8Array>): void {
    for (const passed of delivery.ends ?? []) {
      const { end, contract } = passed;
      if (contract === undefined) continue;
      if (!this.#checksContracts) {
        this.#refuseUnchecked(passed);
        return;
      }
      this.#say({ type: 'contract', end, contract });
    }
    this.#say(delivery);
  }

  #say(message: FromSupervisor): void {
    if (this.#state === 'broken' || this.#state === 'exiting') return;
    this.#session.write(message, this.output);
    this.#events.onOutput();
  }

  #break(error: BreakingError): void {
    if (this.#state === 'broken') return;
    this.#state = 'broken';
    this.#events.onBroken(error);
  }
}

/** Of a process that keeps what it is given: each end takes memory here. */
const mostEnds = 262_144;
const tooManyEnds = `the process has more than ${mostEnds} ends: it was given them in values, and closes none`;

/** Whether a process can be told its ends: the welcome has to fit one header. */
export function fitsWelcome(settings: Settings, ends: readonly NamedEnd[]): boolean {
  return welcomeHeader(welcomeOf(settings, ends)).length <= maxHeaderLength;
}

function welcomeOf(
  settings: Settings,
  ends: readonly NamedEnd[],
): Extract<FromSupervisor, { type: 'welcome' }> {
  return { type: 'welcome', version: protocolVersion, settings, ends };
}
