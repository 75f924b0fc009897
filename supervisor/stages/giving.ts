import type { ChannelEnd, ChannelId } from '../../src/arbiter/events.ts';
import { Handle } from '../../src/ends/handle.ts';
import { TopologyError } from '../../src/errors.ts';
import type { Exchange } from '../../src/exchange/exchange.ts';
import type { Seat } from '../../src/exchange/seat.ts';
import { fitsWelcome, type GivenEnd } from '../../src/link/supervisor-link.ts';
import type { Party } from '../../src/party/party.ts';
import type { NamedEnd, Window } from '../../src/wire/message.ts';

/** Ends go from the supervisor's own code to its stages. */
export class Giving {
  readonly #exchange: Exchange<Uint8Array>;
  readonly #seat: Seat<Uint8Array>;
  readonly #party: Party<Uint8Array>;
  readonly #maxValueBytes: number;
  readonly #window: Window;

  /** @param seat that of the code, as `party` is its own */
  constructor(
    exchange: Exchange<Uint8Array>,
    seat: Seat<Uint8Array>,
    party: Party<Uint8Array>,
    maxValueBytes: number,
    window: Window,
  ) {
    this.#exchange = exchange;
    this.#seat = seat;
    this.#party = party;
    this.#maxValueBytes = maxValueBytes;
    this.#window = window;
  }

  /** The same ends, so many times over: each replica answers for its own. */
  copies(ends: readonly GivenEnd[], replicas: number): readonly (readonly GivenEnd[])[] {
    return Array.from({ length: replicas }, (_, replica) => {
      if (replica > 0) for (const { channel, side } of ends) this.#exchange.hold(channel, side);
      return ends;
    });
  }

  /** Takes the right to an end from this code; the stage answers for it from now on. */
  give(stage: string, name: string, handle: Handle): GivenEnd {
    const { end } = Handle.move(handle, `stage "${stage}"`);
    const { channel, side } = this.#seat.endOf(end.number) as ChannelEnd;
    if (end.copies > 1) this.#exchange.hold(channel, side);
    else this.#seat.surrender(end.number);
    this.#party.surrender(end as never);
    const contract = this.#contractOf(channel);
    return { name, channel, side, channelName: end.channel, ...(contract && { contract }) };
  }

  #contractOf(channel: ChannelId): string | undefined {
    return this.#exchange.observe(channel)?.terms.contract;
  }

  /**
   * Those that are to be given, by name.
   *
   * @throws TopologyError when one is none, or cannot be given
   * @throws EndMovedError, EndClosedError when one was given away or closed before
   */
  check(stage: string, ends: Readonly<Record<string, unknown>>): ReadonlyMap<string, Handle> {
    const handles = new Map<string, Handle>();
    for (const [name, end] of Object.entries(ends)) {
      const wrong = (what: string) =>
        new TopologyError(`stage "${stage}": the end "${name}" ${what}`);
      if (!(end instanceof Handle)) {
        throw wrong('is not an end: give the sender or the receiver of a channel');
      }
      if (Handle.partyOf(end) !== (this.#party as unknown)) {
        throw wrong(
          `belongs to "${end.channel}", which is not a channel of this supervisor: make it with supervisor.channel()`,
        );
      }
      if ([...handles.values()].includes(end)) {
        throw wrong(`of "${end.channel}" is given twice: give a clone() to each name`);
      }
      Handle.checkMovable(end, `stage "${stage}"`, handles.values());
      handles.set(name, end);
    }
    this.#checkWelcome(stage, handles);
    return handles;
  }

  /** Before anything is given away: what a process is told at its start has to fit. */
  #checkWelcome(stage: string, handles: ReadonlyMap<string, Handle>): void {
    const ends = [...handles].map(([name, handle]): NamedEnd => {
      const { end } = Handle.heldFor(handle);
      const seated = this.#seat.endOf(end.number);
      const contract = seated && this.#contractOf(seated.channel);
      const { channel } = handle;
      return { name, channel, side: 'receive', end: 0xffff, ...(contract && { contract }) };
    });
    const settings = {
      stage,
      replica: 0xffff,
      maxValueBytes: this.#maxValueBytes,
      window: this.#window,
    };
    if (fitsWelcome(settings, ends)) return;
    throw new TopologyError(
      `stage "${stage}": its ${ends.length} ends are more than a stage can be told at its start (64 KiB of names and contracts in all). Use fewer ends, shorter names, or contracts that describe less`,
    );
  }
}
