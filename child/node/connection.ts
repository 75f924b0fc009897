/**
 * This process as a stage: its link, its party, and how it ends.
 *
 * | state        | meaning                                                          |
 * | ------------ | ---------------------------------------------------------------- |
 * | `greeting`   | hello is said; the welcome has not come                          |
 * | `open`       | welcomed                                                         |
 * | `retiring`   | its code finishes what it has; it exits when that is done        |
 * | `ending`     | its code is done; it exits when what was begun has ended         |
 */
import { systemClock, watchClock } from '../../platform/clock.ts';
import { isIdleBut } from '../../platform/idleness.ts';
import { compileJsonSchema } from '../../platform/json-schema.ts';
import { local } from '../../platform/local.ts';
import { placesOf } from '../../platform/place.ts';
import type { Contract } from '../../src/contracts/contract.ts';
import { contractFrom, contractOf } from '../../src/contracts/make.ts';
import { withoutContract } from '../../src/contracts/mismatch.ts';
import type { ContractSchema } from '../../src/contracts/schema.ts';
import { Paths } from '../../src/direct/paths.ts';
import { type Channel, handleOf, pairFrom } from '../../src/ends/pair.ts';
import type { Receiver } from '../../src/ends/receiver.ts';
import type { Sender } from '../../src/ends/sender.ts';
import {
  type ChannelOptions,
  checkDeadLetters,
  giveDeadLetters,
  termsOf,
} from '../../src/ends/terms.ts';
import { TopologyError } from '../../src/errors.ts';
import { ProcessLink, type Welcome } from '../../src/link/process-link.ts';
import type { End } from '../../src/party/end.ts';
import { type Fate, Party } from '../../src/party/party.ts';
import { lastMsgpackCodec } from '../../src/value/codec.ts';
import {
  contractsFeature,
  directFeature,
  firstOwnEnd,
  mostOpenedCapacity,
  type NamedEnd,
  noEnd,
  pulseFeature,
  type Settings,
} from '../../src/wire/message.ts';
import { keepCompiled } from './compiled.ts';
import { openDirect } from './direct-carrier.ts';
import type { LinkEnvironment } from './environment.ts';
import { LinkCarrier } from './link-carrier.ts';
import { startPulse } from './pulse.ts';
import { rehearse } from './rehearsal.ts';

/** The exit code of a process whose supervisor is gone, or spoke nonsense. */
const exitWithoutSupervisor = 70;
/** In milliseconds. Who has not been welcomed for so long is a spare. */
const aWhile = 60;
/** As many fit a message. */
const mostPlaces = 64;

/** What the supervisor gave to this process. */
export interface Given {
  readonly settings: Settings;
  readonly ends: ReadonlyMap<string, Sender<never> | Receiver<unknown>>;
}

export class Connection {
  readonly given: Promise<Given>;
  readonly #carrier: LinkCarrier;
  readonly #link: ProcessLink;
  #party: Party<Uint8Array> | undefined;
  #paths: Paths | undefined;
  #settings: Settings | undefined;
  /** Its named ends, and what it was told of them. */
  #named: ReadonlyMap<string, Named> = new Map();
  #nextEnd = firstOwnEnd;
  #whenIdle: () => void = () => {};
  #isBusy = false;

