import { expect, test } from 'vitest';
import { howToRepeat, schedules, seedOf } from '../model/schedules.ts';
import { checkEnd, checkMoment, checkRest } from './check.ts';
import { World } from './world.ts';

const file = 'test/simulation/simulation.test.ts';
const plan = schedules(40_000);
/** A schedule that moves for so long has come into a loop. */
const mostMoves = 20_000;

test(`R1–R10 the guarantees hold over links, in ${plan.count} random schedules`, {
  timeout: 3_600_000,
}, async () => {
  const seen = new Map<string, number>();
  for (let index = 0; index < plan.count; index++) {
    const seed = seedOf(plan, index);
    const world = new World(seed);
    try {
      await live(world);
    } catch (error) {
      expect.fail(await report(seed, error));
    }
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
  for (let moves = 0; world.move(); moves++) {
    // What a move has brought about reaches the code before the next.
    await null;
    await null;
    checkMoment(world);
    if (moves > mostMoves) throw new Error('it never comes to rest');
  }
}

async function report(seed: number, error: unknown): Promise<string> {
  const world = new World(seed, true);
  await live(world).catch(() => {});
  return [
    `seed ${seed}: ${error instanceof Error ? (error.stack ?? error.message) : error}`,
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
