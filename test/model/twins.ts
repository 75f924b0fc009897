/** The arbiter and its naive model, side by side: the same events, and what they make of them. */
import { Arbiter } from '../../src/arbiter/arbiter.ts';
import type { Statistics } from '../../src/arbiter/channel-state.ts';
import type { ArbiterEvent, ChannelId, Effect, LetterMaker } from '../../src/arbiter/events.ts';
import { NaiveArbiter } from './naive-arbiter.ts';
import { Random } from './random.ts';

type Event = ArbiterEvent<string>;
type Effects = readonly Effect<string>[];

/** The first step at which the two differ, or an invariant does not hold. */
export interface Difference {
  readonly step: number;
  readonly problem: string;
}

export class Twins {
  readonly #seed: number;
  readonly #arbiter: Arbiter<string>;
  #naive: NaiveArbiter<string>;
  readonly #events: Event[] = [];
  /** What the arbiter has answered so far. */
  readonly effects: Effect<string>[] = [];
  /** For each step, which channels the arbiter settled first: the guarantees leave it open. */
  readonly #orders: (readonly ChannelId[])[] = [];
  /** The operation that is offered in this step. */
  #offered = 0;
  #channels = 0;

  constructor(seed: number) {
    this.#seed = seed;
    this.#arbiter = new Arbiter((below) => this.#pick(below), letterOf);
    this.#naive = this.#newNaive();
  }

  get naive(): NaiveArbiter<string> {
    return this.#naive;
  }

  step(event: Event): Difference | undefined {
    const step = this.#events.length;
    this.#events.push(event);
    this.#orders.push([]);
    if (event.type === 'offer') this.#offered = event.op;
    if (event.type === 'open') this.#channels++;
    try {
      const effects = this.#arbiter.step(event);
      this.effects.push(...effects);
      this.#arbiter.checkInvariants();
      if (!this.#follow(event, effects)) {
        const expected = this.#retry([], step);
        return { step, problem: `expected ${show(expected)}\n     got ${show(effects)}` };
      }
    } catch (error) {
      return { step, problem: String(error) };
    }
    const problem = this.#differsInside();
    return problem === undefined ? undefined : { step, problem };
  }

  /** Whether the model can do the same, settling its channels in one order or another. */
  #follow(event: Event, effects: Effects): boolean {
    const orders = permutations(this.#naive.channels.map(({ id }) => id));
    const step = this.#events.length - 1;
    const isAsHere = (said: Effects) =>
      areAlike(said, effects) && this.#differsInside() === undefined;
    if (isAsHere(this.#naive.step(event))) return true;
    // The order does not always show: which of two values somebody was asked about is not said.
    if (orders.some((order) => isAsHere(this.#retry(order, step)))) return true;
    return orders.some((order) => areAlike(this.#retry(order, step), effects));
  }

  /** Everything from the beginning, with another order at this step. */
  #retry(order: readonly ChannelId[], step: number): Effects {
    this.#orders[step] = order;
    this.#naive = this.#newNaive();
    let effects: Effects = [];
    for (const [index, event] of this.#events.entries()) {
      if (event.type === 'offer') this.#offered = event.op;
      effects = this.#naive.step(event, this.#orders[index]);
    }
    return effects;
  }

  #differsInside(): string | undefined {
    for (let channel = 1; channel <= this.#channels; channel++) {
      const expected = this.#naive.statistics(channel);
      const got = this.#arbiter.observe(channel)?.statistics;
      if (isSame(expected, got)) continue;
      return `channel ${channel}: expected ${JSON.stringify(expected)}\n got ${JSON.stringify(got)}`;
    }
    for (const party of [1, 2, 3, 4]) {
      const expected = this.#naive.operations.filter(
        (other) => other.owner === 'sender' && other.party === party,
      ).length;
      const got = this.#arbiter.operationsOf(party).size;
      if (got !== expected) return `party ${party}: expected ${expected} operations, got ${got}`;
    }
    return this.#pairsDiffer();
  }

  /** Who stands aside with whom is not said, and shows only when one of the two leaves. */
  #pairsDiffer(): string | undefined {
    for (const operation of this.#naive.operations) {
      const { party, op, owner, pair } = operation;
      if (owner !== 'sender' || pair === undefined) continue;
      const other = pair.from.operation === operation ? pair.to : pair.from;
      const expected = `${other.operation.party}/${other.operation.op}`;
      const partner = this.#arbiter.operationsOf(party).get(op)?.partner;
      const got = `${partner?.party}/${partner?.op}`;
      if (got !== expected) return `${party}/${op} is with ${got}, expected ${expected}`;
    }
    return undefined;
  }

  /** The same for the same offer, however often it is tried. */
  #pick(below: number): number {
    return new Random(this.#seed ^ this.#offered).below(below);
  }

  #newNaive(): NaiveArbiter<string> {
    return new NaiveArbiter((below) => this.#pick(below), letterOf);
  }
}

const letterOf: LetterMaker<string> = (value, { channel, attempts, failures }) =>
  `${value} (dead on ${channel} after ${attempts}: ${failures.map(({ message }) => message)})`;

/** Each party hears the same in the same order, and each channel drops the same in the same order. */
function areAlike(expected: Effects, got: Effects): boolean {
  if (expected.length !== got.length) return false;
  if (expected.length === 0) return true;
  const [left, right] = [streams(expected), streams(got)];
  return left.size === right.size && [...left].every(([who, said]) => right.get(who) === said);
}

function streams(effects: Effects): ReadonlyMap<number, string> {
  const said = new Map<number, string>();
  for (const effect of effects) {
    const who = 'channel' in effect ? -effect.channel : effect.party;
    said.set(who, `${said.get(who) ?? ''}${told(effect)}\n`);
  }
  return said;
}

/** Everything that an effect says; of a violation not the words, which are the arbiter's own. */
function told(effect: Effect<string>): string {
  switch (effect.type) {
    case 'deliver':
      return `deliver ${effect.op} ${effect.guard} ${effect.attempt} ${effect.value} ${JSON.stringify(effect.ends)}`;
    case 'completed':
      return `completed ${effect.op} ${effect.guard}`;
    case 'withdrawn':
      return `withdrawn ${effect.op} ${effect.guard} ${effect.attempts}`;
    case 'failed': {
      const { op, guard, attempts, reason } = effect;
      return `failed ${op} ${guard} ${attempts} ${JSON.stringify(reason)}`;
    }
    case 'late':
    case 'released':
      return `${effect.type} ${effect.op}`;
    case 'ask':
      return `ask ${effect.op} ${effect.guard}`;
    case 'discarded':
      return `discarded ${effect.value} ${effect.reason}`;
    case 'retried':
      return `retried ${effect.attempts} ${JSON.stringify(effect.failure)}`;
    case 'buried':
      return `buried ${effect.attempts} ${JSON.stringify(effect.failures)} ${effect.deadLetters}`;
    case 'regrouped':
    case 'violation':
      return effect.type;
  }
}

function show(effects: Effects): string {
  return effects.map((effect) => JSON.stringify(effect)).join('\n         ');
}

function isSame(expected: Statistics | undefined, got: Statistics | undefined): boolean {
  if (expected === undefined || got === undefined) return expected === got;
  for (const key in expected) {
    if (expected[key as keyof Statistics] !== got[key as keyof Statistics]) return false;
  }
  return true;
}

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length < 2) return [items];
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  );
}
