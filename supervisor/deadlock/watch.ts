/**
 * Finds sets of participants that can never go on (R12), without a false alarm.
 *
 * Now and then it looks who has been still for a while. If some of them could only be helped by each other, it
 * asks each whether it is idle. An idle participant does nothing unless it is told something; so if, when all
 * have answered, each is idle and has said and heard nothing since it was asked, then none of them ever will.
 * What was on its way when the question was, came before the answer, and shows as activity.
 *
 * | state      | meaning                                                                   |
 * | ---------- | ------------------------------------------------------------------------- |
 * | `watching` | the next look is due in a while                                           |
 * | `asking`   | questions are out; looks are left out until all are answered              |
 * | `stopped`  | the supervisor ends everything: whoever waits, waits for that             |
 */
import type { PartyId } from '../../src/arbiter/events.ts';
import { stuckAmong } from '../../src/deadlock/stuck.ts';
import type { Wait } from '../../src/deadlock/waits.ts';
import type { Participant, Places } from './participant.ts';

/** Participants that wait for each other for ever. */
export interface Deadlock {
  readonly participants: readonly Participant[];
  /** What they wait for. */
  readonly waits: readonly Wait[];
  readonly places: ReadonlyMap<PartyId, Places>;
}

/** Since when a participant has been still, by what it had said and heard then. */
interface Stillness {
  readonly activity: number;
  readonly since: number;
  /** It was not idle when it was asked: it is asked again only after so many looks. */
  readonly patience: number;
  readonly looks: number;
}

/** Between two looks, in milliseconds. */
const interval = 250;
/** As many looks are left out at most before somebody who was not idle is asked again. */
const mostPatience = 32;

export class DeadlockWatch {
  readonly #participants: () => readonly Participant[];
  readonly #waits: () => readonly Wait[];
  readonly #onDeadlock: (deadlock: Deadlock) => void;
  readonly #onLinkedIdle: (idle: readonly Participant[]) => void;
  readonly #timer: NodeJS.Timeout;
  #state: 'watching' | 'asking' | 'stopped' = 'watching';
  #still = new Map<PartyId, Stillness>();
  /** Those about whom everything has been said. */
  readonly #known = new Set<PartyId>();

  constructor(
    participants: () => readonly Participant[],
    waits: () => readonly Wait[],
    onDeadlock: (deadlock: Deadlock) => void,
    onLinkedIdle: (idle: readonly Participant[]) => void,
  ) {
    this.#participants = participants;
    this.#waits = waits;
    this.#onDeadlock = onDeadlock;
    this.#onLinkedIdle = onLinkedIdle;
    // It keeps nobody alive: where nothing else does, nobody is left to be told.
    this.#timer = setInterval(() => void this.#look(), interval).unref();
  }

  stop(): void {
    this.#state = 'stopped';
    clearInterval(this.#timer);
  }

  /** For how many milliseconds, at least, a participant has said and heard nothing. */
  stillFor({ party, activity }: Participant): number {
    const stillness = this.#still.get(party);
    return stillness?.activity === activity ? performance.now() - stillness.since : 0;
  }

  async #look(): Promise<void> {
    if (this.#state !== 'watching') return;
    const participants = this.#participants();
    const due = participants.filter((participant) => this.#isDue(participant));
    this.#forget(participants);
    const linked = due.filter(({ isLinked }) => isLinked);
    const suspects = this.#newsAmong(this.#stuckAmong(due));
    if (suspects.length === 0 && linked.length < 2) return;
    this.#state = 'asking';
    await this.#askLinked(linked);
    const deadlock = suspects.length === 0 ? undefined : await this.#ask(suspects);
    if (this.#state !== 'asking') return;
    this.#state = 'watching';
    if (deadlock !== undefined) this.#onDeadlock(deadlock);
  }

  /** Of those who have nothing to do, what they wait for is to come here: the next looks see it. */
  async #askLinked(linked: readonly Participant[]): Promise<void> {
    if (linked.length < 2) return;
    const isStill = stillSince(linked);
    const idle = await this.#idleAmong(linked, false);
    const atRest = idle.map(({ participant }) => participant).filter(isStill);
    if (atRest.length > 1) this.#onLinkedIdle(atRest);
  }

  async #ask(suspects: readonly Participant[]): Promise<Deadlock | undefined> {
    const isStill = stillSince(suspects);
    const idle = await this.#idleAmong(suspects, false);
    const stuck = this.#newsAmong(
      this.#stuckAmong(idle.map(({ participant }) => participant).filter(isStill)),
    );
    if (stuck.length === 0) return undefined;
    const located = await this.#idleAmong(stuck, true);
    // Once idle and still, they stay so: this only shows that the reasoning above is right.
    if (located.length < stuck.length || !stuck.every(isStill)) return undefined;
    for (const { party } of stuck) this.#known.add(party);
    const parties = new Set(stuck.map(({ party }) => party));
    return {
      participants: stuck,
      waits: this.#waits().filter(({ party }) => parties.has(party)),
      places: new Map(located.map(({ participant, places }) => [participant.party, places])),
    };
  }

