/** Helpers put together at random, from a seed: what goes in comes out, once. */
import fc from 'fast-check';
import {
  type Broadcast,
  batch,
  broadcast,
  mapOrdered,
  merge,
  partition,
  type Receiver,
  split,
  tee,
  throttle,
} from 'handover';
import { expect, test } from 'vitest';
import { SimulatedClock } from '../simulation/clock.ts';
import { all, Feed, settled } from './sources.ts';

const total = 1_000;

/** A value, or a batch of values, or a batch of batches. */
type Cargo = number | Cargo[];

/** From what there is, something else: a step of a composition. */
type Step = (rows: Rows) => void;

/** The receivers that are at the open end of a composition. */
class Rows {
  readonly clock = new SimulatedClock();
  open: Receiver<Cargo>[];
  /** They stay when their taps have left, so the code behind has to close them as well. */
  readonly broadcasts: Broadcast<Cargo>[] = [];

  constructor(open: readonly Receiver<Cargo>[]) {
    this.open = [...open];
  }

  replace(at: number, by: (receiver: Receiver<Cargo>) => readonly Receiver<Cargo>[]): void {
    const index = at % this.open.length;
    this.open.splice(index, 1, ...by(this.open[index] as Receiver<Cargo>));
  }
}

const place = fc.nat({ max: 5 });
const small = fc.integer({ min: 1, max: 5 });
const numberIn = (cargo: Cargo): number => (typeof cargo === 'number' ? cargo : cargo.length);

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(place, place).map(
    ([a, b]): Step =>
      (rows) => {
        const [one, other] = [a % rows.open.length, b % rows.open.length];
        if (one === other) return;
        const merged = merge(
          rows.open[one] as Receiver<Cargo>,
          rows.open[other] as Receiver<Cargo>,
        );
        rows.open = [...rows.open.filter((_, at) => at !== one && at !== other), merged];
      },
  ),
  fc.tuple(place, small).map(
    ([at, divisor]): Step =>
      (rows) =>
        rows.replace(at, (input) => split(input, (value) => numberIn(value) % divisor === 0)),
  ),
  fc.tuple(place, small).map(
    ([at, count]): Step =>
      (rows) =>
        rows.replace(at, (input) => partition(input, count, numberIn)),
  ),
  fc.tuple(place, small).map(
    ([at, size]): Step =>
      (rows) =>
        rows.replace(at, (input) => [batch<Cargo>(input, { size, within: 10 }, rows.clock)]),
  ),
  fc.tuple(place, small).map(
    ([at, values]): Step =>
      (rows) =>
        rows.replace(at, (input) => [throttle(input, { values, per: 10 }, rows.clock)]),
  ),
  fc.tuple(place, small).map(
    ([at, concurrency]): Step =>
      (rows) =>
        rows.replace(at, (input) => [
          mapOrdered(input, concurrency, async (value) => {
            for (let turn = numberIn(value) % 4; turn > 0; turn--) await null;
            return value;
          }),
        ]),
  ),
  fc.tuple(place, small).map(
    ([at, gone]): Step =>
      (rows) =>
        rows.replace(at, (input) => {
          const [kept, ...others] = tee(input, gone + 1);
          for (const other of others) other.close();
          return [kept as Receiver<Cargo>];
        }),
  ),
  place.map(
    (at): Step =>
      (rows) =>
        rows.replace(at, (input) => {
          const news = broadcast(input);
          rows.broadcasts.push(news);
          return [news.tap()];
        }),
  ),
);

const composition = fc.record({
  sources: fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 5 }),
  steps: fc.array(step, { minLength: 1, maxLength: 8 }),
});

/** So many feeds, each with its capacity, that share the values. */
function feedsOf(capacities: readonly number[]): readonly Feed<Cargo>[] {
  const values = Array.from({ length: total }, (_, at) => at);
  return capacities.map(
    (capacity, at) =>
      new Feed<Cargo>(
        `source ${at}`,
        values.filter((value) => value % capacities.length === at),
        capacity,
      ),
  );
}

/** Time goes on, whenever nothing else does, until the promise is settled. */
async function driven<T>(clock: SimulatedClock, promise: Promise<T>): Promise<T> {
  let state: 'running' | 'over' = 'running';
  const over = () => (state = 'over');
  promise.then(over, over);
  for (await settled(); state === 'running'; await settled()) {
    if (clock.isWaitedFor) clock.advance();
  }
  return promise;
}

const inOrder = (values: Cargo[]) => numbersIn(values).toSorted((a, b) => a - b);
function numbersIn(cargo: Cargo): number[] {
  return typeof cargo === 'number' ? [cargo] : cargo.flatMap(numbersIn);
}

const everything = Array.from({ length: total }, (_, at) => at);

test('R2 1,000 values through any composition are exactly those that came in, and then all has ended', async () => {
  await fc.assert(
    fc.asyncProperty(composition, async ({ sources, steps }) => {
      const feeds = feedsOf(sources);
      const rows = new Rows(feeds.map(({ receiver }) => receiver));
      for (const apply of steps) apply(rows);
      const outputs = await driven(rows.clock, Promise.all(rows.open.map(all)));
      expect(inOrder(outputs.flat())).toEqual(everything);
      expect(inOrder(feeds.flatMap(({ sent }) => sent))).toEqual(everything);
      expect(rows.clock.isWaitedFor).toBe(false);
    }),
    { numRuns: 60 },
  );
});

test('R2 R9 when the code behind leaves midway, what it has not taken is all still there, once', async () => {
  const leaving = fc.tuple(composition, fc.nat({ max: 300 }));
  await fc.assert(
    fc.asyncProperty(leaving, async ([{ sources, steps }, patience]) => {
      const feeds = feedsOf(sources);
      const others = feeds.map(({ receiver }) => receiver.clone());
      const rows = new Rows(feeds.map(({ receiver }) => receiver));
      for (const apply of steps) apply(rows);
      const output = merge(...rows.open);
      const taken = await driven(rows.clock, takeSome(output, patience));
      output.close();
      for (const news of rows.broadcasts) news.close();
      const left = await Promise.all(others.map(all));
      expect(inOrder([...taken, ...left.flat()])).toEqual(everything);
      expect(inOrder(feeds.flatMap(({ sent }) => sent))).toEqual(everything);
    }),
    { numRuns: 60 },
  );
});

async function takeSome(receiver: Receiver<Cargo>, count: number): Promise<Cargo[]> {
  const taken: Cargo[] = [];
  if (count === 0) return taken;
  for await (const cargo of receiver) if (taken.push(cargo) >= count) return taken;
  return taken;
}