  constructor({ input, output, token, pulse }: LinkEnvironment) {
    const { promise, resolve } = Promise.withResolvers<Given>();
    this.given = promise;
    this.#carrier = new LinkCarrier(
      input,
      output,
      (chunk) => this.#link.read(chunk),
      () => leave('the supervisor is gone'),
    );
    this.#link = new ProcessLink(this.#carrier, {
      onWelcome: (welcome) => resolve(this.#welcomed(welcome)),
      onAnswer: (answer) => this.#paths?.hear(answer),
      onMeet: (meet) => this.#paths?.meet(meet),
      onPart: (link) => this.#paths?.part(link),
      onResume: (link) => this.#paths?.resume(link),
      onShutdown: () => void this.end(0),
      onRetire: () => this.#retire(),
      onProbe: (probe, wantsPlaces) => this.#probed(probe, wantsPlaces),
      onBroken: (error) => leave(error.message),
    });
    if (pulse === undefined) this.#hello(token, []);
    else void startPulse(pulse).then(() => this.#hello(token, [pulseFeature]));
    // Until somebody waits for the welcome, the link alone keeps nothing alive.
    this.#carrier.keepAlive(false);
    process.on('exit', (exitCode) => this.#exiting(exitCode));
    keepCompiled();
    setTimeout(() => {
      if (this.#party === undefined) void rehearse();
    }, aWhile).unref();
  }

  #hello(token: string, features: readonly string[]): void {
    this.#link.hello('node', token, [directFeature, contractsFeature, ...features]);
    this.#carrier.flush();
  }

  /** Stays alive until the welcome has come. */
  async welcome(): Promise<Given> {
    this.#carrier.keepAlive(true);
    const given = await this.given;
    this.#carrier.keepAlive(this.#isBusy);
    return given;
  }

  /**
   * Against which contracts the code was built, by the names of its ends. The supervisor compares them with those of the
   * channels before it hears of anything that is done on these ends; what is sent is checked by these from now on.
   *
   * @throws TopologyError when there is no such end, or the schema makes no contract
   * @throws ContractMismatchError when the channel has no contract
   */
  expect(contracts: Readonly<Record<string, ContractSchema>>): void {
    const stage = this.#settings?.stage ?? '';
    for (const [name, schema] of Object.entries(contracts)) {
      const named = this.#named.get(name);
      if (named === undefined) {
        throw new TopologyError(
          `stage "${stage}" declares a contract of "${name}", and was given no end of that name`,
        );
      }
      const { told, end } = named;
      if (told.contract === undefined) throw withoutContract(stage, told.channel);
      const contract = contractOf(`stage "${stage}", its end "${name}"`, schema, compileJsonSchema);
      if (told.end === noEnd) continue;
      this.#link.expects(told.end, contract.text ?? '');
      if (told.side === 'send') end.contract = contract;
    }
  }

  /**
   * Makes a channel of the supervisor; `undefined` before the welcome.
   * @throws TopologyError when the options make no channel
   */
  open<T>(name: string | undefined, options: ChannelOptions<T>): Channel<T> | undefined {
    const party = this.#party;
    if (party === undefined) return undefined;
    const channel =
      name ?? `channel ${(this.#nextEnd - firstOwnEnd) / 2 + 1} of ${this.#settings?.stage}`;
    const contract =
      options?.contract === undefined
        ? undefined
        : contractOf(`channel "${channel}"`, options.contract, compileJsonSchema);
    const terms = termsOf(channel, options, contract);
    if (terms.capacity > mostOpenedCapacity) {
      throw new TopologyError(
        `channel "${channel}": a stage can give a channel a capacity of at most ${mostOpenedCapacity}, not ${terms.capacity}. Let the program of the supervisor make it`,
      );
    }
    const deadLetters = checkDeadLetters(channel, options, party);
    const sender = this.#nextEnd++;
    const receiver = this.#nextEnd++;
    this.#link.open({ sender, receiver, channel, terms, deadLetters: deadLetters?.number });
    giveDeadLetters(channel, deadLetters);
    return pairFrom<T, Uint8Array>(
      party,
      party.end(sender, 'send', channel, contract),
      party.end(receiver, 'receive', channel),
    );
  }

  /**
   * Node has been seen never to come to the end of an exit, waiting for its own threads: the supervisor is told
   * that it may go on without that.
   */
  #exiting(exitCode: number): void {
    this.#carrier.close(() => {
      if (this.#party !== undefined) this.#link.exiting(exitCode);
    });
  }

  /**
   * For what speaks for another process, which is gone: how that has ended is not for this one to say. Dies when what
   * was said has left.
   */
  abandon(): void {
    this.#carrier.secured(() => process.kill(process.pid, 'SIGKILL'));
    this.#carrier.flush();
  }

  /** Waits until what was begun has ended, and exits. */
  async end(exitCode: number): Promise<never> {
    // What code behind a helper has taken just now, the helper says in this turn; all else goes back.
    if (this.#party?.isHolding) await new Promise<void>((resolve) => setImmediate(resolve));
    this.#party?.windDown(this.#fate(exitCode));
    this.#paths?.receiveNothingNew();
    if (this.#isBusy) await new Promise<void>((resolve) => (this.#whenIdle = resolve));
    await new Promise<void>((resolve) => {
      this.#carrier.secured(resolve);
      this.#carrier.flush();
    });
    await Promise.all([printed(process.stdout), printed(process.stderr)]);
    process.exit(exitCode);
  }

  #fate(exitCode: number): Fate {
    // Until it has exited it may be killed, and count as failed: then another goes on with its ends.
    const mayBeFollowed = this.#settings?.restart !== undefined;
    if (this.#party?.isRetiring === true || mayBeFollowed) return 'followed';
    return exitCode === 0 ? 'ended' : 'failed';
  }

  #welcomed({ settings, ends }: Welcome): Given {
    const { window, maxValueBytes } = settings;
    const paths = new Paths(this.#link, () => party, {
      open: openDirect,
      maxValueBytes,
      window,
      later: (milliseconds, ring) => watchClock.after(milliseconds, ring),
    });
    const party = new Party<Uint8Array>(
      paths,
      {
        codec: lastMsgpackCodec,
        clock: systemClock,
        window,
        maxValueBytes,
        isLinked: true,
        handleOf,
        contractFrom: contractOn,
      },
      (isBusy) => this.#busy(isBusy),
    );
    this.#paths = paths;
    this.#party = party;
    this.#settings = settings;
    const named = ends.map((told) => ({ told, end: endFor(party, told) }));
    this.#named = new Map(named.map((one) => [one.told.name, one]));
    const handles = named.map(({ told, end }) => {
      const handle = handleOf(party, end);
      if (told.end === noEnd) handle.forgo();
      return [told.name, handle] as const;
    });
    return { settings, ends: new Map(handles) };
  }

  /** When its code only waits for what is never answered, Node is at its end: then it is done. */
  #retire(): void {
    this.#party?.retire();
    this.#paths?.receiveNothingNew();
    process.on('beforeExit', () => {
      if (!this.#isBusy) void this.end(exitCodeSoFar());
    });
  }

  /** Looks when the code of this turn is done. */
  #probed(probe: number, wantsPlaces: boolean): void {
    setImmediate(async () => {
      const party = this.#party;
      const isIdle =
        this.#carrier.isSettled &&
        party?.isPatient === true &&
        local().isPatient &&
        (await isIdleBut(this.#carrier.handles));
      const waiting = isIdle && wantsPlaces ? await party.waitingCode() : new Map<number, []>();
      const some = [...placesOf(waiting)]
        .slice(0, mostPlaces)
        .map(([op, place]) => ({ op, place }));
      this.#paths?.tellNews();
      this.#link.idle(probe, isIdle, some);
    });
  }

  #busy(isBusy: boolean): void {
    this.#isBusy = isBusy;
    this.#carrier.keepAlive(isBusy);
    if (!isBusy) this.#whenIdle();
  }
}

interface Named {
  readonly told: NamedEnd;
  readonly end: End<Uint8Array>;
}

function endFor(
  party: Party<Uint8Array>,
  { end, side, channel, contract }: NamedEnd,
): End<Uint8Array> {
  const isChecked = side === 'send' && contract !== undefined;
  return party.end(end, side, channel, isChecked ? contractOn(channel, contract) : undefined);
}

function contractOn(channel: string, text: string): Contract {
  return contractFrom(`channel "${channel}"`, text, compileJsonSchema);
}

/** Resolves when what was printed has left: exiting would cut it off. */
function printed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}

/** A stage without its supervisor has nobody to work for. */
function leave(why: string): never {
  process.stderr.write(`handover: ${why}; this stage ends\n`);
  process.exit(exitWithoutSupervisor);
}

/** What its code has set it to, if it has. */
export function exitCodeSoFar(): number {
  return typeof process.exitCode === 'number' ? process.exitCode : 0;
}