  async #idleAmong(participants: readonly Participant[], wantsPlaces: boolean) {
    const answers = await Promise.all(
      participants.map(async (participant) => {
        const places = await soon(participant.probe(wantsPlaces));
        if (places === undefined) this.#wasBusy(participant);
        return places && { participant, places };
      }),
    );
    return answers.filter((answer) => answer !== undefined);
  }

  #stuckAmong(participants: readonly Participant[]): readonly Participant[] {
    const waits = this.#waits();
    const waiting = new Set(waits.map(({ party }) => party));
    // A process that waits for nothing either has something else to do, or is about to end.
    const candidates = participants.filter(
      ({ processId, party, isLinked }) =>
        !isLinked && (processId === undefined || waiting.has(party)),
    );
    const stuck = stuckAmong(
      candidates.map(({ party }) => party),
      waits,
    );
    return candidates.filter(({ party }) => stuck.has(party));
  }

  /** Those of the stuck of whom nothing was said yet, and all that have to do with them. */
  #newsAmong(stuck: readonly Participant[]): readonly Participant[] {
    const news = new Set(
      stuck
        .filter(({ processId, party }) => processId !== undefined && !this.#known.has(party))
        .map(({ party }) => party),
    );
    const waits = this.#waits().filter(({ party }) => stuck.some((one) => one.party === party));
    for (let size = 0; size < news.size; ) {
      size = news.size;
      for (const { party, for: partners } of waits) {
        if (!news.has(party) && partners.isDisjointFrom(news)) continue;
        for (const one of [party, ...partners]) news.add(one);
      }
    }
    return stuck.filter(({ party }) => news.has(party));
  }

  /** Whether it has been still since the last look, and is not known to be busy with something else. */
  #isDue({ party, activity }: Participant): boolean {
    const before = this.#still.get(party);
    if (before?.activity !== activity) {
      this.#known.delete(party);
      this.#still.set(party, { activity, since: performance.now(), patience: 0, looks: 0 });
      return false;
    }
    if (before.looks >= before.patience) return true;
    this.#still.set(party, { ...before, looks: before.looks + 1 });
    return false;
  }

  #wasBusy({ party }: Participant): void {
    const before = this.#still.get(party);
    if (before === undefined) return;
    const patience = Math.min(mostPatience, Math.max(1, before.patience * 2));
    this.#still.set(party, { ...before, patience, looks: 0 });
  }

  #forget(participants: readonly Participant[]): void {
    const present = new Set(participants.map(({ party }) => party));
    for (const party of this.#still.keys()) if (!present.has(party)) this.#still.delete(party);
  }
}

/** How long, in milliseconds, an answer is waited for: who is busy for longer holds up nobody. */
const longestAnswer = 2_000;

async function soon(answer: Promise<Places | undefined>): Promise<Places | undefined> {
  const { promise: tooLate, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, longestAnswer, undefined).unref();
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** Says of each whether it has said and heard nothing since now. */
function stillSince(participants: readonly Participant[]): (one: Participant) => boolean {
  const before = new Map(participants.map((one) => [one, one.activity]));
  return (one) => one.activity === before.get(one);
}
