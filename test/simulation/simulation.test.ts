import { expect, test } from 'vitest';
import { howToRepeat, schedules, seedOf } from '../model/schedules.ts';
import { checkEnd, checkMoment, checkNear, checkRest } from './check.ts';
import { World } from './world.ts';

const file = 'test/simulation/simulation.test.ts';
const plan = schedules(40_000);
/** A schedule that moves for so long has come into a loop. */
const mostMoves = 20_000;

test(`R1–R10 the guarantees hold over links, in ${plan.count} random schedules`, {
  timeout: 3_600_000,
}, async () => {
  const seen = new Map<string, number>();
  // Thousands of errors are made here on purpose, and nobody reads their stacks.
  Error.stackTraceLimit = 0;
  for (let index = 0; index < plan.count; index++) {
    const seed = seedOf(plan, index);
    const world = new World(seed);
    const isGood = await live(world).then(
      () => true,
      () => false,
    );
    if (!isGood) expect.fail(await report(seed));
    for (const act of world.history.acts) {
      const { outcome } = act;
      const kind = outcome?.is === 'error' ? outcome.error.name : (outcome?.is ?? 'untold');
      seen.set(`${act.shape} ${kind}`, (seen.get(`${act.shape} ${kind}`) ?? 0) + 1);
    }
  }
  if (plan.count >= 1_000) checkCoverage(seen);
});

async function live(world: World): Promise<void> {
  await rest(world);
  checkRest(world);
  world.beginToClose();
  await rest(world);
  checkRest(world);
  checkEnd(world);
}

/** Moves until nothing moves any more. */
async function rest(world: World): Promise<void> {
  let moves = 0;
  for (let move = world.move(); move !== 'none'; move = world.move()) {
    // What a move has brought about reaches the code before the next.
    await null;
    await null;
    if (move === 'at the exchange') checkMoment(world);
    else checkNear(world);
    if (++moves > mostMoves) throw new Error('it never comes to rest');
  }
}

async function report(seed: number): Promise<string> {
  Error.stackTraceLimit = 20;
  const world = new World(seed, true);
  const error = await live(world).catch((thrown: Error) => thrown);
  return [
    `seed ${seed}: ${error?.stack ?? 'only once'}`,
    `Again: ${howToRepeat(seed, file)}`,
    world.history.story,
  ].join('\n');
}

/** Schedules in which a thing never happens prove nothing about it. */
function checkCoverage(seen: ReadonlyMap<string, number>): void {
  const expected = [
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
  ];
  for (const kind of expected) expect(seen.get(kind) ?? 0, kind).toBeGreaterThan(0);
}
