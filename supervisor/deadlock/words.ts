/** Who waits for whom, in words. */
import type { ChannelEnd, ChannelId, PartyId } from '../../src/arbiter/events.ts';
import { cycleAmong } from '../../src/deadlock/stuck.ts';
import type { Wait } from '../../src/deadlock/waits.ts';
import { type BlockedOperation, DeadlockError } from '../../src/errors.ts';
import type { Participant, Places } from './participant.ts';
import type { Deadlock } from './watch.ts';

/** What the words need to know. */
export interface Context {
  readonly participants: readonly Participant[];
  readonly channelName: (channel: ChannelId) => string;
  /** For how many milliseconds, at least, somebody has been still. */
  readonly stillFor: (participant: Participant) => number;
}

export class Words {
  readonly #context: Context;
  readonly #names: ReadonlyMap<PartyId, Participant>;

  constructor(context: Context) {
    this.#context = context;
    this.#names = new Map(context.participants.map((one) => [one.party, one]));
  }

  /** Everybody who waits for somebody else now. */
  explain(waits: readonly Wait[]): string {
    const lines = this.blocked(waits).map(sentence);
    return lines.length === 0 ? 'nobody waits for anybody' : lines.join('\n');
  }

  /** The same, one by one. */
  blocked(waits: readonly Wait[]): readonly BlockedOperation[] {
    return this.#blockedBy(waits, new Map());
  }

  deadlock({ participants, waits, places }: Deadlock): DeadlockError {
    const blocked = this.#blockedBy(waits, places);
    const idlers = participants.filter(({ party }) => waits.every((wait) => wait.party !== party));
    const circle = this.#circle(participants, waits);
    const text = [
      'deadlock: these can never go on, for each waits only for others of them:',
      ...blocked.map((one) => `  ${sentence(one)}`),
      ...idlers.map((idler) => `  ${this.#idleness(idler, waits)}`),
      ...(circle.length === 0 ? [] : [`  in a circle: ${circle.join(' → ')}`]),
    ].join('\n');
    return new DeadlockError(text, blocked, circle);
  }

  #blockedBy(
    waits: readonly Wait[],
    places: ReadonlyMap<PartyId, Places>,
  ): readonly BlockedOperation[] {
    return waits.flatMap((wait) => {
      const participant = this.#names.get(wait.party);
      if (participant === undefined) return [];
      const place = places.get(wait.party)?.get(wait.op);
      return {
        who: participant.name,
        processId: participant.processId,
        operation: operationOf(wait),
        channels: wait.guards.map(({ channel }) => this.#context.channelName(channel)),
        awaits: this.#whatFor(wait),
        partners: [...wait.for].map((party) => this.#nameOf(party)),
        milliseconds: Math.round(this.#context.stillFor(participant)),
        ...(place !== undefined && { place }),
      };
    });
  }

  #whatFor({ is, guards }: Wait): string {
    const channel = ({ channel: id }: ChannelEnd) => `"${this.#context.channelName(id)}"`;
    if (is === 'in-hand') return `that its value on ${guards.map(channel).join()} is taken`;
    return guards
      .map((guard) => `to ${guard.side === 'send' ? 'send' : 'receive'} on ${channel(guard)}`)
      .join(', or ');
  }

  /** Of one that waits for nothing, though others wait for it: the ends that it still has. */
  #idleness({ name, party }: Participant, waits: readonly Wait[]): string {
    const held = waits
      .filter((wait) => wait.for.has(party))
      .flatMap(({ guards }) => guards)
      .map(({ channel, side }) => {
        const end = side === 'send' ? 'receiver' : 'sender';
        return `the ${end} of "${this.#context.channelName(channel)}"`;
      });
    const ends = [...new Set(held)].join(', ');
    return `${name} still has ${ends}, and does nothing any more: close what is not needed`;
  }

  #circle(participants: readonly Participant[], waits: readonly Wait[]): readonly string[] {
    const stuck = new Set(participants.map(({ party }) => party));
    const cycle = cycleAmong(stuck, waits);
    const [first] = cycle;
    const last = cycle.at(-1);
    if (first === undefined || last === undefined) return [];
    if (!last.for.has(first.party)) return [];
    return [...cycle, first].map(({ party }) => this.#nameOf(party));
  }

  #nameOf(party: PartyId): string {
    return this.#names.get(party)?.name ?? 'a process that is just ending';
  }
}

function operationOf({ guards }: Wait): BlockedOperation['operation'] {
  const [only, ...more] = guards;
  return more.length > 0 || only === undefined ? 'select' : only.side;
}

/** `stage "parser" (process 4711) waits to receive on "lines": only stage "reader" could help it`. */
export function sentence(blocked: BlockedOperation): string {
  const { who, processId, awaits, partners, milliseconds, place } = blocked;
  const process = processId === undefined ? '' : ` (process ${processId})`;
  const time = milliseconds > 0 ? `, for ${(milliseconds / 1000).toFixed(1)} s or more` : '';
  const where = place === undefined ? '' : `, at ${place}`;
  const others = partners.filter((partner) => partner !== who);
  const all = others.length < partners.length ? [...others, 'itself'] : others;
  const whom = all.length === 0 ? 'nobody' : all.join(' or ');
  return `${who}${process} waits ${awaits}${time}${where}: only ${whom} could help it`;
}
