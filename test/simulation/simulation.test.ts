import { expect, test } from 'vitest';
import { howToRepeat, schedules, seedOf } from '../model/schedules.ts';
import { checkEnd, checkMoment, checkNear, checkRest } from './check.ts';
import { Deadlocks } from './deadlocks.ts';
import { World } from './world.ts';

const file = 'test/simulation/simulation.test.ts';
const plan = schedules(20_000);
/** Of all schedules together. */
let steps = 0;
/** A schedule that moves for so long has come into a loop. */
const mostMoves = 20_000;

test(`R1–R10, R12 the guarantees hold over links, in ${plan.count} random schedules`, {
  timeout: 3_600_000,
}, async () => {
  const seen = new Map<string, number>();
  const see = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);
  let subsets = 0;
  // Thousands of errors are made here on purpose, and nobody reads their stacks.
  Error.stackTraceLimit = 0;
  for (let index = 0; index < plan.count; index++) {
    const seed = seedOf(plan, index);
    const world = new World(seed);
    const isGood = await live(world).then(
      (deadlocks) => {
        subsets += deadlocks?.subsets ?? 0;
        return true;
      },
      () => false,
    );
    if (!isGood) expect.fail(await report(seed));
    for (const act of world.history.acts) {
      const { outcome } = act;
      const kind = outcome?.is === 'error' ? outcome.error.name : (outcome?.is ?? 'untold');
      see(`${act.shape} ${kind}`);
    }
    const { buried, taken, sends, direct } = world.history;
    for (const value of direct)
      see(direct.at(-1) === value ? 'taken directly' : 'and another after it');
    const last = taken.at(-1)?.value ?? -1;
    if (direct.length > 0 && !direct.includes(last)) see('and then through the supervisor');
    for (const { value } of buried) {
      see('buried');
      if (taken.some((other) => other.value === value)) see('buried, and taken');
      if (sends[value]?.outcome?.is === 'error') see('buried, and handed back');
    }
  }
  console.log(`${plan.count} schedules, ${steps} steps`);
  if (plan.count < 1_000) return;
  checkCoverage(seen);
  expect(subsets, 'deadlocks beside others that went on').toBeGreaterThan(plan.count / 100);
});

async function live(world: World): Promise<Deadlocks | undefined> {
  // Death from outside helps nobody who is stuck, but ends the wait of others: it is no part of R12.
  const deadlocks = world.isDangerous ? undefined : new Deadlocks(world);
  await rest(world, deadlocks);
  checkRest(world);
  deadlocks?.checkAtRest();
  world.beginToClose();
  await rest(world);
  checkRest(world);
  checkEnd(world);
  return deadlocks;
}

/** Moves until nothing moves any more. */
async function rest(world: World, deadlocks?: Deadlocks): Promise<void> {
  let moves = 0;
  for (let move = world.move(); move !== 'none'; move = world.move()) {
    // What a move has brought about reaches the code before the next.
    await null;
    await null;
    if (move === 'at the exchange') checkMoment(world);
    else checkNear(world);
    if (moves % 8 === 0) deadlocks?.foretell();
    if (++moves > mostMoves) throw new Error('it never comes to rest');
  }
  steps += moves;
}

async function report(seed: number): Promise<string> {
  Error.stackTraceLimit = 20;
  const world = new World(seed, true);
  const problem = await live(world).then(
    () => 'only once',
    (error: Error) => error.stack,
  );
  return [
    `seed ${seed}: ${problem}`,
    `Again: ${howToRepeat(seed, file)}`,
    world.history.story,
  ].join('\n');
}

/** Schedules in which a thing never happens prove nothing about it. */
function checkCoverage(seen: ReadonlyMap<string, number>): void {
  const expected = [
    'buried',
    'buried, and taken',
    'buried, and handed back',
    'sent done',
    'sent TimedOutError',
    'sent AbortedError',
    'sent ChannelEndedError',
    'sent ChannelBrokenError',
    'sent LostError',
    'sent EndMovedError',
    'value EndMovedError',
    'guard EndMovedError',
    'was-sent done',
    'was-sent nothing',
    'value done',
    'value TimedOutError',
    'value AbortedError',
    'value ChannelEndedError',
    'value ChannelBrokenError',
    'value EndClosedError',
    'boxed done',
    'boxed nothing',
    'step done',
    'step nothing',
    'step ChannelBrokenError',
    'work done',
    'work ChannelEndedError',
    'taken directly',
    'and another after it',
    'and then through the supervisor',
  ];
  for (const kind of expected) expect(seen.get(kind) ?? 0, kind).toBeGreaterThan(0);
}
